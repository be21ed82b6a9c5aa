// A Poller for tests: time is a ManualClock that waiting moves, and readiness happens when the script says so.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <millrace/poller.h>

namespace millrace {

/// Effect    wait() moves the clock to the next scripted event or the time-out, whichever comes first, and never blocks.
/// Errors    wait() without time-out and without anything scripted is Errc::would_block_forever: a real poller would hang here.
/// Thread    the thread of the loop; wake() may come from any thread but only counts.
class ScriptedPoller final : public Poller {
 public:
  explicit ScriptedPoller(ManualClock& clock);
  ~ScriptedPoller() override;

  /// `fd` answers `ready` once, at `at` or as soon after as somebody is interested.
  void script(Instant at, int fd, Readiness ready);
  /// The n-th next call of `operation` ("add", "modify", "remove", "wait") fails with `error`; n = 1 is the very next.
  void fail_nth(const std::string& operation, int n, Error error);
  [[nodiscard]] std::size_t wakes() const noexcept;
  [[nodiscard]] std::size_t waits() const noexcept { return waits_; }
  /// The descriptor of the latest successful add(), or -1. Loop::watch() registers a duplicate, and this is its number.
  [[nodiscard]] int last_added_fd() const noexcept { return last_added_fd_; }
  [[nodiscard]] std::size_t registered() const noexcept { return registrations_.size(); }

  [[nodiscard]] std::string_view name() const noexcept override { return "scripted"; }
  [[nodiscard]] Result<void> add(int fd, Interest interest, std::uint64_t token) override;
  [[nodiscard]] Result<void> modify(int fd, Interest interest, std::uint64_t token) override;
  [[nodiscard]] Result<void> remove(int fd) override;
  [[nodiscard]] Result<std::size_t> wait(std::span<ReadyEvent> out, std::optional<Duration> timeout) override;
  [[nodiscard]] std::shared_ptr<Waker> waker() override;

 private:
  class CountingWaker;
  struct Registration {
    Interest interest;
    std::uint64_t token;
  };
  struct Event {
    Instant at;
    int fd;
    Readiness ready;
  };
  [[nodiscard]] Result<void> check_fault(const std::string& operation);
  /// What `event` answers to who is registered now; nothing when nobody is interested.
  [[nodiscard]] std::optional<ReadyEvent> answer(const Event& event) const;
  [[nodiscard]] std::size_t deliver(std::span<ReadyEvent> out);

  ManualClock& clock_;
  std::shared_ptr<CountingWaker> waker_;
  std::map<int, Registration> registrations_;
  std::vector<Event> events_;
  std::map<std::string, std::map<int, Error>> faults_;
  std::map<std::string, int> calls_;
  std::size_t waits_ = 0;
  int last_added_fd_ = -1;
};

}  // namespace millrace
