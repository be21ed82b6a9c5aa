#include <millrace/observe/work_spans.h>

#include <algorithm>
#include <utility>

namespace millrace::observe {
namespace {

constexpr std::string_view kKindKey = "millrace.work.kind";
constexpr std::string_view kWaitKey = "millrace.work.wait_ns";

void set_wait(Span& span, const std::optional<Instant>& queued, Instant began) {
  if (queued) span.set(kWaitKey, std::max(began - *queued, Duration::zero()).count());
}

}  // namespace

std::string_view to_string(WorkKind kind) noexcept {
  switch (kind) {
    case WorkKind::task: return "task";
    case WorkKind::timer: return "timer";
    case WorkKind::immediate: return "immediate";
    case WorkKind::microtask: return "microtask";
    case WorkKind::readiness: return "readiness";
    case WorkKind::promise: return "promise";
    case WorkKind::worker_job: return "worker job";
    case WorkKind::fetch: return "fetch";
    case WorkKind::subset_run: return "subset run";
  }
  return "work";
}

bool WorkSpans::wanted(const SpanContext* parent) const noexcept {
  return parent == nullptr ? options_.roots : parent->sampled() || parent->remote;
}

void WorkSpans::finished(const WorkDone& work) {
  if (!wanted(span_in(work.context))) return;
  if (work.error == nullptr && work.ended - work.began < options_.shortest) return;
  Span span = tracer_->start(work.name.empty() ? to_string(work.kind) : work.name, work.context, {.start = work.began});
  span.set(kKindKey, to_string(work.kind));
  set_wait(span, work.queued, work.began);
  if (work.error != nullptr) span.record_error(*work.error);
  span.end(work.ended);
}

WorkSpans::Started WorkSpans::began(WorkKind kind, const Context& context, std::string_view name, std::optional<Instant> queued) {
  if (!wanted(span_in(context))) return {.span = {}, .run_in = context};
  const Instant now = tracer_->clock().now();
  Span span = tracer_->start(name.empty() ? to_string(kind) : name, context, {.start = now});
  span.set(kKindKey, to_string(kind));
  set_wait(span, queued, now);
  Context run_in = with_span(context, span);
  return {.span = std::move(span), .run_in = std::move(run_in)};
}

}  // namespace millrace::observe
