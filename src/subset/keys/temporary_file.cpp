#include "subset/keys/temporary_file.h"

#include <fcntl.h>
#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace millrace::subset {

Result<TemporaryFile> make_temporary_file(std::string_view folder) {
  std::string path(folder);
  if (path.contains('\0')) return fail(Errc::invalid_argument, "keys: a folder's name has no NUL in it");
  if (path.empty()) {
    std::error_code error;
    path = std::filesystem::temp_directory_path(error).string();
    if (error) return fail(Error(error, "keys: the folder for temporary files"));
  }
  const std::string shown = path;
  path += "/millrace-keys-XXXXXX";
  UniqueFd fd(::mkostemp(path.data(), O_CLOEXEC));
  if (!fd) return fail(Error::from_errno(errno, "keys: a file for keys that do not fit into memory").with("folder", shown));
  return TemporaryFile{.fd = std::move(fd), .path = std::move(path)};
}

}  // namespace millrace::subset
