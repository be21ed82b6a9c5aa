#include <iostream>
#include <string_view>

#include <millrace/observe/log_hub.h>

// A logger that the host has already.
struct HostLogger {
  enum Severity { low, high };
  void log(Severity severity, std::string_view text) { std::cout << (severity == high ? "!! " : ".. ") << text << std::endl; }
};

using namespace millrace::observe;

int main() {
  HostLogger host;
  CallbackSink to_host([&host](const LogRecord& record) {
    const bool is_high = record.level >= LogLevel::warn;
    host.log(is_high ? HostLogger::high : HostLogger::low, record.body_text());
  });
  LogHub hub({.outputs = {{&to_host}}});

  hub.logger("shop").info("request served", field("path", "/tea"));
  hub.logger("shop").error("request failed", field("path", "/milk"));
}
