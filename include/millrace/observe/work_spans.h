// Spans over the work of a loop: tasks, timers, jobs. For who tells what the loop does, such as an observer or the loop's hooks.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/context.h>
#include <millrace/error.h>
#include <millrace/observe/trace.h>

namespace millrace::observe {

enum class WorkKind : std::uint8_t { task, timer, immediate, microtask, readiness, promise, worker_job, fetch, subset_run };
[[nodiscard]] std::string_view to_string(WorkKind kind) noexcept;

/// Work that is over.
struct WorkDone {
  WorkKind kind;
  const Context& context;  ///< the one it ran in
  Instant began;           ///< of the tracer's clock, as all of these
  Instant ended;
  std::optional<Instant> queued{};  ///< when it was scheduled or became due: the wait becomes an attribute
  std::string_view name{};          ///< empty: the kind's name
  const Error* error = nullptr;     ///< why it failed
};

struct WorkSpanOptions {
  /// Work whose context holds no span: false leaves it out, so that a timer of nobody's request does not begin a trace; true lets it.
  bool roots = false;
  /// Shorter work is left out, unless it failed.
  Duration shortest{0};
};

/// Makes spans of work.
/// Thread    any, as the tracer. Lifetime: the tracer outlives it.
class WorkSpans {
 public:
  explicit WorkSpans(Tracer& tracer, WorkSpanOptions options = {}) noexcept : tracer_(&tracer), options_(options) {}

  /// Work ended: its span is made and ended at once. For work whose own children need not be below it.
  /// Cost      a walk through the context for its span; when there is none, or it is not sampled, nothing else.
  void finished(const WorkDone& work);

  /// Work begins. The caller ends the span, and runs the work in `run_in`, so that what it starts is below it. Of work that is left out the
  /// span records nothing and `run_in` is the context that was given.
  struct Started {
    Span span;
    Context run_in;
  };
  [[nodiscard]] Started began(WorkKind kind, const Context& context, std::string_view name = {},
                              std::optional<Instant> queued = {});

 private:
  [[nodiscard]] bool wanted(const SpanContext* parent) const noexcept;
  Tracer* tracer_;
  WorkSpanOptions options_;
};

}  // namespace millrace::observe
