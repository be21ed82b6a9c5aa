// WorkHook: told around each piece of work that has a context, so that it can be followed: traced, or accounted to whom it was done for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/context.h>
#include <millrace/error.h>

namespace millrace {

/// Implemented by what follows work (observe::LoopSpans), and handed to a loop in LoopOptions. It outlives the loop and every WorkerPool that was
/// made for it.
/// Thread    the loop's; for jobs of a WorkerPool its workers, several at once.
/// Errors    exceptions of begins() are contained, and counted on the loop thread (LoopFigures::observer_failures): the work then runs unfollowed.
/// Cost      nothing for work without a context. For other work a virtual call, and what it does.
class WorkHook {
 public:
  enum class Kind : std::uint8_t {
    timer,      ///< one start of it
    posted,     ///< from another thread
    readiness,  ///< of a descriptor
    immediate,
    closing,
    next_tick,
    microtask,
    continuation,  ///< what waited for a native promise: a callback of then(), a coroutine's next part
    worker_job,    ///< a function of a WorkerPool, on its thread
  };
  static constexpr std::size_t kKinds = 9;

  /// Work that is being followed. Destroyed on the same thread when the work has returned, and before the jobs that it queued run.
  class Running {
   public:
    Running() = default;
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    virtual ~Running() = default;
    /// What the work runs in, and what it schedules takes along.
    [[nodiscard]] virtual const Context& context() const noexcept = 0;
    /// It threw. Not told of continuations, whose exceptions reject promises.
    virtual void failed(const Error& error) noexcept = 0;
  };

  struct Work {
    Kind kind;
    const Context& context;  ///< what it was scheduled in; not empty
    /// When it became due, on the loop's clock: a timer's deadline, the moment in which a job was handed to its pool. Nothing: not known.
    std::optional<Instant> due{};
  };

  WorkHook() = default;
  WorkHook(const WorkHook&) = delete;
  WorkHook& operator=(const WorkHook&) = delete;
  virtual ~WorkHook() = default;

  /// Null: it runs as it would without a hook.
  [[nodiscard]] virtual std::unique_ptr<Running> begins(const Work& work) = 0;
};
[[nodiscard]] std::string_view to_string(WorkHook::Kind kind) noexcept;

}  // namespace millrace
