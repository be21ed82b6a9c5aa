// A file that has no name any more.
#pragma once

#include <string>
#include <string_view>

#include <millrace/result.h>

#include "base/unique_fd.h"

namespace millrace::subset {

/// A file just made, for us alone, which still has its name: whoever needs none removes it.
struct TemporaryFile {
  UniqueFd fd;
  std::string path;
};

/// `folder` empty: the system's for temporary files. Errors: the system's, with context `folder`.
[[nodiscard]] Result<TemporaryFile> make_temporary_file(std::string_view folder);

}  // namespace millrace::subset
