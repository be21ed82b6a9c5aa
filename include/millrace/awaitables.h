// Things to wait for: time, turns of the loop, descriptors, aborts. Each is a promise, so it can be awaited, chained, and raced.
//
// Abort       every wait takes an AbortSignal; empty by default. An aborted wait is rejected with the signal's reason at once, and what it
//             had registered is gone when that happens. On a signal that is aborted already nothing is registered.
// Liveness    a wait keeps the loop alive until it is settled. Dropping its promise ends nothing: abort it.
// Errors      what the loop refuses (Errc::closed, Errc::full, a bad descriptor) rejects the promise.
// Thread      loop thread.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <millrace/abort.h>
#include <millrace/clock.h>
#include <millrace/poller.h>
#include <millrace/promise.h>

namespace millrace {

/// Fulfilled in the timers phase, `delay` after the call or later, never earlier. Cost: a timer, a promise and one allocation.
[[nodiscard]] Promise<void> sleep(Loop& loop, Duration delay, const AbortSignal& signal = {});
/// Fulfilled in the immediates phase of this tick, or of the next when called in it: lets timers, posts and readiness have their turn.
[[nodiscard]] Promise<void> next_turn(Loop& loop);
/// Fulfilled once, when `fd` is ready for `interest`. Cost: as Loop::watch(), and unregistering. For a stream of events watch() is cheaper.
[[nodiscard]] Promise<Readiness> ready(Loop& loop, int fd, Interest interest, const AbortSignal& signal = {});
/// Fulfilled with the reason when `signal` aborts; pending for ever on an empty one. Does not keep the loop alive.
[[nodiscard]] Promise<Error> when_aborted(Loop& loop, const AbortSignal& signal);

namespace detail {

/// Rejects a promise when a signal aborts, unless it was settled before.
template <typename T>
class AbortablePromise final : public AbortHook {
 public:
  explicit AbortablePromise(Resolver<T> resolver) noexcept : resolver_(std::move(resolver)) {}
  void settle(Result<T> outcome) {
    unlink();
    resolver_.settle(std::move(outcome));
  }

 private:
  void aborted(const Error& reason) noexcept override { resolver_.reject(reason); }
  Resolver<T> resolver_;
};

}  // namespace detail

/// What `promise` becomes, or rejected with the signal's reason if that comes first. What the promise stands for goes on: this only stops
/// waiting for it.
template <typename T>
[[nodiscard]] Promise<T> abortable(Promise<T> promise, const AbortSignal& signal) {
  if (signal.empty()) return promise;
  detail::PromiseHome& home = promise.state()->home();
  if (const Error* reason = signal.reason()) {
    promise.ignore_rejection();
    return Promise<T>::rejected(home, *reason);
  }
  auto [ours, resolver] = detail::make_promise_at<T>(home);
  auto hook = std::make_shared<detail::AbortablePromise<T>>(std::move(resolver));
  static_cast<void>(hook->listen(signal));
  if constexpr (std::is_void_v<T>)
    std::move(promise).then([hook] { hook->settle({}); }, [hook](const Error& reason) { hook->settle(fail(reason)); });
  else
    std::move(promise).then([hook](T&& value) { hook->settle(std::move(value)); },
                            [hook](const Error& reason) { hook->settle(fail(reason)); });
  return std::move(ours);
}

/// What `promise` becomes, or rejected with Errc::timed_out after `limit`. What it stands for goes on.
template <typename T>
[[nodiscard]] Promise<T> within(Loop& loop, Promise<T> promise, Duration limit) {
  Result<AbortSignal> timeout = AbortSignal::timeout(loop, limit);
  if (!timeout) {
    promise.ignore_rejection();
    return Promise<T>::rejected(loop, std::move(timeout.error()));
  }
  return abortable(std::move(promise), *timeout);
}

}  // namespace millrace
