#include <algorithm>
#include <span>

#include <millrace/observe/dashboard_frame.h>

namespace millrace::observe {

namespace {

/// What was recorded after `before` was, each value as the middle of its bucket.
Histogram difference(const Histogram& before, const Histogram& now) {
  Histogram recorded;
  const std::span old = before.buckets();
  for (std::size_t i = 0; i < now.buckets().size(); ++i) {
    const std::uint64_t was = i < old.size() ? old[i] : 0;
    if (const std::uint64_t count = now.buckets()[i]; count > was) recorded.record(HistogramBuckets::middle(i), count - was);
  }
  return recorded;
}

std::uint64_t tasks_of(const LoopFigures& figures) noexcept {
  return figures.timers_fired + figures.ingress_tasks + figures.readiness_callbacks + figures.immediates +
         figures.closing_callbacks;
}

}  // namespace

LoopFrames::LoopFrames(const LoopMetrics& metrics, const WallClock* wall_clock)
    : metrics_(&metrics),
      wall_clock_(wall_clock == nullptr ? &system_clock_ : wall_clock),
      last_time_(clock_.now()),
      last_(seen_in(metrics.snapshot())) {}

LoopFrames::Seen LoopFrames::seen_in(const LoopSnapshot& snapshot) {
  Seen seen{.task_duration = {},
            .timer_lateness = snapshot.timer_lateness,
            .post_wait = snapshot.post_wait,
            .figures = snapshot.figures,
            .active = snapshot.active,
            .idle = snapshot.idle};
  for (const Work kind : {Work::timer, Work::posted, Work::readiness, Work::immediate, Work::closing})
    seen.task_duration.merge(snapshot.duration[static_cast<std::size_t>(kind)]);
  return seen;
}

DashboardFrame LoopFrames::take() {
  const LoopSnapshot snapshot = metrics_->snapshot();
  const Instant now = clock_.now();
  Seen seen = seen_in(snapshot);
  DashboardFrame frame;
  frame.time = wall_clock_->now();
  frame.span = now - last_time_;
  const Duration active = seen.active - last_.active;
  if (const Duration all = active + (seen.idle - last_.idle); all > Duration::zero())
    frame.utilization = std::clamp(static_cast<double>(active.count()) / static_cast<double>(all.count()), 0.0, 1.0);
  if (const double seconds = std::chrono::duration<double>(frame.span).count(); seconds > 0) {
    frame.tasks_per_second = static_cast<double>(tasks_of(seen.figures) - tasks_of(last_.figures)) / seconds;
    frame.ticks_per_second = static_cast<double>(seen.figures.ticks - last_.figures.ticks) / seconds;
  }
  frame.task_duration = difference(last_.task_duration, seen.task_duration);
  frame.timer_lateness = difference(last_.timer_lateness, seen.timer_lateness);
  frame.post_wait = difference(last_.post_wait, seen.post_wait);
  frame.figures = snapshot.figures;
  frame.depths = snapshot.depths;
  last_ = std::move(seen);
  last_time_ = now;
  return frame;
}

}  // namespace millrace::observe
