#include "js/limits/limits.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "js/runtime_core.h"

namespace millrace::js {
namespace {

using std::chrono::milliseconds;

Duration smallest_time(const SandboxPolicy& policy) noexcept {
  Duration smallest = Duration::max();
  for (const TimeLimit& limit : {policy.evaluation, policy.callback, policy.checkpoint})
    for (const Duration time : {limit.wall, limit.cpu})
      if (time > Duration::zero()) smallest = std::min(smallest, time);
  return smallest;
}

/// Two looks are within the shortest time, but no more than a thousand a second.
Duration interval_for(const SandboxPolicy& policy) noexcept {
  const Duration wanted = policy.interrupt_interval > Duration::zero() ? policy.interrupt_interval : Duration(milliseconds(25));
  return std::max<Duration>(milliseconds(1), std::min(wanted, smallest_time(policy) / 2));
}

Duration read(clockid_t clock) noexcept {
  timespec now{};
  clock_gettime(clock, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

Limits::Time Limits::Time::now() noexcept { return {.wall = read(CLOCK_MONOTONIC), .cpu = read(CLOCK_THREAD_CPUTIME_ID)}; }

Limits::Limits(SandboxPolicy policy)
    : policy_(std::move(policy)), interval_(interval_for(policy_)), look_interval_(interval_), collect_at_(policy_.heap_bytes) {}

const TimeLimit& times_of(const SandboxPolicy& policy, Operation operation) noexcept {
  switch (operation) {
    case Operation::callback: return policy.callback;
    case Operation::checkpoint: return policy.checkpoint;
    case Operation::evaluation: break;
  }
  return policy.evaluation;
}

RunningView::Seen RunningView::see() const noexcept {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  return {.inside = inside_.load(kRelaxed),
          .entry = entry_.load(kRelaxed),
          .operation = operation_.load(kRelaxed),
          .since = Duration(since_.load(kRelaxed)),
          .looked = Duration(looked_.load(kRelaxed))};
}

void RunningView::begins(Operation operation, Duration now) noexcept {
  entry_.store(entry_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  looked(operation, now, now);
  inside_.store(true, std::memory_order_relaxed);
}

void RunningView::looked(Operation operation, Duration since, Duration now) noexcept {
  operation_.store(operation, std::memory_order_relaxed);
  since_.store(since.count(), std::memory_order_relaxed);
  looked_.store(now.count(), std::memory_order_relaxed);
}

Duration Limits::wall_now() noexcept { return read(CLOCK_MONOTONIC); }

void Limits::begins(Operation operation, double step, Duration now) noexcept {
  operation_ = seen_operation_ = operation;
  // Callbacks and checkpoints count themselves when they begin.
  first_step_ = operation == Operation::evaluation ? step : step + 1;
  began_ = now;
  latest_.reset();
  seen_step_ = first_step_;
  waited_ = 0;
  view_->begins(operation, now);
}

// What nobody looked at was short, and had the processor for nearly all of its time.
void Limits::ends(Duration now) noexcept {
  usage_.cpu_time += now - (latest_ ? latest_->wall : began_);
  view_->ends();
}

std::optional<Limit> Limits::look(double step, bool in_checkpoint, Time now) noexcept {
  if (killed()) return Limit::killed;
  if (!latest_) {
    seen_ = {.wall = began_, .cpu = now.cpu - look_interval_};
    usage_.cpu_time += look_interval_;
  } else {
    usage_.cpu_time += now.cpu - latest_->cpu;
  }
  latest_ = now;
  if (step != seen_step_ && step > first_step_) {
    seen_step_ = step;
    seen_ = now;  // it began since the last look
    waited_ = 0;
  }
  seen_operation_ = in_checkpoint ? Operation::checkpoint : operation_;
  view_->looked(seen_operation_, seen_.wall, now.wall);
  const TimeLimit& limit = times_of(policy_, seen_operation_);
  if (limit.cpu > Duration::zero() && now.cpu - seen_.cpu >= limit.cpu) return Limit::cpu_time;
  if (limit.wall > Duration::zero() && now.wall - seen_.wall >= limit.wall) return Limit::wall_time;
  return std::nullopt;
}

bool Limits::wants_collection(std::uint64_t occupied, std::uint64_t resident) const noexcept {
  if (policy_.heap_bytes == 0) return false;
  // What strings and buffers hold is counted with a collection only; the process grows at once.
  return occupied > collect_at_ || resident > resident_ + policy_.heap_bytes / 2;
}

bool Limits::heap_is_over(std::uint64_t occupied, std::uint64_t alive, std::uint64_t resident) noexcept {
  usage_.heap_bytes = alive;
  resident_ = resident;
  // The engine keeps room: the next collection is due when it takes more of it.
  collect_at_ = std::max(policy_.heap_bytes, occupied + policy_.heap_bytes / 8);
  return policy_.heap_bytes != 0 && alive > policy_.heap_bytes;
}

bool Limits::take_output(std::uint64_t bytes) noexcept {
  if (policy_.output_bytes != 0 && bytes > policy_.output_bytes - usage_.output_bytes) return false;
  usage_.output_bytes += bytes;
  return true;
}

std::string Limits::value_of(Limit limit, Operation operation) const {
  switch (limit) {
    case Limit::wall_time: return duration_text(times_of(policy_, operation).wall);
    case Limit::cpu_time: return duration_text(times_of(policy_, operation).cpu);
    case Limit::heap: return bytes_text(policy_.heap_bytes);
    case Limit::output: return bytes_text(policy_.output_bytes);
    case Limit::killed: break;
  }
  const std::lock_guard lock(kill_->mutex);
  return kill_->reason;
}

void Limits::hit(Limit limit, std::vector<std::string> stack) {
  if (report_) return;
  ++usage_.limits;
  report_ = LimitReport{.limit = limit,
                        .operation = seen_operation_,
                        .value = value_of(limit, seen_operation_),
                        .stack = std::move(stack),
                        .tenant = policy_.tenant};
}

void KillSwitch::kill(std::string_view reason) const noexcept {
  std::optional<Ingress> door;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->killed.load(std::memory_order_relaxed)) return;
    try {
      state_->reason = reason;
    } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; it is killed without a reason
    }
    state_->killed.store(true, std::memory_order_relaxed);
    door = state_->door;
  }
  if (!door) return;
  Task task([state = state_] {
    std::shared_ptr<RuntimeCore> runtime;
    {
      const std::lock_guard lock(state->mutex);
      runtime = state->runtime.lock();
    }
    if (runtime != nullptr) runtime->killed();
  });
  static_cast<void>(door->post_internal(task));  // a loop that is closed runs no JavaScript
}

}  // namespace millrace::js
