// WorkerOptions: whether a runtime's program may make workers, and how many. A worker is a loop and a runtime of its own on a thread of its own.
#pragma once

#include <cstdint>
#include <functional>

namespace millrace::js {

struct RuntimeOptions;

namespace detail {
class WorkerStart;
}

/// A worker inherits from the runtime that makes it: profile, module root and cache, policy with all its limits and rights, how rejections and
/// warnings are treated, and the figures of RuntimeOptions that are plain values. Each worker's limits are its own: two workers may use twice as much.
/// Of the functions, `redact` is called on the workers' threads, too, and must allow that; `output` is called on the first runtime's own thread, from its
/// loop, and what is written while that loop no longer runs is lost. Hooks, metrics, module loader and listeners are not inherited: `prepare` gives them.
struct WorkerOptions {
  /// That run at the same time, those that workers make included. At the bound, `new Worker` throws a DOMException QuotaExceededError. Zero: there
  /// are none. With a SandboxPolicy its right `workers` is needed, too.
  std::uint32_t workers_max = 16;
  /// Completes the options of each worker before its runtime is made. Thread: the worker's. What it throws ends the worker with an error.
  std::function<void(RuntimeOptions&)> prepare{};
};

}  // namespace millrace::js
