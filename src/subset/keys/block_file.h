// BlockFile: where blocks of whole numbers wait that do not fit into memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <millrace/result.h>

#include "base/unique_fd.h"

namespace millrace::subset {

/// A file without a name, of places of one size. Not SQLite's: a block is read and written as a whole, and its place is known, so that a tree above it would only cost.
/// Thread: one at a time. Errors: the system's, ENOSPC among them.
class BlockFile {
 public:
  static constexpr std::uint32_t kNowhere = ~std::uint32_t{0};
  static constexpr std::size_t kBlockBytes = 8'192 + 256;  ///< the largest block: a bitmap and its counts
  static constexpr std::uint32_t kBlocksMax = kNowhere;    ///< some 33 TiB

  [[nodiscard]] static Result<BlockFile> open(std::string_view folder);

  /// `place`: where the block was written before, or kNowhere, which becomes a place of its own. Errors: also Errc::full at kBlocksMax.
  [[nodiscard]] Result<void> write(std::uint32_t& place, std::span<const std::byte> block);
  [[nodiscard]] Result<void> read(std::uint32_t place, std::span<std::byte> block) const;
  /// kNowhere: nothing happens. Otherwise the place is somebody else's from now on.
  void release(std::uint32_t place) noexcept;
  [[nodiscard]] std::size_t blocks() const noexcept { return places_ - free_.size(); }

 private:
  explicit BlockFile(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
  std::uint32_t places_ = 0;
  std::vector<std::uint32_t> free_{};  ///< has room for all places, so that giving one back cannot fail
};

}  // namespace millrace::subset
