// WorkerPool: calls that block or compute, on threads of their own, with a promise for what comes out. promisify(): a function made so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

#include <millrace/abort.h>
#include <millrace/clock.h>
#include <millrace/context.h>
#include <millrace/detail/worker_job.h>
#include <millrace/loop.h>
#include <millrace/promise.h>
#include <millrace/result.h>

namespace millrace {

struct WorkerPoolOptions {
  /// At most so many; zero: as many as the machine runs at once. Beyond WorkerPool::kThreadsMax is a broken precondition.
  std::size_t threads = 0;
  /// Jobs that wait while every thread has one. At it run() rejects with Errc::full.
  std::size_t queue_max = 1024;
  /// What the threads are called, with a number behind it, where the system shows names. It may cut them (Linux: 15 characters).
  std::string name = "worker";
};

/// What may end a job before its function returned. Whichever comes first.
struct JobOptions {
  AbortSignal signal{};               ///< rejects with its reason; of the pool's loop, or empty
  std::optional<Duration> timeout{};  ///< counted from run(): waiting for a thread counts. Errc::timed_out
  std::optional<Instant> deadline{};  ///< on the loop's clock. Errc::timed_out
};

/// Counts since construction. Conservation: submitted == completed + rejected + cancelled + pending.
struct WorkerPoolFigures {
  std::uint64_t submitted = 0;  ///< calls of run()
  std::uint64_t completed = 0;  ///< settled with what the function returned or threw
  std::uint64_t rejected =
      0;  ///< refused by run(): full, closed, aborted or too late already, no thread; the function was not called
  std::uint64_t cancelled = 0;  ///< settled without the function's outcome: aborted, too late, the pool or the loop ended
  std::size_t pending = 0;      ///< promises that are not settled
  std::size_t waiting = 0;      ///< jobs that no thread has taken
  std::size_t running = 0;      ///< functions that threads are in, those included whose outcome nobody waits for any more
  std::size_t threads = 0;      ///< started so far
};

/// What a function that runs on a worker can ask, when it takes a `const WorkerContext&`.
/// Thread      any. Lifetime: until the function returns.
class WorkerContext {
 public:
  explicit WorkerContext(const detail::WorkerJob& job) noexcept : job_(job) {}
  WorkerContext(const WorkerContext&) = delete;
  WorkerContext& operator=(const WorkerContext&) = delete;
  /// True once nobody waits for the outcome: aborted, too late, or the pool or its loop has ended. The function should return soon; what it
  /// returns is destroyed. Cost: one load.
  [[nodiscard]] bool cancelled() const noexcept { return job_.forsaken(); }
  /// The loop's context in which run() was called.
  [[nodiscard]] const Context& context() const noexcept { return job_.context(); }

 private:
  const detail::WorkerJob& job_;
};

/// Runs functions on threads and settles promises of one loop with what they return.
/// Threads     are started by run(), one when a job finds none free, up to WorkerPoolOptions::threads. Every signal that a thread can be sent is
///             blocked in them.
/// Order       functions start in the order of run(). Each outcome settles its promise on the loop thread in a callback of its own, in the order
///             in which the functions ended (docs/semantics.md, rule 32).
/// Bounds      WorkerPoolOptions::queue_max jobs wait. A job that was cancelled while it ran keeps its thread until it returns.
/// Cancelling  one that waits leaves the queue at once, and its function is destroyed uncalled. One that runs is told (WorkerContext::cancelled(), or
///             the std::stop_token it takes, whose callbacks run on the loop thread), its promise is rejected at once, and what it returns is
///             destroyed on its thread.
/// Liveness    a pending promise of the pool keeps the loop alive.
/// The end     of the pool, by close() or the destructor: pending promises are rejected with Errc::abandoned, also those whose outcome was on its
///             way; then it waits for the functions that run. Of the loop: its close() rejects the promises with Errc::closed and cancels as
///             above, and outcomes that come later are destroyed. A loop that is stopped takes outcomes when it runs again.
/// Workers     may use Ingress, AbortController and Resolver, and stop, shut down, close or destroy the loop: nothing in that waits for them.
/// Thread      loop thread, all of it; once the loop is closed, any one. Lifetime: may outlive its loop, but run() needs one, if closed.
class WorkerPool {
 public:
  static constexpr std::size_t kThreadsMax = 1024;

  explicit WorkerPool(Loop& loop, WorkerPoolOptions options = {});
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  /// Ends the pool, and blocks until every function that runs has returned: for as long as they ignore that they are cancelled. On a thread of the
  /// pool itself, which cannot wait for its own end, all but this one are waited for; it ends when its function returns and touches nothing of
  /// the pool or the loop in between.
  ~WorkerPool();

  /// Calls `function` on a worker, as `R(const WorkerContext&)`, `R(std::stop_token)` or `R()`: the first of these that it can be called as. The
  /// promise is of R; of U when R is Result<U>. R may be void and move-only.
  /// Values    are moved, never copied. `function` is moved in here, and destroyed on the worker when it returned.
  /// Errors    an exception rejects the promise: Error::from_exception(). Refused, with `function` destroyed uncalled: Errc::full at
  ///           WorkerPoolOptions::queue_max, Errc::closed, the reason of a signal that is aborted already, Errc::timed_out when the time is over
  ///           already; what the system says when there is no thread and none can be started. Out of memory: std::bad_alloc, nothing happened.
  /// Cost      one allocation with function and outcome, beside the promise; a mutex on each side; a timer when there is a limit.
  template <typename F>
  [[nodiscard]] auto run(F&& function, JobOptions options = {}) {
    using Function = std::decay_t<F>;
    static_assert(
        detail::WorkerCall<Function>::possible,
        "millrace::WorkerPool::run: the function is called once with `const WorkerContext&`, a std::stop_token or nothing; bind "
        "other arguments in a lambda or use promisify().");
    using Job = detail::WorkerJobOf<Function>;
    static_assert(
        !detail::FollowsPromise<typename Job::Returned>,
        "millrace::WorkerPool::run: the function returns a promise, but promises live on the loop thread. Return the value.");
    Promise<typename Job::T> promise = Promise<typename Job::T>::pending(*loop_);
    submit(std::make_unique<Job>(promise.state(), std::forward<F>(function)), options);
    return promise;
  }

  /// Ends the pool and waits for its threads at most for `limit` of real time.
  /// Errors    Errc::timed_out: functions still run (context `running`). Nothing is detached: the threads stay the pool's, close() may be called
  ///           again, and the destructor waits for the rest. Errc::would_block_forever on a thread of the pool: as timed out, at once. In all
  ///           cases the pool is ended, and run() answers Errc::closed.
  [[nodiscard]] Result<void> close(Duration limit);

  [[nodiscard]] WorkerPoolFigures figures() const;
  [[nodiscard]] Loop& loop() const noexcept { return *loop_; }

 private:
  void submit(std::unique_ptr<detail::WorkerJob> job, const JobOptions& options);

  Loop* loop_;
  std::shared_ptr<detail::WorkerCrew> crew_;
};

/// A callable that runs `function` on `pool`: `promisify(pool, read_file)(path)` is a promise of what `read_file(path)` returns.
/// Effect      each call takes a copy of `function` and its arguments, decayed as by std::thread; std::ref passes a reference. A function whose
///             first parameter is a `const WorkerContext&` or a std::stop_token gets that before them. Otherwise as WorkerPool::run().
/// Options     are those of every call; a timeout begins with each.
/// Lifetime    the pool outlives the callable.
template <typename F>
[[nodiscard]] auto promisify(WorkerPool& pool, F&& function, JobOptions options = {}) {
  return [&pool, function = std::decay_t<F>(std::forward<F>(function)),
          options = std::move(options)]<typename... Args>(Args&&... args) {
    using Call = detail::BoundCall<std::decay_t<F>, std::decay_t<Args>...>;
    return pool.run(Call(std::in_place, function, std::forward<Args>(args)...), options);
  };
}

}  // namespace millrace
