// JsonLinesSink: one JSON object a line, in a file or on a descriptor.
#pragma once

#include <memory>
#include <string>

#include <sys/types.h>

#include <millrace/observe/log_sink.h>

namespace millrace::observe {

struct LineOutputOptions {
  /// How long one record may wait for a non-blocking descriptor, a pipe whose reader is slow; then it is lost and counted as failed. A
  /// blocking descriptor makes the writer wait as long as the system does.
  Duration patience = std::chrono::milliseconds{100};
  mode_t mode = 0640;  ///< of a file that open() makes
};

/// Writes LogRecord::json() and a line break.
/// Effect    exactly one write(2) for each record, whatever its size. Only where the system took a part does another follow for the rest,
///           and one that a signal interrupted is repeated.
/// Order     lines never mix within the process. A file of open() is in append mode, so that lines of several processes do not either.
/// Errors    what the system refuses, and Errc::timed_out after `patience`. A line of which only a part could be written is ended with a
///           line break before the next one, in the same write. EPIPE is an error like any other: SIGPIPE is held back.
/// Durable   flush() has nothing to do: a line is with the system when write() returned. It is not on the disk by then.
/// Cost      a lock around the system call.
class JsonLinesSink final : public LogSink {
 public:
  /// The descriptor stays the caller's, open as long as the sink, and in the mode it is in.
  explicit JsonLinesSink(int fd, LineOutputOptions options = {});
  /// Appends to the file, which is made where it is missing. Errors: the system's, with the path.
  [[nodiscard]] static Result<std::unique_ptr<JsonLinesSink>> open(std::string path, LineOutputOptions options = {});
  ~JsonLinesSink() override;

  [[nodiscard]] Result<void> write(const LogRecord& record) override;
  /// Opens the path again, for one who moved the file away: no line is lost or broken. On error the old file stays in use.
  /// Errors    the system's; Errc::unsupported for a sink that was given a descriptor.
  Result<void> reopen();

 private:
  struct Parts;
  explicit JsonLinesSink(std::unique_ptr<Parts> parts) noexcept;
  std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::observe
