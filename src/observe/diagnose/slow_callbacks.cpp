#include <millrace/observe/slow_callbacks.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>

#include "base/thread_cpu_time.h"
#include "observe/redacted/values.h"

namespace millrace::observe {

namespace {
/// A processor-time reading serves the tasks that begin within this part of the threshold after it ...
constexpr Duration::rep kReadingServes = 16;
/// ... and tells of a callback when what it also covers is at most this part.
constexpr Duration::rep kReadingTells = 8;
}  // namespace

struct SlowCallbacks::Parts {
  SystemWallClock own_wall;
  SteadyClock own_clock;
  const Clock* clock;
  const WallClock* wall;
  std::function<Duration()> cpu_clock;
  std::function<void(const SlowCallback&)> on_slow;
  std::size_t kept_max;
  const Redactor* redactor;

  // Loop thread.
  Duration cpu_read{};
  Instant cpu_read_at{};

  std::atomic<std::uint64_t> seen{0};
  std::atomic<std::uint64_t> forgotten{0};
  std::atomic<std::uint64_t> failures{0};
  mutable std::mutex mutex;       // leaf
  std::deque<SlowCallback> kept;  // guarded by mutex
};

SlowCallbacks::SlowCallbacks(SlowCallbacksOptions options, Clocks clocks)
    : threshold_ns_(std::max<Duration::rep>(options.threshold.count(), 0)),
      site_sampling_(options.site_sampling),
      parts_(std::make_unique<Parts>()) {
  parts_->clock = clocks.loop == nullptr ? &parts_->own_clock : clocks.loop;
  parts_->wall = clocks.wall == nullptr ? &parts_->own_wall : clocks.wall;
  parts_->cpu_clock = clocks.cpu ? std::move(clocks.cpu) : thread_cpu_time;
  parts_->on_slow = std::move(options.on_slow);
  parts_->kept_max = options.kept_max;
  parts_->redactor = options.redactor;
  for (std::size_t i = 0; i < kWorkKinds; ++i) choose_in(static_cast<Work>(i), i == static_cast<std::size_t>(Work::tick) ? 0 : 1);
  set_on(options.enabled);
}

SlowCallbacks::~SlowCallbacks() = default;

void SlowCallbacks::set_threshold(Duration threshold) noexcept {
  threshold_ns_.store(std::max<Duration::rep>(threshold.count(), 0), std::memory_order_relaxed);
}

void SlowCallbacks::read_cpu(Instant now) noexcept {
  parts_->cpu_read = parts_->cpu_clock();
  parts_->cpu_read_at = now;
  read_again_ = now + threshold() / kReadingServes;
}

void SlowCallbacks::entered(Instant now) noexcept {
  claimed_ = {};
  last_end_ = now;
  read_cpu(now);
}

// What the clock says is not known here, and asking would cost every task: the end of the task before is near enough while tasks follow one another,
// and after a sleep woke() has told.
void SlowCallbacks::task_begins(Work kind) noexcept {
  choose_in(kind, 1);
  claimed_ = {};
  if (last_end_ >= read_again_) read_cpu(parts_->clock->now());
}

void SlowCallbacks::woke(Instant now) noexcept { last_end_ = now; }

void SlowCallbacks::task(const TaskMeasure& measure) noexcept {
  last_end_ = measure.started + measure.took;
  if (measure.took < threshold()) [[likely]]
    return;
  // Told already, one by one; what is left may be slow as well.
  if (measure.took - claimed_ < threshold()) return;
  try {
    report({.began = {},
            .kind = measure.kind,
            .javascript = false,
            .took = measure.took - claimed_,
            .cpu = std::nullopt,
            .site = site_in(measure.context).value_or(Site{}),
            .context = measure.context},
           last_end_);
  } catch (...) {
    parts_->failures.fetch_add(1, std::memory_order_relaxed);
  }
}

void SlowCallbacks::inner(Work kind, Duration took, Site site, Context context) noexcept {
  if (!on() || took < threshold()) return;
  claimed_ += took;
  try {
    report({.began = {},
            .kind = kind,
            .javascript = true,
            .took = took,
            .cpu = std::nullopt,
            .site = std::move(site),
            .context = std::move(context)},
           parts_->clock->now());
  } catch (...) {
    parts_->failures.fetch_add(1, std::memory_order_relaxed);
  }
}

void SlowCallbacks::report(SlowCallback slow, Instant ended) noexcept {
  Parts& parts = *parts_;
  const Duration covered = ended - parts.cpu_read_at;
  if (covered - slow.took <= threshold() / kReadingTells)
    slow.cpu = std::clamp(parts.cpu_clock() - parts.cpu_read, Duration::zero(), slow.took);
  slow.began = parts.wall->now() - slow.took;
  parts.seen.fetch_add(1, std::memory_order_relaxed);
  try {
    if (parts.redactor != nullptr) detail::redact_site(slow.site, *parts.redactor);
  } catch (...) {
    slow.site = {};
    parts.failures.fetch_add(1, std::memory_order_relaxed);
  }
  try {
    if (parts.on_slow) parts.on_slow(slow);
  } catch (...) {
    parts.failures.fetch_add(1, std::memory_order_relaxed);
  }
  try {
    const std::lock_guard lock(parts.mutex);
    parts.kept.push_back(std::move(slow));
    if (parts.kept.size() > parts.kept_max) {
      parts.kept.pop_front();
      parts.forgotten.fetch_add(1, std::memory_order_relaxed);
    }
  } catch (...) {
    parts.failures.fetch_add(1, std::memory_order_relaxed);
  }
  last_end_ = parts.clock->now();  // a handler takes time, too
  read_cpu(last_end_);
}

std::vector<SlowCallback> SlowCallbacks::recent() const {
  const std::lock_guard lock(parts_->mutex);
  return {parts_->kept.begin(), parts_->kept.end()};
}

SlowCallbacksFigures SlowCallbacks::figures() const noexcept {
  return {.seen = parts_->seen.load(std::memory_order_relaxed),
          .forgotten = parts_->forgotten.load(std::memory_order_relaxed),
          .failures = parts_->failures.load(std::memory_order_relaxed)};
}

}  // namespace millrace::observe
