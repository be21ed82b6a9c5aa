#include <millrace/task_scope.h>

namespace millrace {

TaskScope::TaskScope(Loop& loop, const AbortSignal& parent)
    : loop_(&loop),
      children_(std::make_shared<Children>(loop)),
      signal_(AbortSignal::any({children_->controller().signal(), parent})) {}

TaskScope::~TaskScope() {
  if (children_->running() > 0) children_->controller().abort(Error(Errc::aborted, "the scope was left while the task ran"));
}

namespace {
Error told_to_others(const Error& reason) { return reason.wrap(Errc::aborted, "another task of the scope failed"); }
}  // namespace

void TaskScope::cancel(const Error& reason) { children_->abort(reason, reason); }

void TaskScope::fail(const Error& reason) { children_->abort(reason, told_to_others(reason)); }

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

void TaskScope::Children::child_failed(const Error& reason) {
  abort(reason, told_to_others(reason));
  end();
}

void TaskScope::Children::abort(const Error& failure, const Error& reason) {
  if (failure_) return;
  failure_ = failure;
  static_cast<void>(controller_.abort(reason));
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
