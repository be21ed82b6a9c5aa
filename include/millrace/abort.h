// AbortController, AbortSignal: one side asks for the end of what another side does.
//
// Abort is one edge, taken once: pending -> aborted with a reason. Asking is free on any thread; being told happens on the loop
// thread.
// Source: https://dom.spec.whatwg.org/#aborting-ongoing-activities
#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include <millrace/clock.h>
#include <millrace/detail/list_hook.h>
#include <millrace/result.h>

namespace millrace {

class AbortRegistration;
class AbortSignal;
class AbortState;
class Loop;

/// One who is told of an abort: links itself into a signal and leaves by itself. For code that must not allocate, such as a
/// coroutine's awaiter; on_abort() is this with a callback.
/// Effect    aborted() is called at most once, and the hook has left the signal before. It may destroy its own hook, or any other.
/// Order     all hooks and callbacks of a signal in the order in which they were linked.
/// Thread    loop thread, the destructor too.
/// Cost      O(1), no allocation.
/// Lifetime  a linked hook keeps the signal's state alive, and through it the signals it follows. May outlive the loop.
class AbortHook {
 public:
  AbortHook() noexcept = default;
  AbortHook(const AbortHook&) = delete;
  AbortHook& operator=(const AbortHook&) = delete;
  virtual ~AbortHook() { unlink(); }

  /// Links. False, and nothing happened: the signal is empty, or its callbacks have been called or are being called. A signal that
  /// was aborted elsewhere and whose callbacks are still to come (AbortController::abort()) takes it and tells it, so that "look at
  /// aborted(), then listen" misses nothing. Not while linked.
  bool listen(const AbortSignal& signal) noexcept;
  /// Leaves; nothing happens when it is linked nowhere.
  void unlink() noexcept;
  [[nodiscard]] bool linked() const noexcept { return link_.linked(); }

 private:
  friend class AbortState;
  /// `reason` lives as long as the call.
  virtual void aborted(const Error& reason) noexcept = 0;

  ListHook link_;
  AbortState* state_ = nullptr;  ///< while linked; one reference is ours
};

namespace detail {

/// A callback of on_abort(), in one allocation with what it captured. Owned by its AbortRegistration.
class AbortCallback : public AbortHook {
 public:
  bool attach(const AbortSignal& signal) noexcept;
  /// Destroys it; when it is running, as soon as it returned.
  void drop() noexcept;

 private:
  void aborted(const Error& reason) noexcept final;
  virtual void call(const Error& reason) = 0;

  Loop* loop_ = nullptr;  ///< used inside aborted() only, while the loop runs
  bool running_ = false;
  bool dropped_ = false;
};

template <typename F>
class AbortCallbackOf final : public AbortCallback {
 public:
  explicit AbortCallbackOf(F callback) : callback_(std::move(callback)) {}

 private:
  void call([[maybe_unused]] const Error& reason) override {
    if constexpr (std::is_invocable_v<F&, const Error&>)
      callback_(reason);
    else
      callback_();
  }
  F callback_;
};

template <typename F>
inline constexpr bool is_abort_callback =
    std::is_invocable_v<std::remove_cvref_t<F>&, const Error&> || std::is_invocable_v<std::remove_cvref_t<F>&>;

}  // namespace detail

/// Says whether to go on, and tells of the end. A copyable handle; copies are the same signal. An empty one (default-constructed)
/// never aborts and costs a null pointer, so that it can be a default argument.
/// Thread    any, copying and destroying included; on_abort() and timeout() on the loop thread.
/// Events    there is no add_event_listener() here: "abort" is the only event a signal has, it happens once, and its listeners want
///           the reason rather than an Event. on_abort() is that listener, and AbortHook is DOM's abort algorithm.
/// Cost      aborted() is one load, a copy one atomic increment; the state is one allocation.
/// Lifetime  may outlive its controller, which leaves it pending for ever, and its loop.
/// Source    https://dom.spec.whatwg.org/#interface-AbortSignal
class AbortSignal {
 public:
  AbortSignal() noexcept = default;
  AbortSignal(const AbortSignal& other) noexcept : state_(other.state_) {
    if (state_ != nullptr) retain(*state_);
  }
  AbortSignal(AbortSignal&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  AbortSignal& operator=(AbortSignal other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~AbortSignal() {
    if (state_ != nullptr) release(*state_);
  }

  /// A signal that is aborted already, with `reason` or Errc::aborted. Source: AbortSignal.abort().
  [[nodiscard]] static AbortSignal aborted_with(Loop& loop, const Error& reason);
  [[nodiscard]] static AbortSignal aborted_with(Loop& loop);
  /// A signal that aborts after `delay`, with Errc::timed_out and the delay as `timeout_ns` in the reason's context.
  /// Delay     negative means zero.
  /// Order     as a timer armed by this call. The timer does not keep the loop alive.
  /// Thread    loop thread.
  /// Errors    Errc::closed, Errc::full, as Loop::schedule().
  /// Cost      a timer and two allocations. The timer is cancelled with the last handle, hook or follower of this signal: at once
  ///           inside run(), elsewhere by a posted task; out of memory for that, it stays until its time is over and does nothing.
  /// Source    AbortSignal.timeout()
  [[nodiscard]] static Result<AbortSignal> timeout(Loop& loop, Duration delay);
  /// A signal that aborts when the first of `signals` does, with its reason.
  /// Effect    is aborted already when one of them is: with the reason of the first such. Empty ones do not count, and one that
  ///           occurs twice counts once; when none is left the result is empty. Signals made by any() are replaced by what they
  ///           follow, so that chains have no length. All are of one loop; anything else is a broken precondition.
  /// Order     an abort marks the source and every signal that follows it first; then come the callbacks of the source, then those
  ///           of each follower, in the order in which they were made.
  /// Thread    any.
  /// Cost      O(n log n), three allocations. Destroying: O(n); what it followed forgets it at once.
  /// Lifetime  keeps what it follows alive as long as it has handles or hooks itself.
  /// Source    https://dom.spec.whatwg.org/#create-a-dependent-abort-signal
  [[nodiscard]] static AbortSignal any(std::span<const AbortSignal> signals);
  [[nodiscard]] static AbortSignal any(std::initializer_list<AbortSignal> signals) {
    return any(std::span<const AbortSignal>(signals.begin(), signals.size()));
  }

  /// True for the signal that never aborts because there is none.
  [[nodiscard]] bool empty() const noexcept { return state_ == nullptr; }
  [[nodiscard]] bool aborted() const noexcept { return reason() != nullptr; }
  /// Why it is aborted; null while it is not. Lives as long as this signal.
  [[nodiscard]] const Error* reason() const noexcept;
  /// Throws ErrorException with the reason once aborted.
  void throw_if_aborted() const;
  /// The same for code that reports by value.
  [[nodiscard]] Result<void> check() const;

  /// Calls `callback`, a `void(const Error& reason)` or `void()`, when the signal aborts.
  /// Effect    at most once, and not any more once the result is destroyed. On a signal whose callbacks have been called it is
  ///           never called: look at aborted() first (what happens in between: AbortHook::listen()).
  /// Order     of registration. An exception stops nobody: it is rethrown by a next-tick, where it is uncaught on its own.
  /// Thread    loop thread.
  /// Cost      O(1); one allocation with the captures, which live as long as the result.
  template <typename F>
    requires detail::is_abort_callback<F>
  [[nodiscard]] AbortRegistration on_abort(F&& callback) const;

  /// The same signal.
  friend bool operator==(const AbortSignal&, const AbortSignal&) noexcept = default;

 private:
  friend class AbortState;
  explicit AbortSignal(AbortState* owned) noexcept : state_(owned) {}
  static void retain(AbortState& state) noexcept;
  static void release(AbortState& state) noexcept;
  [[nodiscard]] bool takes_hooks() const noexcept;

  AbortState* state_ = nullptr;  ///< one reference of it is ours
};

/// The owner of one callback of AbortSignal::on_abort(). Dropping it unregisters, also inside its own callback or another's.
/// Thread    loop thread. May outlive the signal's handles, and the loop.
class [[nodiscard]] AbortRegistration {
 public:
  AbortRegistration() noexcept = default;
  AbortRegistration(AbortRegistration&& other) noexcept : callback_(std::exchange(other.callback_, nullptr)) {}
  AbortRegistration& operator=(AbortRegistration&& other) noexcept {
    AbortRegistration(std::move(other)).swap(*this);
    return *this;
  }
  AbortRegistration(const AbortRegistration&) = delete;
  AbortRegistration& operator=(const AbortRegistration&) = delete;
  ~AbortRegistration() { remove(); }

  /// Never called again, and what the callback captured is freed (after it returns, when called from inside). Idempotent.
  void remove() noexcept {
    if (callback_ != nullptr) std::exchange(callback_, nullptr)->drop();
  }
  /// True while it is going to be called when the signal aborts.
  [[nodiscard]] bool active() const noexcept { return callback_ != nullptr && callback_->linked(); }
  void swap(AbortRegistration& other) noexcept { std::swap(callback_, other.callback_); }

 private:
  friend class AbortSignal;
  explicit AbortRegistration(detail::AbortCallback* owned) noexcept : callback_(owned) {}

  detail::AbortCallback* callback_ = nullptr;
};

template <typename F>
  requires detail::is_abort_callback<F>
AbortRegistration AbortSignal::on_abort(F&& callback) const {
  if (!takes_hooks()) return {};
  auto made = std::make_unique<detail::AbortCallbackOf<std::remove_cvref_t<F>>>(std::forward<F>(callback));
  if (!made->attach(*this)) return {};
  return AbortRegistration(made.release());
}

/// Aborts its signal.
/// Thread    abort() from any, several at once; moving and destroying as for any object.
/// Lifetime  may outlive the loop. Its end is no abort: the signal stays pending for ever.
/// Source    https://dom.spec.whatwg.org/#interface-abortcontroller
class [[nodiscard]] AbortController {
 public:
  explicit AbortController(Loop& loop);
  AbortController(AbortController&&) noexcept = default;
  AbortController& operator=(AbortController&&) noexcept = default;
  AbortController(const AbortController&) = delete;
  AbortController& operator=(const AbortController&) = delete;
  ~AbortController() = default;

  [[nodiscard]] const AbortSignal& signal() const noexcept { return signal_; }
  /// Aborts the signal, and every signal that follows it, with `reason` or Errc::aborted. True: this call did; false: another did
  /// before, or at the same time, and nothing changed.
  /// Effect    when it returns, aborted() is true everywhere. Of concurrent calls one wins, and its reason is the reason.
  /// Order     callbacks: those of this signal, then those of each follower. Inside run(), or close(), on its thread: before this
  ///           returns. Elsewhere, and between two runs that is every thread: by a task that overtakes all others, as
  ///           Ingress::post_internal() but without its bound, so that aborted() may be true before the callbacks came. A call from
  ///           inside a callback of the same abort changes nothing.
  /// Errors    on a closed loop the signals are aborted and their callbacks never called. Out of memory elsewhere than on the loop
  ///           thread: std::bad_alloc, nothing changed.
  /// Cost      O(followers + callbacks); a mutex of this signal; elsewhere an internal post. On the loop thread no allocation.
  /// Source    https://dom.spec.whatwg.org/#abortsignal-signal-abort
  bool abort(const Error& reason);
  bool abort();

 private:
  AbortSignal signal_;
};

}  // namespace millrace
