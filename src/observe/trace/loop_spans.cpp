#include <millrace/observe/loop_spans.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include <millrace/observe/site.h>

namespace millrace::observe {
namespace {

class FollowedSpan final : public WorkHook::Running {
 public:
  FollowedSpan(Span span, Context context) noexcept : span_(std::move(span)), context_(std::move(context)) {}
  [[nodiscard]] const Context& context() const noexcept override { return context_; }
  void failed(const Error& error) noexcept override {
    try {
      span_.record_error(error);
    } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; the span ends without its reason
    }
  }

 private:
  Span span_;
  Context context_;
};

}  // namespace

std::unique_ptr<WorkHook::Running> LoopSpans::begins(const Work& work) {
  const SpanContext* const parent = span_in(work.context);
  if (parent == nullptr || (!parent->sampled() && !parent->remote) || !kinds().has(work.kind)) return nullptr;
  const Instant now = tracer_->clock().now();
  const std::string_view kind = to_string(work.kind);
  Span span = tracer_->start(kind, work.context, {.start = now});
  if (!span.recording()) return nullptr;
  span.set("millrace.work.kind", kind);
  if (work.due) span.set("millrace.work.wait_ns", std::max(now - *work.due, Duration::zero()).count());
  if (const std::optional<Site> site = site_in(work.context)) {
    span.set("code.file.path", site->file).set("code.line.number", std::int64_t{site->line});
    span.set("code.function.name", site->function);
  }
  Context run_in = work.kind == Kind::continuation ? work.context : with_span(work.context, span);
  return std::make_unique<FollowedSpan>(std::move(span), std::move(run_in));
}

}  // namespace millrace::observe
