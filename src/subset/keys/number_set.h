// NumberSet: whole numbers in order, each once, in blocks of which some are in a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <millrace/result.h>

#include "subset/keys/block_file.h"
#include "subset/keys/number_block.h"

namespace millrace::subset {

class NumberSet;

/// What the sets of a store have together: the file, and how much memory they may take.
class NumberMemory {
 public:
  NumberMemory(BlockFile file, std::size_t most) : file_(std::move(file)), most_(most) {}
  NumberMemory(const NumberMemory&) = delete;
  NumberMemory& operator=(const NumberMemory&) = delete;

  [[nodiscard]] std::size_t bytes() const noexcept;
  [[nodiscard]] BlockFile& file() noexcept { return file_; }
  void took(std::size_t before, std::size_t after) noexcept { blocks_ = blocks_ - before + after; }
  /// When blocks take too much: those of the largest set that were not used lately go to the file, until an eighth is free.
  [[nodiscard]] Result<void> make_room() { return blocks_ <= most_ ? Result<void>() : make_room_now(); }

 private:
  friend class NumberSet;
  [[nodiscard]] Result<void> make_room_now();

  BlockFile file_;
  std::size_t most_;
  std::size_t blocks_ = 0;  ///< bytes of what is resident, of all sets
  std::vector<NumberSet*> sets_{};
};

/// Why blocks of sorted numbers, and not a hash or one sorted array: ranks come with the order, a page that comes in touches each block once, a block is what moves to
/// the file, and each takes the form that suits its part of the numbers, so that a dense beginning with a sparse rest costs what each alone would.
/// Thread    one at a time, all sets of a NumberMemory together. Lifetime: the memory outlives it.
/// Cost      per number 0.13 bytes (dense) to some 11 (one in 65536 and fewer), and 40 bytes for each block. Found in O(log blocks), and O(log 1024) within one.
/// Errors    the file's. The set is as it was then, or has some of what was to change.
class NumberSet {
 public:
  explicit NumberSet(NumberMemory& memory);
  NumberSet(const NumberSet&) = delete;
  NumberSet& operator=(const NumberSet&) = delete;
  ~NumberSet();

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// Blocks that are in memory, and what tells where each begins.
  [[nodiscard]] std::size_t bytes() const noexcept { return resident_ + index_bytes(); }
  [[nodiscard]] bool in_memory() const noexcept { return dropped_ == 0; }

  /// `numbers`: sorted, each once; so everywhere below. Those that are new go behind `fresh`, also when an error ends it.
  [[nodiscard]] Result<void> insert(Numbers numbers, std::vector<std::uint64_t>& fresh);
  [[nodiscard]] Result<void> erase(Numbers numbers);
  [[nodiscard]] Result<bool> contains(std::uint64_t number);
  [[nodiscard]] Result<std::optional<std::uint64_t>> rank(std::uint64_t number);
  /// Appends at most `count`, from `from` on.
  [[nodiscard]] Result<void> read(std::uint64_t from, std::size_t count, std::vector<std::uint64_t>& into);
  /// Takes the least out.
  [[nodiscard]] Result<void> take(std::size_t count, std::vector<std::uint64_t>& into);
  [[nodiscard]] std::optional<std::pair<std::uint64_t, std::uint64_t>> bounds() const noexcept;

 private:
  friend class NumberMemory;
  static constexpr std::size_t kNone = ~std::size_t{0};
  static constexpr std::size_t kChunkMin = 256;  ///< so many of 65536 are worth a block of their own: 2 bytes each in place of 8

  [[nodiscard]] std::size_t index_bytes() const noexcept {
    return lows_.capacity() * 8 + before_.capacity() * 8 + blocks_.capacity() * sizeof(NumberBlock);
  }
  /// The block whose numbers `number` would be among, from `hint` on; kNone: less than all of them.
  [[nodiscard]] std::size_t find(std::uint64_t number, std::size_t hint = 0) const noexcept;
  [[nodiscard]] bool covers(std::size_t at, std::uint64_t number) const noexcept;
  /// Where the numbers of the block end that are in order from `begin`.
  [[nodiscard]] std::size_t end_of(std::size_t at, Numbers numbers, std::size_t begin) const noexcept;
  [[nodiscard]] Result<NumberBlock*> load(std::size_t at);
  void insert_block(std::size_t at, std::uint64_t low, NumberBlock block);
  void erase_blocks(std::size_t begin, std::size_t end) noexcept;
  void split(std::size_t at, Numbers fresh);
  void changed(std::size_t before, const NumberBlock& block) noexcept;
  /// Writes blocks out until `bytes` are free or none is left. Returns how many bytes it freed.
  [[nodiscard]] Result<std::size_t> drop(std::size_t bytes);
  [[nodiscard]] Result<void> refresh_bounds();

  NumberMemory& memory_;
  std::vector<std::uint64_t>
      lows_{};  ///< where each block begins, multiples of 65536: the numbers up to the next are looked for in it
  std::vector<NumberBlock> blocks_{};
  std::vector<std::uint64_t> before_{};  ///< how many numbers are in the blocks before; empty: the set changed
  std::uint64_t size_ = 0;
  std::uint64_t least_ = 0;
  std::uint64_t greatest_ = 0;
  std::size_t resident_ = 0;
  std::size_t dropped_ = 0;  ///< blocks that are not in memory
  std::size_t hand_ = 0;     ///< the block that goes to the file next, unless it was used since the hand was there
};

}  // namespace millrace::subset
