// Files as module loaders may see them: nothing outside of one directory.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "js/host_files.h"

namespace millrace::js {

/// The directory that modules come from. "/" allows everything.
class ModuleRoot {
 public:
  /// `directory` may have links in it; one that does not exist is taken as written, and nothing is in it.
  explicit ModuleRoot(const std::string& directory);
  [[nodiscard]] const std::string& directory() const noexcept { return directory_; }
  [[nodiscard]] bool unrestricted() const noexcept { return directory_ == "/"; }
  /// By the letters of an absolute path without `..` alone; nobody is asked.
  [[nodiscard]] bool contains(std::string_view path) const noexcept;

  // What lies outside does not exist here: a search that climbs ends at the root.
  [[nodiscard]] FileKind kind_of(const std::string& path) const noexcept;
  /// Nothing when the path with its links resolved lies outside. Errors: as real_path().
  [[nodiscard]] Result<std::optional<std::string>> real_path(const std::string& path) const;
  /// Nothing when the file that was opened lies outside: a link that changes between a check and the opening escapes no more than any.
  /// Errors: as read_source().
  [[nodiscard]] Result<std::optional<std::string>> read(const std::string& path) const;

 private:
  std::string directory_;
};

}  // namespace millrace::js
