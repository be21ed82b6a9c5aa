// Unsorted buckets of timer entries: lists of blocks, so that none is ever copied to grow.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <millrace/assert.h>

namespace millrace {

/// One arming of one timer.
struct TimerEntry {
  std::uint64_t key;    ///< of the deadline; ascending
  std::uint32_t slot;   ///< of the timer
  std::uint32_t stamp;  ///< agrees with the timer's as long as this is its latest arming
};
static_assert(sizeof(TimerEntry) == 16);

struct TimerBlock {
  static constexpr std::uint32_t kEntries = 31;
  TimerBlock* next;
  std::uint32_t count;
  std::array<TimerEntry, kEntries> entries;
};
static_assert(sizeof(TimerBlock) == 512);

/// Blocks between two uses.
class TimerBlocks {
 public:
  TimerBlocks() noexcept = default;
  TimerBlocks(const TimerBlocks&) = delete;
  TimerBlocks& operator=(const TimerBlocks&) = delete;
  ~TimerBlocks() { keep(0); }

  [[nodiscard]] TimerBlock* get() {
    if (spare_ == nullptr) return new TimerBlock;
    --spares_;
    return std::exchange(spare_, spare_->next);
  }
  void put(TimerBlock* block) noexcept {
    block->next = std::exchange(spare_, block);
    ++spares_;
  }
  /// So that get() does not throw this often.
  void reserve(std::size_t count) {
    while (spares_ < count) put(new TimerBlock);
  }
  /// Gives back all but `count`.
  void keep(std::size_t count) noexcept {
    for (; spares_ > count; --spares_) delete std::exchange(spare_, spare_->next);
  }

 private:
  TimerBlock* spare_ = nullptr;
  std::size_t spares_ = 0;
};

/// Entries in the order they came. Has no owner's duties: whoever drops it takes its blocks first.
class TimerBucket {
 public:
  [[nodiscard]] bool empty() const noexcept { return last_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void push(const TimerEntry& entry, TimerBlocks& blocks) {
    if (last_ == nullptr || last_->count == TimerBlock::kEntries) grow(blocks);
    last_->entries[last_->count++] = entry;
    ++size_;
  }
  /// Calls `visit(entry)` for each, first to last.
  template <typename Visit>
  void for_each(Visit visit) const {
    if (last_ == nullptr) return;
    const TimerBlock* block = last_;
    do {
      block = block->next;
      for (std::uint32_t i = 0; i < block->count; ++i) visit(block->entries[i]);
    } while (block != last_);
  }
  /// As for_each, and each block is spare when its entries were visited. Empty afterwards, from the start on.
  template <typename Visit>
  void drain(TimerBlocks& blocks, Visit visit) {
    if (last_ == nullptr) return;
    TimerBlock* block = std::exchange(last_->next, nullptr);
    last_ = nullptr;
    size_ = 0;
    while (block != nullptr) {
      for (std::uint32_t i = 0; i < block->count; ++i) visit(block->entries[i]);
      blocks.put(std::exchange(block, block->next));
    }
  }
  /// Keeps, in order, the entries that `stays` names. Allocates nothing.
  template <typename Stays>
  void filter(TimerBlocks& blocks, Stays stays) noexcept {
    if (last_ == nullptr) return;
    TimerBlock* from = std::exchange(last_->next, nullptr);
    TimerBlock* const first = from;
    MILLRACE_ASSERT(first != nullptr);
    TimerBlock* to = first;
    std::uint32_t to_count = 0;
    size_ = 0;
    for (; from != nullptr; from = from->next) {
      const std::uint32_t count = from->count;  // `to` never overtakes `from`, but may be it
      for (std::uint32_t i = 0; i < count; ++i) {
        if (!stays(from->entries[i])) continue;
        if (to_count == TimerBlock::kEntries) {
          to->count = std::exchange(to_count, 0);
          to = to->next;
        }
        to->entries[to_count++] = from->entries[i];
        ++size_;
      }
    }
    to->count = to_count;
    for (TimerBlock* rest = std::exchange(to->next, first); rest != nullptr;) blocks.put(std::exchange(rest, rest->next));
    last_ = to;
    if (size_ > 0) return;
    blocks.put(to);
    last_ = nullptr;
  }

 private:
  void grow(TimerBlocks& blocks) {
    TimerBlock* const block = blocks.get();
    block->count = 0;
    block->next = last_ == nullptr ? block : std::exchange(last_->next, block);
    last_ = block;
  }

  TimerBlock* last_ = nullptr;  ///< its next is the first one
  std::size_t size_ = 0;
};

}  // namespace millrace
