#include "subset/keys/block_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <millrace/assert.h>

#include "subset/keys/temporary_file.h"

namespace millrace::subset {

Result<BlockFile> BlockFile::open(std::string_view folder) {
  Result<TemporaryFile> file = make_temporary_file(folder);
  if (!file) return fail(file.error());
  if (::unlink(file->path.c_str()) != 0) return fail(Error::from_errno(errno, "keys: the name of a file").with("path", file->path));
  return BlockFile(std::move(file->fd));
}

Result<void> BlockFile::write(std::uint32_t& place, std::span<const std::byte> block) {
  MILLRACE_ASSERT(block.size() <= kBlockBytes);
  if (place == kNowhere) {
    if (!free_.empty()) {
      place = free_.back();
      free_.pop_back();
    } else {
      if (places_ == kBlocksMax) return fail(Errc::full, "keys: the file for keys has no more places");
      if (free_.capacity() == places_) free_.reserve(std::max<std::size_t>(64, std::size_t{places_} * 2));
      place = places_++;
    }
  }
  for (std::uint64_t at = std::uint64_t{place} * kBlockBytes; !block.empty();) {
    const ssize_t written = ::pwrite(fd_.get(), block.data(), block.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(Error::from_errno(errno, "keys: writing keys to their file"));
    at += static_cast<std::uint64_t>(written);
    block = block.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> BlockFile::read(std::uint32_t place, std::span<std::byte> block) const {
  MILLRACE_ASSERT(place < places_);
  for (std::uint64_t at = std::uint64_t{place} * kBlockBytes; !block.empty();) {
    const ssize_t got = ::pread(fd_.get(), block.data(), block.size(), static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Error::from_errno(errno, "keys: reading keys from their file"));
    if (got == 0)
      return fail(Error(std::make_error_code(std::errc::io_error), "keys: their file is shorter than what was written"));
    at += static_cast<std::uint64_t>(got);
    block = block.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

void BlockFile::release(std::uint32_t place) noexcept {
  if (place == kNowhere) return;
  MILLRACE_ASSERT(place < places_ && free_.size() < free_.capacity());
  free_.push_back(place);
}

}  // namespace millrace::subset
