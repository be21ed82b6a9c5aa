#include <unistd.h>

#include <csignal>

#include <millrace/observe/log_hub.h>
#include <millrace/observe/queue_sink.h>
#include <millrace/observe/ring_sink.h>

using namespace std::chrono_literals;
using namespace millrace::observe;

// A signal handler is called with nothing but a number, so what it needs has to stand where it can find it.
static const RingSink* last_records = nullptr;

int main() {
  const ManualWallClock wall_clock{WallTime(std::chrono::sys_days{std::chrono::January / 31 / 2026} + 12h)};
  RingSink ring(100, 64 * 1024);  // the last 100 records, in at most 64 KiB
  CallbackSink slow([](const LogRecord&) { usleep(1000); });
  QueueSink in_background(slow);  // nobody waits for it
  LogHub hub({.outputs = {{&ring}, {&in_background, "slow", LogLevel::warn}},
              .level = LogLevel::debug,
              .format = {.source = false, .thread = false},
              .wall_clock = &wall_clock});
  last_records = &ring;
  std::signal(SIGABRT, [](int) {
    last_records->dump(STDOUT_FILENO);
    _exit(0);  // of a real program: std::signal(SIGABRT, SIG_DFL) before, and return
  });

  const Logger log = hub.logger("shop");
  log.debug("opening the till");
  log.error("the till is empty", field("cents", 0));
  std::abort();
}
