// The public face: the crew does the work.
#include <millrace/worker_pool.h>

#include "promise/worker_crew.h"

namespace millrace {

WorkerPool::WorkerPool(Loop& loop, WorkerPoolOptions options)
    : loop_(&loop), crew_(std::make_shared<detail::WorkerCrew>(loop, std::move(options))) {}

WorkerPool::~WorkerPool() {
  crew_->end();
  crew_->join();
}

void WorkerPool::submit(std::unique_ptr<detail::WorkerJob> job, const JobOptions& options) {
  crew_->submit(std::move(job), options);
}

Result<void> WorkerPool::close(Duration limit) {
  crew_->end();
  return crew_->wait(limit);
}

WorkerPoolFigures WorkerPool::figures() const { return crew_->figures(); }

}  // namespace millrace
