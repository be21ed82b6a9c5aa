// Candidate: the store the loop uses, tasks and flags included.
#pragma once

#include <cstddef>

#include "candidate.h"
#include "time/timer_store.h"

namespace millrace::bench {

class Ladder {
 public:
  static constexpr const char* kName = "ladder";

  TimerId add(std::int64_t deadline, Callback callback) {
    Task task{[callback] { callback.function(callback.argument); }};
    return store_.arm(Instant{Duration{deadline}}, Duration{1'000'000}, false, task).value();
  }
  bool cancel(TimerId id) { return store_.erase(id); }
  void rearm(TimerId id, std::int64_t deadline) { store_.rearm(id, Instant{Duration{deadline}}); }
  std::size_t fire(std::int64_t now) {
    std::size_t fired = 0;
    store_.begin_pass(Instant{Duration{now}});
    while (const std::optional<DueTimer> due = store_.pop_due()) {
      store_.call(due->id);
      store_.erase(due->id);
      ++fired;
    }
    return fired;
  }

 private:
  TimerStore store_{1U << 24};
};

}  // namespace millrace::bench
