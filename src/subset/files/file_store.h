// FileStore: files of one folder that grow together, and go back together to where their ledger says they were.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>

#include "base/unique_fd.h"
#include "subset/files/file_target.h"
#include "subset/files/ledger_file.h"

namespace millrace::subset {

/// Thread    one at a time; calls block. Errors: the system's, with `path`.
class FileStore {
 public:
  /// Files that are open at once. One more is made durable and closed before another is opened.
  static constexpr std::size_t kOpenMax = 64;

  struct Place {
    std::string folder;
    bool make_folder = false;
    bool whole_folder = false;  ///< the folder is the store's: whatever is in it counts
    std::string ledger;         ///< name in the folder
    std::vector<std::string> files{};
  };
  /// Opens folder and ledger; touches no file yet.
  [[nodiscard]] static Result<FileStore> open(Place place, const LedgerHeader& header, FileCalls& calls);

  /// What the ledger has, once; each file is cut to its size there.
  /// Errors    Errc::invalid_argument: a file that is gone or shorter, or one of another table.
  [[nodiscard]] Result<std::vector<LedgerCommit>> recover();
  [[nodiscard]] Result<void> append(std::size_t file, std::string_view text);
  [[nodiscard]] std::uint64_t size(std::size_t file) const noexcept { return files_[file].size; }
  /// Makes an empty file where there is none.
  [[nodiscard]] Result<void> touch(std::size_t file);
  /// All that was appended is there for good, and `commit`, whose files are filled in here.
  [[nodiscard]] Result<void> commit(LedgerCommit commit);
  /// Cuts off what is not committed, of all files even if one fails.
  [[nodiscard]] Result<void> rollback();

 private:
  struct File {
    std::string name;
    UniqueFd fd{};
    std::uint64_t committed = 0;
    std::uint64_t size = 0;
    bool there = false;
    bool dirty = false;    ///< something may not be durable
    bool changed = false;  ///< since the last commit
  };
  [[nodiscard]] std::string path_of(const File& file) const { return folder_path_ + "/" + file.name; }
  [[nodiscard]] Result<void> open_file(File& file);
  [[nodiscard]] Result<void> close_file(File& file);
  [[nodiscard]] Result<void> recover_file(File& file);

  FileCalls* calls_ = nullptr;
  std::string folder_path_;
  UniqueFd folder_;
  bool folder_dirty_ = false;  ///< names may not be durable
  LedgerFile ledger_;
  std::vector<File> files_;
  std::vector<std::size_t> open_;
};

}  // namespace millrace::subset
