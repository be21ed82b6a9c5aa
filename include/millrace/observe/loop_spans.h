// LoopSpans: the spans that a loop makes by itself, over each piece of work that belongs to a trace.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include <millrace/observe/trace.h>
#include <millrace/work_hook.h>

namespace millrace::observe {

/// A set of kinds of work.
class WorkKinds {
 public:
  [[nodiscard]] static constexpr WorkKinds all() noexcept { return WorkKinds((1U << WorkHook::kKinds) - 1); }
  [[nodiscard]] static constexpr WorkKinds none() noexcept { return WorkKinds(0); }
  [[nodiscard]] constexpr WorkKinds with(WorkHook::Kind kind) const noexcept { return WorkKinds(bits_ | bit(kind)); }
  [[nodiscard]] constexpr WorkKinds without(WorkHook::Kind kind) const noexcept { return WorkKinds(bits_ & ~bit(kind)); }
  [[nodiscard]] constexpr bool has(WorkHook::Kind kind) const noexcept { return (bits_ & bit(kind)) != 0; }
  [[nodiscard]] constexpr std::uint32_t bits() const noexcept { return bits_; }
  [[nodiscard]] static constexpr WorkKinds from_bits(std::uint32_t bits) noexcept { return WorkKinds(bits & all().bits_); }

 private:
  constexpr explicit WorkKinds(std::uint32_t bits) noexcept : bits_(bits) {}
  [[nodiscard]] static constexpr std::uint32_t bit(WorkHook::Kind kind) noexcept { return 1U << static_cast<unsigned>(kind); }
  std::uint32_t bits_;
};

/// The WorkHook that makes spans. Hand it to a loop, or to several.
/// Span        of work whose context holds a sampled span, or a remote one that the tracer's sampler takes: its child, named and with the attribute
///             `millrace.work.kind` as to_string(WorkHook::Kind) has it. It lasts as long as the callback, without the jobs that it queued. Where it is
///             known, `millrace.work.wait_ns` says how long the work was due before it began, and `code.file.path`, `code.line.number` and
///             `code.function.name` where it was made (with_site()). Work that threw has SpanStatus::error and the exception as an event.
/// Below it    is what the work schedules. A continuation of a promise is different: what it schedules is below the span that was current where the
///             wait began, so that the steps of a coroutine lie beside each other instead of each below the one before.
/// Left out    work whose context has no span, so a trace begins where a program begins it; work of a trace that is not sampled; JavaScript's promise
///             jobs, next-ticks and microtasks. Its timers and immediates have spans as those of C++.
/// Thread      any. Lifetime: the tracer outlives it; see WorkHook for its own.
/// Cost        work without a context: nothing. Of a trace that is not sampled: 7 ns and no allocation. Sampled: about 430 ns, the
///             span included.
class LoopSpans final : public WorkHook {
 public:
  explicit LoopSpans(Tracer& tracer, WorkKinds kinds = WorkKinds::all()) noexcept : tracer_(&tracer), kinds_(kinds.bits()) {}

  /// Which work has spans from now on.
  void set_kinds(WorkKinds kinds) noexcept { kinds_.store(kinds.bits(), std::memory_order_relaxed); }
  [[nodiscard]] WorkKinds kinds() const noexcept { return WorkKinds::from_bits(kinds_.load(std::memory_order_relaxed)); }

  [[nodiscard]] std::unique_ptr<Running> begins(const Work& work) override;

 private:
  Tracer* tracer_;
  std::atomic<std::uint32_t> kinds_;
};

}  // namespace millrace::observe
