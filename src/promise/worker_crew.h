// WorkerCrew: what a WorkerPool is made of. Its threads own it together with the pool, so that one that cannot be joined may outlive that.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <millrace/worker_pool.h>

#include "base/intrusive_list.h"

namespace millrace {
class Door;
}

namespace millrace::detail {

/// Every free thread is awake, or waits with nothing in the queue that is not promised to another: a job takes a free thread's place by a
/// ticket, so that each wake is one thread's and each job's thread is found by who submits it.
class WorkerCrew : public std::enable_shared_from_this<WorkerCrew> {
 public:
  WorkerCrew(Loop& loop, WorkerPoolOptions options);
  WorkerCrew(const WorkerCrew&) = delete;
  WorkerCrew& operator=(const WorkerCrew&) = delete;
  ~WorkerCrew();

  // Loop thread.
  void submit(std::unique_ptr<WorkerJob> job, const JobOptions& options);
  /// Settles the promise without the job's outcome: with `reason`; null: the loop does that. Whoever waits or runs is cancelled.
  void forsake(WorkerJob& job, const Error* reason) noexcept;
  /// Rejects what is pending, and tells the threads to end. Idempotent.
  void end() noexcept;
  [[nodiscard]] Result<void> wait(Duration limit);
  /// Waits for every thread but the calling one.
  void join() noexcept;
  [[nodiscard]] WorkerPoolFigures figures() const;

 private:
  /// Told when the loop closes: abandoned as whoever waits for a promise is, before anything else of the loop goes.
  class LoopEnd final : public Reaction {
   public:
    explicit LoopEnd(WorkerCrew& crew) noexcept : crew_(crew) {}
    void react(PromiseBase&) noexcept override { crew_.loop_closed(); }
    void abandon() noexcept override { crew_.loop_closed(); }

   private:
    WorkerCrew& crew_;
  };
  /// Brings a finished job to the loop thread. Destroyed unrun, the loop is closed, and the job has lost its promise before.
  struct Finished;

  /// The reason why the job is refused, if it is.
  [[nodiscard]] Result<void> admit(WorkerJob& job, const JobOptions& options);
  [[nodiscard]] Result<void> arm(WorkerJob& job, const JobOptions& options);
  [[nodiscard]] Result<void> find_thread();
  void loop_closed() noexcept;
  void finish(std::unique_ptr<WorkerJob> job) noexcept;
  /// Ends what the loop thread knows of the job.
  [[nodiscard]] StateRef<PromiseBase> take_out(WorkerJob& job) noexcept;
  [[nodiscard]] bool on_own_thread() const noexcept;

  // Worker threads.
  void serve() noexcept;
  void work_off(WorkerJob* job) noexcept;
  [[nodiscard]] std::unique_ptr<WorkHook::Running> follow(const WorkerJob& job) noexcept;

  const WorkerPoolOptions options_;
  WorkHook* const work_hook_;   ///< outlives the pool
  std::shared_ptr<Door> door_;  ///< outlives the loop
  std::atomic<std::size_t> occupied_{
      0};  ///< jobs that wait or run. Lowered before an outcome is posted, so that who sees it finds room

  mutable std::mutex mutex_;                                    // leaf
  std::condition_variable work_;                                ///< a ticket, or the end
  std::condition_variable left_;                                ///< serving_ fell to zero
  IntrusiveList<WorkerJob, &WorkerJob::link_in_queue_> queue_;  // guarded by mutex_, as what follows
  std::size_t waiting_ = 0;
  std::size_t sleepers_ = 0;
  std::size_t tickets_ = 0;  ///< sleepers that have been called
  std::size_t serving_ = 0;  ///< threads that have not left serve()
  bool ending_ = false;

  // Loop thread.
  Loop* loop_;  ///< null once it is closed
  LoopEnd loop_end_{*this};
  StateRef<PromiseState<void>> until_close_;  ///< never settled but by the loop's close; empty after it, and after end()
  LivenessHold hold_;                         ///< while something is pending
  IntrusiveList<WorkerJob, &WorkerJob::link_in_pool_> pending_;
  bool ended_ = false;
  std::vector<std::thread> threads_;
  WorkerPoolFigures figures_;
};

}  // namespace millrace::detail
