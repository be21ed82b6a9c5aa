// LedgerFile: the file that says what of other files is there for good. Opened, locked, understood, and lines put behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>

#include "base/unique_fd.h"
#include "subset/files/file_target.h"
#include "subset/files/ledger_line.h"

namespace millrace::subset {

/// Thread: one at a time.
class LedgerFile {
 public:
  static constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 30;

  LedgerFile() = default;
  /// `folder` is open, and `path` the ledger's, for messages. A ledger that is missing, or that a crash left without its first line, is begun when `untouched` (nothing of the
  /// target is there).
  /// Errors    as make_file_target() says.
  [[nodiscard]] static Result<LedgerFile> open(int folder, const std::string& name, const std::string& path,
                                               const LedgerHeader& header, bool untouched, FileCalls& calls);

  /// What was in it, in order. Moved out: wanted once.
  [[nodiscard]] std::vector<LedgerCommit> take_commits() noexcept { return std::move(commits_); }
  /// Puts `commit`, to which it gives its number, behind the others and makes it durable.
  /// Errors    the system's; the ledger is then as it was, if the system allows it, and else it takes nothing more. Errc::full: kBytesMax.
  [[nodiscard]] Result<void> append(LedgerCommit commit);
  /// What a failed append() has left is gone for good. Before that, nothing that it names may be taken back: a line that is there counts.
  [[nodiscard]] Result<void> cut();

 private:
  [[nodiscard]] Result<void> read_all(const LedgerHeader& header, bool untouched);
  [[nodiscard]] Result<void> begin(const LedgerHeader& header);
  [[nodiscard]] Result<void> put(std::string_view line);
  [[nodiscard]] Error refused(std::string_view why) const;

  FileCalls* calls_ = nullptr;
  std::string path_;
  UniqueFd fd_;
  std::uint64_t end_ = 0;     ///< of what is durable
  std::uint64_t number_ = 0;  ///< of the last commit
  bool dirty_ = false;        ///< something may be behind the end
  std::vector<LedgerCommit> commits_;
};

/// What errno says about `path`.
[[nodiscard]] Error file_error(std::string_view what, const std::string& path);
/// Writes all of `text`. Errors: the system's.
[[nodiscard]] Result<void> write_all(FileCalls& calls, int fd, std::string_view text, std::uint64_t offset,
                                     const std::string& path);
[[nodiscard]] Result<void> make_durable(FileCalls& calls, int fd, const std::string& path);
[[nodiscard]] Result<void> make_names_durable(FileCalls& calls, int folder, const std::string& path);
[[nodiscard]] Result<void> cut_file(FileCalls& calls, int fd, std::uint64_t size, const std::string& path);

}  // namespace millrace::subset
