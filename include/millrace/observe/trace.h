// Tracing: spans, who makes them, and how they follow work through a Context.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <millrace/clock.h>
#include <millrace/context.h>
#include <millrace/error.h>
#include <millrace/observe/redactor.h>
#include <millrace/observe/sampler.h>
#include <millrace/observe/span_data.h>
#include <millrace/observe/trace_context.h>
#include <millrace/observe/wall_clock.h>
#include <millrace/version.h>

namespace millrace::observe {

/// Makes the ids of traces and spans. Thread: any, several at once.
class SpanIds {
 public:
  SpanIds() = default;
  SpanIds(const SpanIds&) = delete;
  SpanIds& operator=(const SpanIds&) = delete;
  virtual ~SpanIds() = default;
  [[nodiscard]] virtual TraceId next_trace() noexcept = 0;  ///< never zero
  [[nodiscard]] virtual SpanId next_span() noexcept = 0;    ///< never zero
  /// Whether the lower 56 bits of a trace id are random, which TraceFlags::kRandom then tells others.
  [[nodiscard]] virtual bool random() const noexcept = 0;
};

/// Ids from SplitMix64 over one counter: evenly spread, no two alike within 2^63 of them, and no secret.
/// Cost      one atomic increment and a few multiplications.
class RandomSpanIds final : public SpanIds {
 public:
  RandomSpanIds();                                                              ///< seeded by the operating system
  explicit RandomSpanIds(std::uint64_t seed) noexcept : seeds_{seed, ~seed} {}  ///< the same ids every time: for tests
  [[nodiscard]] TraceId next_trace() noexcept override;
  [[nodiscard]] SpanId next_span() noexcept override;
  [[nodiscard]] bool random() const noexcept override { return true; }

 private:
  std::uint64_t seeds_[2];
  std::atomic<std::uint64_t> counter_{0};  // relaxed: only its values matter, nothing is published through it
};

/// What a span is given at its start. Views are read during the call only.
struct SpanOptions {
  SpanKind kind = SpanKind::internal;
  std::span<const SpanAttribute> attributes{};
  std::span<const SpanLink> links{};
  std::optional<Instant> start{};  ///< of the tracer's clock; null: now
  bool root = false;               ///< begins a trace of its own, whatever the context holds
};

class Tracer;

/// An operation that takes time. Ends when told, or when destroyed. One that is not recorded, because its trace is not sampled or
/// it was never started, takes every call and does nothing.
/// Thread    one at a time; it may move between threads.
/// Cost      not recorded: starting takes the making of an id and no allocation, everything else one comparison. Recorded: an allocation
///           at the start, one for most attributes, and what the sink takes at the end. docs/adr/0021-tracing.md has numbers.
/// Errors    std::bad_alloc from what stores something.
/// Lifetime  the tracer outlives its spans.
class [[nodiscard]] Span {
 public:
  Span() noexcept = default;
  /// What is moved from is as if it had never been started.
  Span(Span&& other) noexcept
      : tracer_(std::exchange(other.tracer_, nullptr)),
        context_(std::exchange(other.context_, SpanContext{})),
        started_(other.started_),
        data_(std::move(other.data_)) {}
  Span& operator=(Span&& other) noexcept {
    Span(std::move(other)).swap(*this);
    return *this;
  }
  ~Span() { end(); }
  void swap(Span& other) noexcept;

  /// Whether anything is kept; false once it has ended.
  [[nodiscard]] bool recording() const noexcept { return data_ != nullptr; }
  /// For children, links and headers; also when nothing is recorded, and after the end. Not valid for a span never started.
  [[nodiscard]] const SpanContext& context() const noexcept { return context_; }

  /// Sets an attribute; one of the same key is replaced. The value is converted only when it is recorded.
  template <typename T>
    requires std::constructible_from<SpanValue, T&&>
  Span& set(std::string_view key, T&& value) {
    if (data_) set_recorded(key, SpanValue(std::forward<T>(value)));
    return *this;
  }
  Span& set_name(std::string_view name);
  /// Something that happened at one moment; `at` null: now.
  Span& add_event(std::string_view name, std::span<const SpanAttribute> attributes = {}, std::optional<Instant> at = {});
  /// An invalid context is left out.
  Span& add_link(const SpanContext& to, std::span<const SpanAttribute> attributes = {});
  /// An event "exception" with type, message and the error's long text, and SpanStatus::error with its message.
  Span& record_error(const Error& error);
  /// `message` is kept with SpanStatus::error only. unset changes nothing, and after ok nothing changes.
  Span& set_status(SpanStatus status, std::string_view message = {});

  /// Gives what was recorded to the sink. Calls after the first do nothing. `at` before the start means the start.
  void end() noexcept;
  void end(Instant at) noexcept;

 private:
  friend class Tracer;
  void set_recorded(std::string_view key, SpanValue value);

  Tracer* tracer_ = nullptr;
  SpanContext context_;
  Instant started_{};
  std::unique_ptr<SpanData> data_;  // null: nothing is recorded
};
static_assert(std::is_nothrow_move_constructible_v<Span> && !std::is_copy_constructible_v<Span>);

/// What a tracer works with; all of it outlives the tracer.
struct TracerDeps {
  const Clock& clock;     ///< measures lengths; use the loop's, so that times of the loop fit in
  const WallClock& wall;  ///< tells when a span began
  SpanSink& sink;         ///< takes what has ended
};

struct TracerOptions {
  SpanScope scope{"millrace", std::string(kVersion)};  ///< the library that makes the spans
  std::unique_ptr<Sampler> sampler{};                  ///< null: by the parent, and always where there is none
  std::unique_ptr<SpanIds> ids{};                      ///< null: RandomSpanIds
  SpanLimits limits{};
  /// Masks names, attributes, events, links, status and trace state of each recorded span when it ends, before the sink gets it. What cannot be masked for want of memory is
  /// left out and counted as dropped. Headers that travel on (inject_context()) keep the trace state as it came. Outlives the tracer. Null: nothing is masked.
  const Redactor* redactor = nullptr;
};

/// Starts spans.
/// Thread    any, several at once.
class Tracer {
 public:
  explicit Tracer(TracerDeps deps, TracerOptions options = {});
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;
  ~Tracer();

  /// A span under the one that `parent` holds, or the first of a new trace when it holds none.
  [[nodiscard]] Span start(std::string_view name, const Context& parent = {}, const SpanOptions& options = {});
  /// The same under a context that came from elsewhere, by extract_context() for instance; one that is not valid means none.
  [[nodiscard]] Span start(std::string_view name, const SpanContext& parent, const SpanOptions& options = {});

  [[nodiscard]] const Clock& clock() const noexcept;
  /// The time of day at an instant of the tracer's clock, by what both clocks say now.
  [[nodiscard]] WallTime wall_time(Instant at) const noexcept;

 private:
  friend class Span;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Under which a Context holds the current span.
inline constexpr ContextKey<SpanContext> kSpanKey;

/// A context whose work belongs to that span; the same context when the span is not valid.
/// Cost      one allocation.
[[nodiscard]] Context with_span(const Context& context, const SpanContext& span);
[[nodiscard]] inline Context with_span(const Context& context, const Span& span) { return with_span(context, span.context()); }
/// The current span of `context`, or null. Lives as long as the context.
[[nodiscard]] inline const SpanContext* span_in(const Context& context) noexcept { return context.find(kSpanKey); }

}  // namespace millrace::observe
