// Promises that crossed the border and are not settled: how long each side may keep the other waiting, and what waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <millrace/clock.h>

namespace millrace::js {

/// What Runtime::pending_promises() looks for, and what is done about what takes too long. Part of RuntimeOptions.
struct PromiseWatch {
  /// What C++ may wait for a promise of JavaScript, from the moment in which it was handed over. After it the promise of C++ is rejected with
  /// Errc::timed_out, whose context has `site` when `sites` is on; the promise of JavaScript goes on by itself, and when it comes
  /// to the host once more it is another one there. Does not keep the loop alive: a loop with nothing left to do ends, and what is not settled
  /// is rejected with Errc::closed by its close. Zero: for ever.
  /// Cost      one timer for all of them, and 24 bytes for each that is waited for.
  Duration deadline{};
  /// Whether each promise that crosses, in either direction, remembers where: the functions of JavaScript that were running, or, where
  /// none was, what the host had called. Cost: a walk up JavaScript's stack for each, some microseconds.
  bool sites = false;
  /// Functions that a site shows at most.
  std::size_t frames_max = 8;
};

/// Promises that wait for the same side and crossed at the same place.
struct PendingCrossings {
  enum class WaitsFor : std::uint8_t {
    javascript,  ///< C++ waits, and JavaScript has to settle
    host,        ///< JavaScript waits, and C++ has to settle
  };
  WaitsFor waits_for;
  /// "function (file:line)", innermost first; one entry "call of NAME" or "evaluation of NAME" where no JavaScript was running. Empty unless
  /// PromiseWatch::sites.
  std::vector<std::string> site;
  std::size_t count;
  Duration oldest;                 ///< since the first of them crossed
  std::optional<Duration> due_in;  ///< until the first of them is rejected; negative: it is late

  /// One line: "3 promises of JavaScript that the host waits for, the oldest for 2.5 s, at fetchUser (app.js:12) < main (app.js:30)".
  [[nodiscard]] std::string to_string() const;
};

}  // namespace millrace::js
