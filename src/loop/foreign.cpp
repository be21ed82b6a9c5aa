// Living inside another loop: what that one waits for, and how posts reach it.
#include "loop/core.h"

namespace millrace {

Result<int> LoopCore::foreign_fd() {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  if (sleeper_.policy().fast_path == FastPath::forced)
    return fail(Errc::unsupported, "fd: SleepPolicy::fast_path is forced, so posts do not signal the poller");
  if (const std::optional<int> fd = poller_->wait_fd()) return *fd;
  return fail(Error(Errc::unsupported, "fd: this poller has no descriptor that another loop could wait for; use epoll or io_uring")
                  .with("poller", std::string(poller_->name())));
}

std::optional<Duration> LoopCore::foreign_timeout() {
  MILLRACE_ASSERT_LOOP_THREAD(*this);
  if (!poller_->prepare_foreign_wait()) return Duration::zero();  // run_once() meets the failure again, and reports it
  sleeper_.announce_for_host();
  note_life();
  if (seen_state_ == LoopState::stopping || closing() || has_news()) return Duration::zero();
  if (!checkpoint_.empty()) return Duration::zero();
  if (alive()) return time_to_wait(std::nullopt);
  // Not alive: run_once() would return false at once, but unreferenced timers still fire while the host goes on.
  const std::optional<Instant> deadline = timers_.next_deadline();
  if (!deadline) return std::nullopt;
  return std::max(*deadline - clock_->now(), Duration::zero());
}

}  // namespace millrace
