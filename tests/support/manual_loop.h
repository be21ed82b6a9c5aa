// A loop whose time is moved by waiting and whose readiness is scripted: nothing sleeps, and results are exact.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <millrace/loop.h>
#include <millrace/scripted_poller.h>

namespace millrace::testing {

struct ManualLoop {
  explicit ManualLoop(LoopOptions options = {}) : loop(with_ours(std::move(options))) {}

  /// A task that writes `line` into `log`.
  [[nodiscard]] auto note(std::string line) {
    return [this, text = std::move(line)] { log.push_back(text); };
  }
  /// As note(), with the time in milliseconds since the clock's epoch before it.
  [[nodiscard]] auto note_time(std::string line = "") {
    return [this, text = std::move(line)] { log.push_back(text + std::to_string(ms())); };
  }
  [[nodiscard]] long ms() const {
    return static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(clock.now().time_since_epoch()).count());
  }
  [[nodiscard]] Instant at(Duration since_epoch) const { return Instant{since_epoch}; }

  ManualClock clock;
  ScriptedPoller poller{clock};
  std::vector<std::string> log;
  Loop loop;

 private:
  LoopOptions with_ours(LoopOptions options) {
    options.clock = &clock;
    options.poller = &poller;
    return options;
  }
};

using Lines = std::vector<std::string>;

/// Where two logs part, with what led there.
inline std::string difference(const Lines& real, const Lines& model) {
  const auto same = static_cast<std::size_t>(std::ranges::mismatch(real, model).in1 - real.begin());
  std::string text;
  for (std::size_t i = same > 30 ? same - 30 : 0; i < same; ++i) text += "    " + real[i] + '\n';
  text += "Millrace:    " + (same < real.size() ? real[same] : "(end)") + '\n';
  return text + "ECMAScript:  " + (same < model.size() ? model[same] : "(end)") + '\n';
}

}  // namespace millrace::testing
