// What the loop's drain hands from one source of tasks to the next: how many may still run, and whether to go on.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include <millrace/in_flight.h>
#include <millrace/task.h>

#include "ingress/bounds.h"

namespace millrace {

using HeldCount = std::shared_ptr<std::atomic<std::size_t>>;

/// `Run` is `bool(Task&)`: runs the task where it lies and answers whether to go on. It does not throw.
template <typename Run>
struct Turn {
  Run& run;
  std::size_t budget;  ///< how many may still run
  std::size_t found;   ///< of those that the last look saw, how many have not run
  const std::atomic<bool>& internal_waits;
  bool stopped = false;

  [[nodiscard]] bool over() const noexcept { return stopped || budget == 0; }
  /// A lane or the shared FIFO stops here: nobody may run any more, or an internal task goes before.
  [[nodiscard]] bool interrupted() const noexcept { return over() || internal_waits.load(std::memory_order_relaxed); }
  /// The caller has finished its own bookkeeping: the task may look at it, and destroys the task afterwards.
  void run_one(Task& task) {
    --budget;
    stopped = !run(task);
  }
};

}  // namespace millrace
