#include <map>
#include <string>

#include <millrace/observe/console_sink.h>
#include <millrace/observe/log_hub.h>

using namespace std::chrono_literals;
using namespace millrace::observe;

struct Order {
  int number;
  double total;
};
void log_fields(LogFields& out, const Order& order) { out.add("number", order.number).add("total", order.total); }

int main() {
  const ManualWallClock wall_clock{WallTime(std::chrono::sys_days{std::chrono::January / 31 / 2026} + 12h)};
  ConsoleSink console(1, ConsoleColour::never);
  LogHub hub({.outputs = {{&console}}, .wall_clock = &wall_clock});

  const Logger log = hub.logger("shop");
  log.info("ready");
  log.info("request served", field("path", "/tea"), field("status", 200), field("took", 1500us));

  const Logger of_tenant = log.child(field("tenant", "north"));
  of_tenant.warn("stock is low", field("left", std::map<std::string, int>{{"tea", 3}, {"milk", 0}}),
                 field("order", Order{7, 12.5}));
  of_tenant.info("delivery", field("to", object(field("city", "Oslo"), field("floor", 3))));

  log.debug("never asked for", [](LogFields& f) { f.add("rows", 1 / 0.0); });
  hub.set_level("shop", LogLevel::debug).value();
  log.debug("asked for", [](LogFields& f) { f.add("rows", 1 / 0.0); });
  log.error("a text cannot\nforge a line");
}
