#include <millrace/observe/log_observer.h>

#include <utility>

namespace millrace::observe {

LogObserver::LogObserver(LogHub& hub, std::uint64_t loop, Observer* next)
    : loop_(hub.logger(log_category::kLoop).with_ids(ids_)),
      poll_(hub.logger(log_category::kPoll).with_ids(ids_)),
      promise_(hub.logger(log_category::kPromise).with_ids(ids_)),
      ingress_(hub.logger(log_category::kIngress).with_ids(ids_)),
      next_(next) {
  ids_.loop = loop;
}

void LogObserver::loop_state_changed(std::string_view from, std::string_view to) {
  loop_.debug("loop state changed", field("from", from), field("to", to));
  if (next_ != nullptr) next_->loop_state_changed(from, to);
}

void LogObserver::failed(const Logger& log, std::string_view message, const Error& error) {
  ids_.correlation = error.correlation_id();
  log.error(message, field("error", error));
  ids_.correlation = {};
}

void LogObserver::task_failed(const Error& error) {
  failed(loop_, "task failed", error);
  if (next_ != nullptr) next_->task_failed(error);
}

void LogObserver::poll_failed(const Error& error) {
  failed(poll_, "poll failed", error);
  if (next_ != nullptr) next_->poll_failed(error);
}

void LogObserver::sleep_mode_changed(const SleepModeChange& change) {
  poll_.debug("sleep mode changed", field("from", change.from), field("to", change.to), field("reason", change.reason),
              field("latency_before", change.latency_before), field("latency_after", change.latency_after));
  if (next_ != nullptr) next_->sleep_mode_changed(change);
}

void LogObserver::rejection_unhandled(const Error& reason) {
  failed(promise_, "unhandled rejection", reason);
  if (next_ != nullptr) next_->rejection_unhandled(reason);
}

void LogObserver::tasks_rejected(std::size_t count) {
  ingress_.warn("tasks rejected", field("count", count));
  if (next_ != nullptr) next_->tasks_rejected(count);
}

}  // namespace millrace::observe
