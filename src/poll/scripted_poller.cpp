#include <millrace/scripted_poller.h>

#include <algorithm>
#include <atomic>

#include "poll/refusals.h"

namespace millrace {

class ScriptedPoller::CountingWaker final : public Waker {
 public:
  [[nodiscard]] bool wake() noexcept override {
    wakes_.fetch_add(1, std::memory_order_relaxed);
    pending_.store(true, std::memory_order_release);  // pairs with take()
    return true;
  }
  [[nodiscard]] bool take() noexcept { return pending_.exchange(false, std::memory_order_acq_rel); }
  [[nodiscard]] std::size_t wakes() const noexcept { return wakes_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> wakes_{0};
  std::atomic<bool> pending_{false};
};

ScriptedPoller::ScriptedPoller(ManualClock& clock) : clock_(clock), waker_(std::make_shared<CountingWaker>()) {}
ScriptedPoller::~ScriptedPoller() = default;

std::size_t ScriptedPoller::wakes() const noexcept { return waker_->wakes(); }
std::shared_ptr<Waker> ScriptedPoller::waker() { return waker_; }

void ScriptedPoller::script(Instant at, int fd, Readiness ready) {
  const auto later = [](const Event& event, Instant when) { return event.at <= when; };
  events_.insert(std::lower_bound(events_.begin(), events_.end(), at, later), Event{at, fd, ready});
}

void ScriptedPoller::fail_nth(const std::string& operation, int n, Error error) {
  const int call = calls_[operation] + n;
  faults_[operation].insert_or_assign(call, std::move(error));
}

Result<void> ScriptedPoller::check_fault(const std::string& operation) {
  const int call = ++calls_[operation];
  auto& faults = faults_[operation];
  if (const auto found = faults.find(call); found != faults.end()) return fail(found->second);
  return {};
}

Result<void> ScriptedPoller::add(int fd, Interest interest, std::uint64_t token) {
  if (auto fault = check_fault("add"); !fault) return fault;
  if (auto checked = check_token("add", token); !checked) return checked;
  if (!registrations_.emplace(fd, Registration{interest, token}).second)
    return fail(Error(Errc::invalid_argument, "add: the descriptor is registered already").with("fd", std::to_string(fd)));
  last_added_fd_ = fd;
  return {};
}

Result<void> ScriptedPoller::modify(int fd, Interest interest, std::uint64_t token) {
  if (auto fault = check_fault("modify"); !fault) return fault;
  if (auto checked = check_token("modify", token); !checked) return checked;
  const auto found = registrations_.find(fd);
  if (found == registrations_.end())
    return fail(Error(Errc::not_found, "modify: the descriptor is not registered").with("fd", std::to_string(fd)));
  found->second = {interest, token};
  return {};
}

Result<void> ScriptedPoller::remove(int fd) {
  if (auto fault = check_fault("remove"); !fault) return fault;
  if (registrations_.erase(fd) == 0)
    return fail(Error(Errc::not_found, "remove: the descriptor is not registered").with("fd", std::to_string(fd)));
  return {};
}

std::optional<ReadyEvent> ScriptedPoller::answer(const Event& event) const {
  const auto found = registrations_.find(event.fd);
  if (found == registrations_.end()) return std::nullopt;
  const auto& [interest, token] = found->second;
  Readiness ready = event.ready;
  const bool told_anyway = ready.hang_up || ready.error;
  ready.readable = told_anyway || (ready.readable && includes(interest, Interest::readable));
  ready.writable = told_anyway || (ready.writable && includes(interest, Interest::writable));
  if (!ready.readable && !ready.writable) return std::nullopt;
  return ReadyEvent{token, ready};
}

std::size_t ScriptedPoller::deliver(std::span<ReadyEvent> out) {
  std::size_t count = 0;
  for (auto event = events_.begin(); event != events_.end() && event->at <= clock_.now() && count < out.size();) {
    if (const std::optional<ReadyEvent> ready = answer(*event)) {
      out[count++] = *ready;
      event = events_.erase(event);
    } else {
      ++event;
    }
  }
  return count;
}

Result<std::size_t> ScriptedPoller::wait(std::span<ReadyEvent> out, std::optional<Duration> timeout) {
  ++waits_;
  if (auto fault = check_fault("wait"); !fault) return fail(fault.error());
  if (waker_->take()) return deliver(out);
  if (const std::size_t ready = deliver(out); ready > 0 || (timeout && *timeout <= Duration::zero())) return ready;
  std::optional<Instant> until;
  if (timeout) until = clock_.now() + *timeout;
  for (const Event& event : events_)
    if (event.at > clock_.now() && answer(event)) {
      until = until ? std::min(*until, event.at) : event.at;
      break;
    }
  if (!until) return fail(Errc::would_block_forever, "the loop waits for ever: no timer is armed and nothing more is scripted");
  clock_.advance_to(*until);
  return deliver(out);
}

}  // namespace millrace
