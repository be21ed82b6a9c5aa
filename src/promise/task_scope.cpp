#include <millrace/task_scope.h>

namespace millrace {

TaskScope::TaskScope(Loop& loop, const AbortSignal& parent)
    : loop_(&loop),
      children_(std::make_shared<Children>(loop)),
      signal_(AbortSignal::any({children_->controller().signal(), parent})) {}

TaskScope::~TaskScope() {
  if (children_->running() > 0) children_->controller().abort(Error(Errc::aborted, "the scope was left while the task ran"));
}

void TaskScope::cancel(Error reason) { children_->fail_all(std::move(reason)); }

Promise<void> TaskScope::join() { return children_->join(); }

void TaskScope::Children::end() {
  if (--running_ > 0 || !joined_) return;
  PromiseAndResolver<void> joined = std::move(*joined_);
  joined_.reset();
  if (failure_)
    joined.resolver.reject(*std::exchange(failure_, std::nullopt));
  else
    joined.resolver.resolve();
}

void TaskScope::Children::fail(const Error& reason) {
  fail_all(reason);
  end();
}

void TaskScope::Children::fail_all(Error reason) {
  if (failure_) return;
  failure_ = reason;
  controller_.abort(std::move(reason));
}

Promise<void> TaskScope::Children::join() {
  if (!joined_) joined_ = make_promise<void>(loop_);
  Promise<void> promise = joined_->promise;
  if (running_ == 0) {
    ++running_;
    end();
  }
  return promise;
}

}  // namespace millrace
