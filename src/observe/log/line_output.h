// LineOutput: lines to a descriptor, each by one write(2).
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include <millrace/observe/json_lines_sink.h>
#include <millrace/result.h>

#include "base/unique_fd.h"

namespace millrace::observe::detail {

/// See JsonLinesSink, whose promises these are. Thread: any.
class LineOutput {
 public:
  /// The descriptor is the caller's.
  LineOutput(int fd, LineOutputOptions options);
  /// The file's.
  LineOutput(UniqueFd fd, std::string path, LineOutputOptions options);
  [[nodiscard]] static Result<UniqueFd> open_file(const std::string& path, const LineOutputOptions& options);

  /// `line` ends in a line break.
  [[nodiscard]] Result<void> write_line(std::string_view line);
  [[nodiscard]] Result<void> reopen();

 private:
  using RealTime = std::chrono::steady_clock;  // the system waits in it, whatever clock a program was given
  void look_at_descriptor() noexcept;
  [[nodiscard]] Result<void> write_all(std::string_view line);
  [[nodiscard]] Result<void> wait_until_writable(RealTime::time_point deadline) const;

  std::mutex mutex_;  // leaf; also keeps the parts of a line that the system takes in pieces together
  int fd_;
  UniqueFd owned_;
  std::string path_;  ///< empty: the descriptor is the caller's
  LineOutputOptions options_;
  bool may_signal_ = false;  ///< a pipe or socket, whose reader may be gone
  bool torn_ = false;        ///< the last line has no end
};

}  // namespace millrace::observe::detail
