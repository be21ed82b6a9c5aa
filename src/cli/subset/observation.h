// What `millrace subset copy` tells of itself beside its progress when it is asked to: a log, metrics, traces.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <millrace/loop_options.h>
#include <millrace/observe/redactor.h>
#include <millrace/result.h>
#include <millrace/subset/copy.h>

#include "cli/redaction.h"

namespace CLI {
class App;
}
namespace millrace {
class Loop;
}

namespace millrace::cli {

struct ObservationFlags {
  std::string log{};
  bool log_json = false;
  bool report_on_signal = false;
  std::optional<std::uint16_t> metrics_port{};
  std::string metrics_file{};
  std::optional<std::string> otlp{};  ///< a URL, or "environment": where that says
  RedactionWords redaction{};

  [[nodiscard]] bool logs() const noexcept { return log_json || !log.empty(); }
};

void add_observation_flags(CLI::App& app, ObservationFlags& flags);

/// Made before the loop, and gone after it. What nobody asked for is not made.
class CopyWatch {
 public:
  /// `redactor` outlives it; null: all is told as it is.
  CopyWatch(const ObservationFlags& flags, const observe::Redactor* redactor);
  CopyWatch(const CopyWatch&) = delete;
  CopyWatch& operator=(const CopyWatch&) = delete;
  ~CopyWatch();

  /// What the loop is to be made with.
  [[nodiscard]] LoopOptions loop_options();
  /// Before the copy, and to be taken back by detach() before the loop goes. Starts threads: signals that the program takes are blocked by then.
  /// Errors    Errc::unsupported: this build cannot do it; Errc::invalid_argument: what the environment says of OTLP; the system's.
  [[nodiscard]] Result<void> attach(Loop& loop);
  void complete(subset::CopyOptions& options);
  /// Phases and tables, for the log.
  void progress(const subset::Progress& progress);
  void ended(const Result<subset::Report>& report);
  void detach();
  /// Sends and writes what was kept until now, for at most kCloseLimit each. What could not be is said on standard error; the copy is done all the same.
  void close();
  static constexpr Duration kCloseLimit = std::chrono::seconds{10};

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::cli
