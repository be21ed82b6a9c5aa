#include <stdexcept>

#include <millrace/loop.h>
#include <millrace/observe/console_sink.h>
#include <millrace/observe/log_observer.h>

using namespace std::chrono_literals;
using namespace millrace;
using namespace millrace::observe;

int main() {
  const ManualWallClock wall_clock{WallTime(std::chrono::sys_days{std::chrono::January / 31 / 2026} + 12h)};
  ConsoleSink console(1, ConsoleColour::never);
  LogHub hub({.outputs = {{&console}}, .level = LogLevel::debug, .wall_clock = &wall_clock});
  hub.set_level(log_category::kPoll, LogLevel::warn).value();

  LogObserver observer(hub, 1);
  Loop loop({.observer = &observer});
  const Logger log = hub.logger("shop");
  const auto timer = loop.schedule(1ms, [&log] { log.info("a timer fired"); });
  loop.run();
}
