// A runtime on a manual loop, with a `log(text)` that writes where C++ writes, so that one list shows the order of both.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <millrace/js/runtime.h>

#include "support/manual_loop.h"

namespace millrace::testing {

inline std::string text_of(const js::Value& value) { return value.to_string().value_or("<error>"); }

/// Makes `log(...)` a global that appends its arguments, joined by spaces, to `lines`.
inline void add_log(js::Runtime& runtime, std::vector<std::string>& lines) {
  runtime
      .set_function("log",
                    [&lines](std::span<const js::Value> arguments) -> Result<js::Value> {
                      std::string line;
                      for (const js::Value& argument : arguments) line += (line.empty() ? "" : " ") + text_of(argument);
                      lines.push_back(std::move(line));
                      return js::Value{};
                    })
      .value();
}

struct JsBench : ManualLoop {
  explicit JsBench(js::RuntimeOptions options = {}) : js(js::Runtime::create(loop, with_output(std::move(options))).value()) {
    add_log(*js, log);
  }

  /// Evaluates and gives String(value), or `name: message` of what it threw.
  std::string eval(std::string_view source) {
    Result<js::Value> value = js->evaluate(source);
    return value ? text_of(*value) : value.error().message();
  }
  js::RuntimeOutcome run(std::string_view source) {
    static_cast<void>(js->evaluate(source));
    return js->run();
  }

  std::string out;  ///< what was written to 1
  std::string err;  ///< what was written to 2
  std::vector<js::UncaughtReport> uncaught;
  std::unique_ptr<js::Runtime> js;

 private:
  js::RuntimeOptions with_output(js::RuntimeOptions options) {
    if (!options.output) options.output = [this](int fd, std::string_view bytes) { (fd == 1 ? out : err) += bytes; };
    if (!options.on_uncaught) options.on_uncaught = [this](const js::UncaughtReport& report) { uncaught.push_back(report); };
    return options;
  }
};

}  // namespace millrace::testing
