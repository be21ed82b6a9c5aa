// Programs of random operations, issued from inside callbacks, on a loop in virtual time: nothing crashes, hangs or is lost.
#include <functional>
#include <vector>

#include <millrace/loop.h>
#include <millrace/scripted_poller.h>

#include "bytes.h"

using namespace millrace;

namespace {

struct Program {
  explicit Program(Bytes bytes) : input(bytes) {}

  Bytes input;
  ManualClock clock;
  ScriptedPoller poller{clock};
  Loop loop{{.clock = &clock, .poller = &poller}};
  Ingress door = loop.ingress();
  std::vector<TimerHandle> timers;
  std::uint64_t accepted = 0;
  std::uint64_t executed = 0;
  int depth = 0;

  Task step() {
    return [this] { act(); };
  }
  void act() {
    if (input.empty()) return;
    switch (input.byte() % 14) {
      case 0:
        if (auto timer = loop.schedule(Duration{input.below(1000)}, step())) timers.push_back(std::move(*timer));
        break;
      case 1:
        if (auto timer = loop.every(Duration{1 + input.below(1000)}, step())) timers.push_back(std::move(*timer));
        break;
      case 2:
        if (!timers.empty()) timers.erase(timers.begin() + static_cast<std::ptrdiff_t>(input.byte() % timers.size()));
        break;
      case 3:
        if (!timers.empty()) timers[input.byte() % timers.size()].refresh();
        break;
      case 4:
        if (!timers.empty()) timers[input.byte() % timers.size()].unref();
        break;
      case 5: static_cast<void>(loop.immediate(step())); break;
      case 6: static_cast<void>(loop.next_tick(step())); break;
      case 7: static_cast<void>(loop.queue_microtask(step())); break;
      case 8: static_cast<void>(loop.at_closing(step())); break;
      case 9:
        accepted += door.post([this] {
          ++executed;
          act();
        }) == Admission::accepted;
        break;
      case 10: loop.stop(); break;
      case 11: clock.advance(Duration{input.below(5000)}); break;
      case 12:
        for (int i = input.byte() % 4; i-- > 0 && depth < 8;) {
          ++depth;
          act();
          --depth;
        }
        break;
      case 13:
        if (input.byte() == 0) loop.close();
        break;
    }
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Program program{Bytes(data, size)};
  while (!program.input.empty() && program.loop.state() != LoopState::closed) {
    program.act();
    for (int ticks = 0; ticks < 4 && program.loop.state() != LoopState::closed; ++ticks) static_cast<void>(program.loop.run_once());
  }
  program.loop.close();
  MILLRACE_ASSERT(program.accepted == program.executed + program.loop.figures().rejected);
  return 0;
}
