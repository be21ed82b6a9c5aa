#include "observe/dashboard/frame_json.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace millrace::observe {

namespace {

using detail::JsonWriter;

void cut(std::string& text) { shorten_utf8(text, DashboardFrame::kTextMax); }
template <typename T>
void cut(std::vector<T>& list, std::size_t max) {
  if (list.size() > max) list.erase(list.begin() + static_cast<std::ptrdiff_t>(max), list.end());
}

void write_distribution(JsonWriter& json, const Distribution& distribution) {
  json.object([&] {
    json.key("count").integer(distribution.count);
    json.key("p50_s").duration(distribution.p50);
    json.key("p90_s").duration(distribution.p90);
    json.key("p99_s").duration(distribution.p99);
    json.key("max_s").duration(distribution.max);
    json.key("bands").list(distribution.bands, [&](std::uint64_t count) { json.integer(count); });
  });
}

void write_bytes(JsonWriter& json, const std::optional<std::uint64_t>& bytes) {
  json.optional(bytes, [&](std::uint64_t value) { json.integer(value); });
}
void write_duration(JsonWriter& json, const std::optional<Duration>& duration) {
  json.optional(duration, [&](Duration value) { json.duration(value); });
}

void write_handle(JsonWriter& json, const DashboardHandle& handle) {
  json.object([&] {
    json.key("kind").text(handle.kind);
    json.key("what").text(handle.what);
    write_duration(json.key("due_in_s"), handle.due_in);
    write_duration(json.key("delay_s"), handle.delay);
    json.key("referenced").boolean(handle.referenced);
  });
}

void write_slow(JsonWriter& json, const DashboardSlow& slow) {
  json.object([&] {
    json.key("when").time(slow.when);
    json.key("kind").text(slow.kind);
    json.key("duration_s").duration(slow.duration);
    write_duration(json.key("cpu_s"), slow.cpu);
    json.key("site").text(slow.site);
  });
}

void write_error(JsonWriter& json, const DashboardError& error) {
  json.object([&] {
    json.key("when").time(error.when);
    json.key("level").text(to_string(error.level));
    json.key("category").text(error.category);
    json.key("message").text(error.message);
    json.key("correlation_id");
    if (error.correlation == CorrelationId{})
      json.null();
    else
      json.text(error.correlation.to_string());
  });
}

}  // namespace

FrameRow row_of(std::uint64_t sequence, DashboardFrame& frame) {
  cut(frame.queues, DashboardFrame::kQueuesMax);
  for (DashboardQueue& queue : frame.queues) cut(queue.name);
  cut(frame.state);
  return {.sequence = sequence,
          .time = frame.time,
          .span = frame.span,
          .state = std::move(frame.state),
          .utilization = frame.utilization,
          .tasks_per_second = frame.tasks_per_second,
          .ticks_per_second = frame.ticks_per_second,
          .task_duration = distribution_of(frame.task_duration),
          .timer_lateness = distribution_of(frame.timer_lateness),
          .post_wait = distribution_of(frame.post_wait),
          .depths = frame.depths,
          .queues = std::move(frame.queues),
          .memory = frame.memory};
}

FrameLists lists_of(DashboardFrame& frame) {
  cut(frame.handles, DashboardFrame::kHandlesMax);
  cut(frame.slow, DashboardFrame::kSlowMax);
  cut(frame.errors, DashboardFrame::kErrorsMax);
  for (DashboardHandle& handle : frame.handles) cut(handle.kind), cut(handle.what);
  for (DashboardSlow& slow : frame.slow) cut(slow.kind), cut(slow.site);
  for (DashboardError& error : frame.errors) cut(error.category), cut(error.message);
  return {.figures = frame.figures,
          .handles = std::move(frame.handles),
          .handles_total = frame.handles_total,
          .handles_referenced = frame.handles_referenced,
          .slow = std::move(frame.slow),
          .slow_total = frame.slow_total,
          .errors = std::move(frame.errors),
          .errors_total = frame.errors_total};
}

void write_row(JsonWriter& json, const FrameRow& row) {
  json.key("sequence").integer(row.sequence);
  json.key("time").time(row.time);
  json.key("span_s").duration(row.span);
  json.key("loop").object([&] {
    json.key("state").text(row.state);
    json.key("utilization").number(row.utilization);
    json.key("tasks_per_s").number(row.tasks_per_second);
    json.key("ticks_per_s").number(row.ticks_per_second);
  });
  json.key("latency").object([&] {
    write_distribution(json.key("task_duration"), row.task_duration);
    write_distribution(json.key("timer_lateness"), row.timer_lateness);
    write_distribution(json.key("post_wait"), row.post_wait);
  });
  json.key("depths").object([&] {
    json.key("timers").integer(row.depths.timers);
    json.key("watches").integer(row.depths.watches);
    json.key("posted").integer(row.depths.posted);
    json.key("immediates").integer(row.depths.immediates);
    json.key("closing").integer(row.depths.closing);
    json.key("promises").integer(row.depths.pending_promises);
    json.key("holds").integer(row.depths.holds);
  });
  json.key("queues").list(row.queues, [&](const DashboardQueue& queue) {
    json.object([&] {
      json.key("name").text(queue.name);
      json.key("waiting").integer(queue.waiting);
    });
  });
  json.key("memory").object([&] {
    write_bytes(json.key("resident_bytes"), row.memory.resident_bytes);
    write_bytes(json.key("heap_used_bytes"), row.memory.heap_used_bytes);
    write_bytes(json.key("heap_capacity_bytes"), row.memory.heap_capacity_bytes);
    write_bytes(json.key("heap_external_bytes"), row.memory.heap_external_bytes);
    json.key("heap_age_s").duration(row.memory.heap_age);
  });
}

void write_lists(JsonWriter& json, const FrameLists& lists) {
  const LoopFigures& figures = lists.figures;
  json.key("totals").object([&] {
    json.key("ticks").integer(figures.ticks);
    json.key("timers_fired").integer(figures.timers_fired);
    json.key("posted_run").integer(figures.ingress_tasks);
    json.key("posted_accepted").integer(figures.ingress_accepted);
    json.key("posted_refused").integer(figures.refused_full + figures.refused_throttled + figures.refused_closed);
    json.key("readiness_callbacks").integer(figures.readiness_callbacks);
    json.key("immediates").integer(figures.immediates);
    json.key("closing_callbacks").integer(figures.closing_callbacks);
    json.key("sleeps").integer(figures.sleeps);
    json.key("uncaught").integer(figures.uncaught);
  });
  json.key("handles").object([&] {
    json.key("total").integer(lists.handles_total);
    json.key("referenced").integer(lists.handles_referenced);
    json.key("listed").list(lists.handles, [&](const DashboardHandle& handle) { write_handle(json, handle); });
  });
  json.key("slow").object([&] {
    json.key("total").integer(lists.slow_total);
    json.key("listed").list(lists.slow, [&](const DashboardSlow& slow) { write_slow(json, slow); });
  });
  json.key("errors").object([&] {
    json.key("total").integer(lists.errors_total);
    json.key("listed").list(lists.errors, [&](const DashboardError& error) { write_error(json, error); });
  });
}

void write_stall(JsonWriter& json, const Stall& stall) {
  json.object([&] {
    json.key("number").integer(stall.number);
    json.key("lasted_s").duration(stall.lasted);
    json.key("stack").list(stall.stack, [&](const std::string& frame) { json.text(cut_utf8(frame, DashboardFrame::kTextMax)); });
    json.key("stack_missing").text(stall.stack_missing);
    json.key("script_stack").list(stall.script_stack, [&](const std::string& frame) {
      json.text(cut_utf8(frame, DashboardFrame::kTextMax));
    });
    json.key("script_missing").text(stall.script_missing);
  });
}

void write_band_ends(JsonWriter& json) {
  json.list(kBandEnds, [&](std::uint64_t end) { json.duration(Duration(static_cast<Duration::rep>(end))); });
}

}  // namespace millrace::observe
