#include "promise/worker_crew.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include "ingress/door.h"
#include "loop/core.h"
#include "promise/worker_thread.h"

namespace millrace::detail {
namespace {

WorkerPoolOptions completed(WorkerPoolOptions options) {
  if (options.threads == 0) options.threads = std::max(std::thread::hardware_concurrency(), 1U);
  MILLRACE_ASSERT(options.threads <= WorkerPool::kThreadsMax);
  return options;
}

Error too_late(const JobOptions& options) {
  Error error(Errc::timed_out, "the time for the job is over");
  if (options.timeout) error = error.with("timeout_ns", std::to_string(options.timeout->count()));
  if (options.deadline) error = error.with("deadline_ns", std::to_string(options.deadline->time_since_epoch().count()));
  return error;
}

}  // namespace

struct WorkerCrew::Finished {
  explicit Finished(WorkerJob* j) noexcept : job(j) {}
  void operator()() noexcept {
    if (job->state_)
      job->crew_->finish(std::move(job));
    else
      job.reset();  // forsaken after it had finished; the crew may be gone
  }
  std::unique_ptr<WorkerJob> job;
};

void WorkerJob::aborted(const Error& reason) noexcept { crew_->forsake(*this, &reason); }

WorkerCrew::WorkerCrew(Loop& loop, WorkerPoolOptions options)
    : options_(completed(std::move(options))), work_hook_(loop.core().work_hook()), door_(loop.core().door()), loop_(&loop) {
  threads_.reserve(options_.threads);
  Promise<void> promise = Promise<void>::pending(loop);
  if (!promise.pending()) {
    loop_ = nullptr;
    return;
  }
  until_close_ = std::move(promise).take_state();
  until_close_->subscribe(loop_end_);
}

WorkerCrew::~WorkerCrew() { MILLRACE_ASSERT(ended_ && pending_.empty() && queue_.empty()); }

void WorkerCrew::submit(std::unique_ptr<WorkerJob> job, const JobOptions& options) {
  ++figures_.submitted;
  if (Result<void> admitted = admit(*job, options); !admitted) {
    ++figures_.rejected;
    const StateRef<PromiseBase> state = std::move(job->state_);
    if (state->pending()) state->reject(std::move(admitted.error()));  // else the loop is closed, and it is rejected already
    job->timer_.cancel();
    return;
  }
  job->crew_ = this;
  job->context_ = ContextHandoff::adopt(job->state_->home().capture_context());
  if (work_hook_ != nullptr && !job->context_.empty()) job->submitted_ = loop_->core().clock().now();
  static_cast<void>(job->listen(options.signal));
  if (pending_.empty()) hold_ = loop_->hold();
  pending_.push_back(*job);
  ++figures_.pending;
  bool call = false;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(*job.release());
    ++waiting_;
    call = sleepers_ > tickets_;
    if (call) ++tickets_;
  }
  if (call) work_.notify_one();
}

Result<void> WorkerCrew::admit(WorkerJob& job, const JobOptions& options) {
  if (!job.state_->pending()) return fail(Errc::closed, "the loop is closed");
  if (ended_) return fail(Errc::closed, "run: the worker pool is closed");
  if (Result<void> going_on = options.signal.check(); !going_on) return going_on;
  if (occupied_.load(std::memory_order_acquire) >= options_.threads + options_.queue_max)
    return fail(Error(Errc::full, "run: too many jobs wait for a worker")
                    .with("limit", "WorkerPoolOptions::queue_max")
                    .with("queue_max", std::to_string(options_.queue_max)));
  if (Result<void> armed = arm(job, options); !armed) return armed;
  return find_thread();
}

Result<void> WorkerCrew::arm(WorkerJob& job, const JobOptions& options) {
  if (!options.timeout && !options.deadline) return {};
  const Instant now = loop_->core().clock().now();
  Instant over = options.deadline.value_or(Instant::max());
  if (options.timeout) over = std::min(over, later(now, std::max(*options.timeout, Duration::zero())));
  if (over <= now) return fail(too_late(options));
  JobOptions limits{.timeout = options.timeout, .deadline = options.deadline};
  auto timer = loop_->schedule_at(over, [this, &job, limits = std::move(limits)] {
    const Error reason = too_late(limits);
    forsake(job, &reason);
  });
  if (!timer) return fail(std::move(timer.error()));
  job.timer_ = *std::move(timer);
  return {};
}

Result<void> WorkerCrew::find_thread() {
  const std::size_t jobs = occupied_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (jobs <= threads_.size() || threads_.size() == options_.threads) return {};
  try {
    {
      const std::lock_guard lock(mutex_);
      ++serving_;
    }
    threads_.push_back(start_worker_thread(options_.name + '-' + std::to_string(threads_.size() + 1),
                                           [self = shared_from_this()] { self->serve(); }));
    return {};
  } catch (...) {
    {
      const std::lock_guard lock(mutex_);
      --serving_;
    }
    if (!threads_.empty()) return {};  // those that there are will come to it
    occupied_.fetch_sub(1, std::memory_order_relaxed);
    return fail(Error::from_exception(std::current_exception()));
  }
}

StateRef<PromiseBase> WorkerCrew::take_out(WorkerJob& job) noexcept {
  job.unlink();
  job.timer_.cancel();
  job.link_in_pool_.unlink();
  --figures_.pending;
  if (pending_.empty()) hold_.release();
  return std::move(job.state_);
}

void WorkerCrew::forsake(WorkerJob& job, const Error* reason) noexcept {
  const std::shared_ptr<WorkerCrew> alive = shared_from_this();  // what the end of the job destroys may own the pool
  const StateRef<PromiseBase> state = take_out(job);
  ++figures_.cancelled;
  if (reason != nullptr && !state->home().closed()) state->reject(*reason);  // a loop that closes rejects for itself
  std::unique_ptr<WorkerJob> unstarted;
  {
    const std::lock_guard lock(mutex_);
    if (job.link_in_queue_.linked()) {
      job.link_in_queue_.unlink();
      --waiting_;
      occupied_.fetch_sub(1, std::memory_order_relaxed);
      unstarted.reset(&job);
    }
  }
  if (unstarted) return;  // its function is destroyed here, when everything else is done
  std::stop_source stop = job.stop_;
  WorkerJob::Stage seen = WorkerJob::Stage::running;
  // Release; pairs with work_off(), which frees the job, and with forsaken(). Finished: the task on its way finds no promise, and frees it.
  if (!job.stage_.compare_exchange_strong(seen, WorkerJob::Stage::forsaken, std::memory_order_acq_rel)) return;
  if (stop.stop_possible()) stop.request_stop();
}

void WorkerCrew::finish(std::unique_ptr<WorkerJob> job) noexcept {
  const StateRef<PromiseBase> state = take_out(*job);
  ++figures_.completed;
  if (state->pending()) job->settle(*state);
}

void WorkerCrew::loop_closed() noexcept {
  const std::shared_ptr<WorkerCrew> alive = shared_from_this();
  loop_ = nullptr;
  until_close_ = {};
  while (WorkerJob* const job = pending_.front()) forsake(*job, nullptr);
}

void WorkerCrew::end() noexcept {
  if (loop_ != nullptr) MILLRACE_ASSERT_LOOP_THREAD(loop_->core());
  ended_ = true;
  if (!pending_.empty()) {
    const Error reason(Errc::abandoned, "the worker pool ended before the job did");
    while (WorkerJob* const job = pending_.front()) forsake(*job, &reason);
  }
  if (until_close_) {
    until_close_->unsubscribe(loop_end_);
    until_close_ = {};
  }
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_.notify_all();
}

bool WorkerCrew::on_own_thread() const noexcept {
  return std::ranges::any_of(threads_, [](const std::thread& thread) { return thread.get_id() == std::this_thread::get_id(); });
}

Result<void> WorkerCrew::wait(Duration limit) {
  const auto still = [this](Errc code, std::string message) {
    return fail(Error(code, std::move(message)).with("running", std::to_string(occupied_.load(std::memory_order_relaxed))));
  };
  if (on_own_thread())
    return still(Errc::would_block_forever, "close: called on a thread of the pool, which would wait for itself");
  {
    constexpr Duration kLongest = std::chrono::hours(24 * 365);  // what the system adds to its clock without overflow
    std::unique_lock lock(mutex_);
    if (!left_.wait_for(lock, std::clamp(limit, Duration::zero(), kLongest), [this] { return serving_ == 0; }))
      return still(Errc::timed_out, "close: functions still run on the pool");
  }
  join();
  return {};
}

void WorkerCrew::join() noexcept {
  for (std::thread& thread : threads_)
    if (thread.get_id() == std::this_thread::get_id())
      thread.detach();
    else
      thread.join();
  threads_.clear();
}

WorkerPoolFigures WorkerCrew::figures() const {
  WorkerPoolFigures figures = figures_;
  figures.threads = threads_.size();
  const std::lock_guard lock(mutex_);
  figures.waiting = waiting_;
  figures.running = occupied_.load(std::memory_order_relaxed) - waiting_;
  return figures;
}

void WorkerCrew::serve() noexcept {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (WorkerJob* const job = queue_.pop_front()) {
      --waiting_;
      job->stage_.store(WorkerJob::Stage::running, std::memory_order_relaxed);
      lock.unlock();
      work_off(job);
      lock.lock();
      continue;
    }
    if (ending_) break;
    ++sleepers_;
    work_.wait(lock, [this] { return tickets_ > 0 || ending_; });
    --sleepers_;
    if (tickets_ > 0) --tickets_;
  }
  if (--serving_ == 0) left_.notify_all();
}

std::unique_ptr<WorkHook::Running> WorkerCrew::follow(const WorkerJob& job) noexcept {
  if (work_hook_ == nullptr || job.context_.empty()) return nullptr;
  try {
    return work_hook_->begins({.kind = WorkHook::Kind::worker_job, .context = job.context_, .due = job.submitted_});
  } catch (...) {
    return nullptr;
  }
}

void WorkerCrew::work_off(WorkerJob* job) noexcept {
  if (std::unique_ptr<WorkHook::Running> followed = follow(*job)) {
    job->context_ = followed->context();
    job->work(WorkerContext(*job));
    if (const Error* const error = job->thrown()) followed->failed(*error);
  } else {
    job->work(WorkerContext(*job));
  }
  occupied_.fetch_sub(1, std::memory_order_release);  // release; pairs with admit()
  std::unique_ptr<WorkerJob> owned(job);
  if (job->stage_.exchange(WorkerJob::Stage::finished, std::memory_order_acq_rel) == WorkerJob::Stage::forsaken) return;
  Task task{Finished(owned.release())};
  // Refused on a closed loop. Out of memory ends the process here: nobody else would settle the promise.
  static_cast<void>(door_->post_settlement(task));
}

}  // namespace millrace::detail
