#include <millrace/awaitables.h>

#include <optional>

#include <millrace/readiness.h>
#include <millrace/timer.h>

namespace millrace {
namespace {

/// A wait that a signal may end. Owned by what it registered with the loop, so that ending the registration ends it.
template <typename T, typename Handle>
class Wait final : public AbortHook {
 public:
  explicit Wait(Resolver<T> resolver) noexcept : resolver_(std::move(resolver)) {}
  void begin(Handle handle, const AbortSignal& signal) {
    handle_ = std::move(handle);
    static_cast<void>(listen(signal));
  }
  template <typename... Value>
  void finish(Value&&... value) {
    unlink();
    resolver_.resolve(std::forward<Value>(value)...);
  }
  [[nodiscard]] Handle take_handle() noexcept { return std::move(handle_); }

 private:
  void aborted(const Error& reason) noexcept override {
    resolver_.reject(reason);
    const Handle ended = std::move(handle_);  // destroys this, when it is destroyed itself
  }

  Resolver<T> resolver_;
  Handle handle_;
};

/// The promise of a wait that could not begin.
template <typename T>
Promise<T> refused(Loop& loop, const Promise<T>& abandoned, Error reason) {
  abandoned.ignore_rejection();
  return Promise<T>::rejected(loop, std::move(reason));
}

}  // namespace

Promise<void> sleep(Loop& loop, Duration delay, const AbortSignal& signal) {
  if (const Error* reason = signal.reason()) return Promise<void>::rejected(loop, *reason);
  using Sleep = Wait<void, TimerHandle>;
  auto [promise, resolver] = make_promise<void>(loop);
  auto owned = std::make_unique<Sleep>(std::move(resolver));
  Sleep& wait = *owned;
  Result<TimerHandle> timer = loop.schedule(delay, [owned = std::move(owned)] { owned->finish(); });
  if (!timer) return refused(loop, promise, std::move(timer.error()));
  wait.begin(*std::move(timer), signal);
  return promise;
}

Promise<void> next_turn(Loop& loop) {
  auto [promise, resolver] = make_promise<void>(loop);
  if (auto queued = loop.immediate([owned = std::move(resolver)]() mutable { owned.resolve(); }); !queued)
    return refused(loop, promise, std::move(queued.error()));
  return promise;
}

Promise<Readiness> ready(Loop& loop, int fd, Interest interest, const AbortSignal& signal) {
  if (const Error* reason = signal.reason()) return Promise<Readiness>::rejected(loop, *reason);
  using Ready = Wait<Readiness, WatchHandle>;
  auto [promise, resolver] = make_promise<Readiness>(loop);
  auto wait = std::make_shared<Ready>(std::move(resolver));
  Result<WatchHandle> watch = loop.watch(fd, interest, [wait](Readiness readiness) {
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): closing the handle destroys this function, and `wait` with it
    const std::shared_ptr<Ready> alive = wait;
    const WatchHandle ended = alive->take_handle();
    alive->finish(readiness);
  });
  if (!watch) return refused(loop, promise, std::move(watch.error()));
  wait->begin(*std::move(watch), signal);
  return promise;
}

Promise<Error> when_aborted(Loop& loop, const AbortSignal& signal) {
  if (const Error* reason = signal.reason()) return Promise<Error>::resolved(loop, *reason);
  auto [promise, resolver] = make_promise<Error>(loop);
  struct Told final : AbortHook {
    explicit Told(Resolver<Error> r) noexcept : resolver(std::move(r)) {}
    void aborted(const Error& reason) noexcept override {
      const std::unique_ptr<Told> self(this);
      resolver.resolve(reason);
    }
    Resolver<Error> resolver;
  };
  auto told = std::make_unique<Told>(std::move(resolver));
  if (told->listen(signal)) static_cast<void>(told.release());  // the signal's from here on
  return promise;
}

}  // namespace millrace
