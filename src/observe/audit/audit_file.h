// The file of an audit log, as a writer has it: opened, locked, its end looked at, and lines put behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <millrace/result.h>

#include "base/unique_fd.h"
#include "observe/audit/chain.h"

namespace millrace::observe::detail {

/// Thread: one at a time.
class AuditFile {
 public:
  AuditFile() = default;
  /// Errors: see AuditLog::open().
  [[nodiscard]] static Result<AuditFile> open(const std::string& path, const ChainHash& hash);

  /// Where its chain ended when it was opened.
  [[nodiscard]] const ChainHead& head() const noexcept { return head_; }
  /// What was cut off its end; empty: nothing.
  [[nodiscard]] const std::string& torn() const noexcept { return torn_; }
  /// Writes all of `lines` and makes them durable.
  /// Errors: the system's. The file is then as it was, if the system allows it, and else before the next write.
  [[nodiscard]] Result<void> append(std::string_view lines);
  void close() noexcept { fd_.reset(); }

 private:
  [[nodiscard]] Result<void> look_at_end(const std::string& path, const ChainHash& hash);
  [[nodiscard]] Result<void> cut(std::uint64_t size, std::string_view why) noexcept;
  [[nodiscard]] Result<void> put(std::string_view lines);

  UniqueFd fd_;
  std::uint64_t end_ = 0;  ///< of what is durable
  bool dirty_ = false;     ///< something may be behind that
  ChainHead head_;
  std::string torn_;
};

}  // namespace millrace::observe::detail
