// Any sequence of operations on the timer store agrees with a sorted map.
#include <map>
#include <utility>
#include <vector>

#include "bytes.h"
#include "time/timer_store.h"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes input(data, size);
  TimerStore store(64);
  std::map<std::pair<Instant, std::uint64_t>, std::uint64_t> model;  // (deadline, sequence) -> id
  std::map<std::uint64_t, std::pair<Instant, std::uint64_t>> armed;  // id -> key
  std::vector<TimerId> ids;
  std::uint64_t sequence = 0;
  const auto disarm_in_model = [&](TimerId id) {
    if (const auto found = armed.find(id.bits()); found != armed.end()) {
      model.erase(found->second);
      armed.erase(found);
    }
  };
  const auto arm_in_model = [&](TimerId id, Instant deadline) {
    armed[id.bits()] = {deadline, sequence};
    model[{deadline, sequence++}] = id.bits();
  };
  while (!input.empty()) {
    const std::uint8_t operation = input.byte() % 5;
    const Instant instant{Duration{input.below(256)}};
    const TimerId some = ids.empty() ? TimerId{} : ids[input.byte() % ids.size()];
    if (operation == 0) {
      Task task{[] {}};
      if (const auto id = store.arm(instant, {}, false, task)) {
        ids.push_back(*id);
        arm_in_model(*id, instant);
      } else {
        MILLRACE_ASSERT(store.size() == 64);
      }
    } else if (operation == 1 && store.find(some) != nullptr) {
      disarm_in_model(some);
      store.rearm(some, instant);
      arm_in_model(some, instant);
    } else if (operation == 2 && store.find(some) != nullptr) {
      disarm_in_model(some);
      store.disarm(some);
    } else if (operation == 3) {
      disarm_in_model(some);
      store.erase(some);
    } else if (operation == 4) {
      store.begin_pass(instant);
      const auto popped = store.pop_due();
      const bool due = !model.empty() && model.begin()->first.first <= instant;
      MILLRACE_ASSERT(popped.has_value() == due);
      if (popped) {
        MILLRACE_ASSERT(popped->id.bits() == model.begin()->second);
        disarm_in_model(popped->id);
      }
    }
    MILLRACE_ASSERT(store.armed() == model.size());
    MILLRACE_ASSERT(model.empty() || store.next_deadline() == model.begin()->first.first);
  }
  return 0;
}
