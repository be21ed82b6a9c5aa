// How far a copy is, on a terminal or for programs.
#pragma once

#include <cstdint>
#include <string>

#include <millrace/subset/report.h>

namespace millrace::cli {

enum class ProgressForm : std::uint8_t {
  none,
  bar,   ///< one line that is drawn over; for terminals
  json,  ///< a line of JSON for each change
  lines  ///< a line of text, at most one a second and one for each phase; for logs
};

/// Writes to standard error.
class ProgressView {
 public:
  explicit ProgressView(ProgressForm form) : form_(form) {}
  void show(const subset::Progress& progress);
  /// Takes the bar away: the line is somebody else's.
  void end();

 private:
  ProgressForm form_;
  std::string drawn_{};  ///< what the line says; empty: it is nobody's
  subset::Phase phase_ = subset::Phase::connecting;
  Duration told_{-1'000'000'000'000};
};

/// bar on a terminal that can draw over its line, else lines.
[[nodiscard]] ProgressForm usual_form();

}  // namespace millrace::cli
