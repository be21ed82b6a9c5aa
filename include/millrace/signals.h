// Signals of the system as events of a loop: next_signal() to wait for one, SignalWatch to hear of each.
//
// Signals are the process's, not the loop's, and no library can change that:
//   Linux       (signalfd) a signal is blocked in the thread that watches it, and the loop reads it. A thread that does not block it may still be
//               interrupted by it, as if nobody watched: watch first, or block it, before other threads are started; they inherit that.
//               WorkerPool blocks all in its own. When several loops watch one signal that is sent to the process, one of them gets it.
//   elsewhere,  and with MILLRACE_PORTABLE_ONLY (sigaction): a handler is installed for the whole process while anybody watches, and the one
//               before it is put back behind the last. Every loop that watches is told, whichever thread was interrupted. At most 64 loops.
// Either way a signal that nobody watches any more does what it did before: SIGTERM ends the process. Signals sent faster than they are read
// are told once, as the system counts them (but for real-time ones on Linux). JavaScriptCore needs SIGUSR1 (docs/architecture.md).
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <millrace/abort.h>
#include <millrace/promise.h>
#include <millrace/result.h>

namespace millrace {

class Loop;

/// Which signals: `SIGTERM` or `{SIGINT, SIGTERM}`. A value that takes any number; whether one can be watched is found when it is.
class SignalNumbers {
 public:
  // Not an initializer_list: GCC 12 refuses those in the operand of co_await.
  // NOLINTNEXTLINE(google-explicit-constructor): a number is a set of one
  constexpr SignalNumbers(std::same_as<int> auto... numbers) noexcept { (add(numbers), ...); }
  constexpr void add(int number) noexcept {
    if (number >= 1 && number <= kMax)
      set_ |= std::uint64_t{1} << (number - 1);
    else if (!unknown_)
      unknown_ = number;
  }
  static constexpr int kMax = 64;
  /// Number n is bit n - 1.
  [[nodiscard]] constexpr std::uint64_t set() const noexcept { return set_; }
  /// The first number that is none.
  [[nodiscard]] constexpr std::optional<int> unknown() const noexcept { return unknown_; }

 private:
  std::uint64_t set_ = 0;
  std::optional<int> unknown_;
};

/// Fulfilled with the number of the first signal of `signals` that arrives.
/// Effect      watches from this call on. Watching ends when the tick ends in which it was settled, so that `co_await next_signal(...)` in a loop
///             misses none in between.
/// Abort       rejects with the signal's reason at once and watches no more.
/// Errors      rejected as SignalWatch::open() fails.
/// Liveness    keeps the loop alive until it is settled. Dropping the promise ends nothing: abort it.
/// Thread      loop thread.
[[nodiscard]] Promise<int> next_signal(Loop& loop, SignalNumbers signals, const AbortSignal& signal = {});

/// Hears of signals until it is dropped.
/// Effect      `callback` is called with the number for each signal that is read, every watch of the loop for itself: in the immediates phase, in
///             a callback of its own, in the context in which the watch was opened.
/// Order       of one signal: the order in which the watches were opened. Of several: as the system reports them.
/// Guarantee   not called any more once close() or the destructor returned.
/// Liveness    keeps the loop alive; see unref().
/// Thread      loop thread: the one that will run the loop. Every member may be called inside the callback. Lifetime: may outlive the loop.
class [[nodiscard]] SignalWatch {
 public:
  /// Errors      Errc::invalid_argument: no signal, none with this number, SIGKILL and SIGSTOP, which nobody can watch, and SIGBUS, SIGFPE, SIGILL
  ///             and SIGSEGV, by which the system reports a fault of a thread; Errc::closed, Errc::full, or the system's errno. On error nothing is
  ///             watched.
  /// Cost        the first of a loop: a descriptor and a registration; others: a system call for each signal that is new.
  [[nodiscard]] static Result<SignalWatch> open(Loop& loop, SignalNumbers signals, std::function<void(int)> callback);

  SignalWatch() noexcept = default;
  SignalWatch(SignalWatch&& other) noexcept = default;
  SignalWatch& operator=(SignalWatch&& other) noexcept {
    SignalWatch(std::move(other)).swap(*this);
    return *this;
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  ~SignalWatch() { close(); }

  /// Watches no more, at once. What nobody else watches does what it did before. Idempotent.
  void close() noexcept;
  [[nodiscard]] bool active() const noexcept;
  /// Whether it keeps the loop alive; it does after open().
  void ref() noexcept { set_ref(true); }
  void unref() noexcept { set_ref(false); }
  [[nodiscard]] bool has_ref() const noexcept;
  void swap(SignalWatch& other) noexcept { entry_.swap(other.entry_); }

 private:
  class Entry;
  explicit SignalWatch(std::shared_ptr<Entry> entry) noexcept : entry_(std::move(entry)) {}
  void set_ref(bool ref) noexcept;

  std::shared_ptr<Entry> entry_;
};

}  // namespace millrace
