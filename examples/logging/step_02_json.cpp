#include <millrace/observe/json_lines_sink.h>
#include <millrace/observe/log_context.h>
#include <millrace/observe/log_hub.h>

using namespace std::chrono_literals;
using namespace millrace;
using namespace millrace::observe;

int main() {
  const ManualWallClock wall_clock{WallTime(std::chrono::sys_days{std::chrono::January / 31 / 2026} + 12h)};
  JsonLinesSink json(1);  // or JsonLinesSink::open("program.log")
  LogHub hub({.outputs = {{&json}}, .format = {.source = false, .thread = false}, .wall_clock = &wall_clock});

  // What is current where a record is made; on a loop: [&loop]() -> const Context& { return loop.context(); }
  Context current;
  const ContextLogIds ids([&current]() -> const Context& { return current; }, 1);
  const Logger log = hub.logger("shop").with_ids(ids);

  log.info("ready", field("took", 15ms));
  current = current.with(kCorrelationIdKey, {0x0190'0000'0000'7000, 0x8000'0000'0000'0001}).with(kTaskIdKey, 42);
  log.info("request served", field("path", "/tea"), field("codes", list(200, 204)));
  log.warn("bytes that are no text", field("bytes", "\x1b[2J \xff"));
}
