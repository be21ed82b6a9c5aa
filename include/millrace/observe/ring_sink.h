// RingSink: the last records, kept in memory for the report of a crash.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <millrace/observe/log_sink.h>

namespace millrace::observe {

/// Keeps the lines of the last records, at most `records_max` of them in at most `bytes_max` bytes, whichever is less. The oldest go first.
/// Errors    Errc::full for one line that is larger than the whole ring; it is not kept.
/// Cost      all memory is allocated by the constructor; write() copies the line under a lock and allocates nothing.
class RingSink final : public LogSink {
 public:
  static constexpr std::size_t kRecordsMax = 1024;
  static constexpr std::size_t kBytesMax = std::size_t{256} * 1024;
  explicit RingSink(std::size_t records_max = kRecordsMax, std::size_t bytes_max = kBytesMax);
  ~RingSink() override;
  [[nodiscard]] Result<void> write(const LogRecord& record) override;

  /// The lines, oldest first, without line breaks. Thread: any.
  [[nodiscard]] std::vector<std::string> lines() const;
  /// Writes the lines to a descriptor, oldest first, each with its line break, and answers how many.
  /// Signals   may be called by a signal handler at any moment, also one that interrupted write(): it takes no lock, allocates nothing, and
  ///           calls nothing but write(2). errno is as before.
  /// Others    other threads may go on logging. A line that is overwritten meanwhile ends where that was seen, or is left out.
  /// Errors    it stops at the first write(2) that fails for another reason than EINTR.
  std::size_t dump(int fd) const noexcept;

 private:
  struct Ring;
  std::unique_ptr<Ring> ring_;
};

}  // namespace millrace::observe
