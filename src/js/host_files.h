// What programs may do with files, as plain C++: the CommonJS loader and the small `node:fs` stand on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>

#include "base/unique_fd.h"

namespace millrace::js {

/// A file larger than this is refused (EFBIG): it would not fit into one JavaScript string.
inline constexpr std::size_t kFileBytesMax = std::size_t{512} << 20;

enum class FileKind : int { missing = -1, regular = 0, directory = 1, other = 2 };

struct FileFacts {
  FileKind kind = FileKind::missing;
  std::uint64_t size = 0;
  double modified_ms = 0;
};

// Errors of all: the errno in std::system_category(), with context syscall and path.

[[nodiscard]] FileKind kind_of_file(const std::string& path) noexcept;
[[nodiscard]] Result<FileFacts> facts_of_file(const std::string& path);
[[nodiscard]] Result<std::string> read_file(const std::string& path);
/// As read_file(), but refuses what is not text: Errc::invalid_argument naming the offset of the first zero byte.
[[nodiscard]] Result<std::string> read_source(const std::string& path);
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view bytes);
[[nodiscard]] Result<std::vector<std::string>> list_directory(const std::string& path);
[[nodiscard]] Result<std::string> real_path(const std::string& path);
[[nodiscard]] Result<UniqueFd> open_to_read(const std::string& path);
[[nodiscard]] Result<std::size_t> read_chunk(int fd, std::span<std::byte> into);

/// Writes everything, waiting for a full pipe. What cannot be written is dropped, as there is nobody to tell: this is standard
/// output.
void write_all(int fd, std::string_view bytes) noexcept;

}  // namespace millrace::js
