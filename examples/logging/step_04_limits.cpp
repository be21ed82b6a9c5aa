#include <iostream>

#include <millrace/observe/console_sink.h>
#include <millrace/observe/log_hub.h>

using namespace std::chrono_literals;
using namespace millrace;
using namespace millrace::observe;

int main() {
  ManualWallClock wall_clock{WallTime(std::chrono::sys_days{std::chrono::January / 31 / 2026} + 12h)};
  ManualClock clock;
  ConsoleSink console(1, ConsoleColour::never);
  CallbackSink broken([](const LogRecord&) { throw std::runtime_error("the host's logger is gone"); });
  LogHub hub({.outputs = {{&console, "console"}, {&broken, "host"}},
              .rate_limit = LogRateLimit{.per_second = 1, .burst = 2},
              .wall_clock = &wall_clock,
              .clock = &clock});

  const Logger log = hub.logger("shop");
  for (int second = 0; second < 2; ++second) {
    for (int i = 0; i < 1000; ++i) log.warn("the supplier does not answer");
    clock.advance(1s);
    wall_clock.set(wall_clock.now() + 1s);
  }
  hub.flush().value();

  for (const LogSinkFigures& sink : hub.figures().sinks)
    std::cout << sink.name << ": " << sink.written << " written, " << sink.threw << " threw" << std::endl;
}
