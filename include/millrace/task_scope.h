// TaskScope: structured concurrency. Children that end before their parent goes on, and that stop when one of them fails.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <millrace/abort.h>
#include <millrace/async.h>
#include <millrace/promise.h>

namespace millrace {

/// Effect      spawn() counts a child in. When a child fails, signal(), which the children should be given, is aborted: with Errc::aborted and
///             the child's error as its cause, so that nobody takes another's failure for its own. cancel() and the parent's signal
///             abort it with their own reason. join() is settled when every child has ended: fulfilled, or rejected with what was first.
/// Order       children run in the order of spawn(), each up to its first wait.
/// Lifetime    destroyed while children run, it aborts them and lets them end by themselves; what they hold is released when they do. Use
///             in_scope(), which waits, wherever you can.
/// Thread      loop thread. Cost: two allocations for the scope, one for each child.
class TaskScope {
 public:
  /// `parent` may be empty.
  explicit TaskScope(Loop& loop, const AbortSignal& parent = {});
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;
  ~TaskScope();

  [[nodiscard]] Loop& loop() const noexcept { return *loop_; }
  /// Aborted when a child has failed, by cancel(), and with the parent's signal.
  [[nodiscard]] const AbortSignal& signal() const noexcept { return signal_; }

  /// Counts a promise, or a coroutine that runs already, in.
  template <typename T>
  void spawn(Promise<T> child) {
    const std::shared_ptr<Children> children = children_;
    children->begin();
    std::move(child).then([children](auto&&...) { children->end(); },
                          [children](const Error& reason) { children->child_failed(reason); });
  }
  /// Calls `body(signal())` and counts what it returns in.
  template <typename F>
    requires std::is_invocable_v<F&, AbortSignal>
  void spawn(F&& body) {
    spawn(Promise<typename std::invoke_result_t<F&, AbortSignal>::promised_type>(body(signal_)));
  }
  /// Aborts the children. The reason is what join() is rejected with, unless a child failed before.
  void cancel(const Error& reason = Error(Errc::aborted, "the scope was cancelled"));
  /// As if a child had failed with `reason`.
  void fail(const Error& reason);
  /// Settled once no child is left that was spawned before it settles. Every call returns the same promise until then.
  [[nodiscard]] Promise<void> join();
  [[nodiscard]] std::size_t running() const noexcept { return children_->running(); }

 private:
  class Children {
   public:
    explicit Children(Loop& loop) : loop_(loop), controller_(loop) {}
    [[nodiscard]] AbortController& controller() noexcept { return controller_; }
    void begin() noexcept { ++running_; }
    void end();
    void child_failed(const Error& reason);
    /// All are to end; `failure` is what join() says, unless there was one before.
    void abort(const Error& failure, const Error& reason);
    [[nodiscard]] Promise<void> join();
    [[nodiscard]] std::size_t running() const noexcept { return running_; }

   private:
    Loop& loop_;
    AbortController controller_;
    std::size_t running_ = 0;
    std::optional<Error> failure_;
    std::optional<PromiseAndResolver<void>> joined_;
  };

  Loop* loop_;
  std::shared_ptr<Children> children_;
  AbortSignal signal_;
};

/// Runs `body(scope)`, a coroutine or a function that returns a promise, in a scope of its own, and is settled when the body and every child
/// have ended: with the body's value, or with what failed first. When the body fails, the children are aborted; when a child fails, the body
/// learns of it by scope.signal().
template <typename Body>
auto in_scope(Loop& loop, AbortSignal parent, Body body) -> Async<typename std::invoke_result_t<Body&, TaskScope&>::promised_type> {
  using T = typename std::invoke_result_t<Body&, TaskScope&>::promised_type;
  TaskScope scope{loop, parent};
  std::exception_ptr failure;
  std::optional<detail::Stored<T>> value;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await body(scope);
      value.emplace();
    } else {
      value.emplace(co_await body(scope));
    }
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) scope.fail(Error::from_exception(failure));
  try {
    co_await scope.join();
  } catch (...) {
    failure = std::current_exception();  // the first one, which may be the body's
  }
  if (failure) std::rethrow_exception(failure);
  if constexpr (!std::is_void_v<T>) co_return *std::move(value);
}

}  // namespace millrace
