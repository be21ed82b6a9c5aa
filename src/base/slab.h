// Slab: objects in fixed chunks, named by (slot, generation). A slot is reused, a name never is.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <millrace/assert.h>

namespace millrace {

/// Names one object of one slab. Generation 0 is never handed out, so a default id names nothing.
struct SlabId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  friend bool operator==(const SlabId&, const SlabId&) = default;
  [[nodiscard]] std::uint64_t bits() const noexcept { return (std::uint64_t{generation} << 32) | slot; }
  [[nodiscard]] static SlabId from_bits(std::uint64_t bits) noexcept {
    return {static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32)};
  }
};

/// Effect    objects keep their address until erased; an id of an erased object finds nothing, whoever lives in the slot now.
/// Errors    insert() returns nothing at the limit given at construction.
/// Cost      O(1); one allocation per 256 objects, none while an erased slot is free. Memory is given back on destruction.
/// Lifetime  a slot whose generation would wrap is retired, not reused.
template <typename T>
class Slab {
 public:
  explicit Slab(std::uint32_t limit) noexcept : limit_(limit) {}

  template <typename... Args>
  [[nodiscard]] std::optional<SlabId> insert(Args&&... args) {
    if (live_ >= limit_) return std::nullopt;
    if (free_head_ == kNone) grow();
    const std::uint32_t slot = free_head_;
    Cell& cell = at(slot);
    cell.value.emplace(std::forward<Args>(args)...);  // may throw: nothing was changed yet
    free_head_ = cell.next_free;
    ++live_;
    return SlabId{slot, cell.generation};
  }
  [[nodiscard]] T* find(SlabId id) noexcept {
    if (id.slot >= slots_) return nullptr;
    Cell& cell = at(id.slot);
    return cell.generation == id.generation && cell.value ? &*cell.value : nullptr;
  }
  bool erase(SlabId id) noexcept {
    if (find(id) == nullptr) return false;
    Cell& cell = at(id.slot);
    // Out of the table before the destructor runs: what it destroys may look us up again.
    const bool retired = cell.generation == std::numeric_limits<std::uint32_t>::max();
    ++cell.generation;
    [[maybe_unused]] const std::optional<T> dying = std::move(cell.value);
    cell.value.reset();
    --live_;
    if (!retired) cell.next_free = std::exchange(free_head_, id.slot);
    return true;
  }
  [[nodiscard]] std::uint32_t size() const noexcept { return live_; }
  [[nodiscard]] std::uint32_t limit() const noexcept { return limit_; }

  /// Calls `visit(id, value)` for every live object in slot order. `visit` may erase.
  template <typename Visit>
  void for_each(Visit visit) {
    for (std::uint32_t slot = 0; slot < slots_; ++slot)
      if (Cell& cell = at(slot); cell.value) visit(SlabId{slot, cell.generation}, *cell.value);
  }

 private:
  static constexpr std::uint32_t kChunk = 256;
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  struct Cell {
    std::optional<T> value;
    std::uint32_t generation = 1;
    std::uint32_t next_free = kNone;
  };
  Cell& at(std::uint32_t slot) noexcept { return chunks_[slot / kChunk][slot % kChunk]; }
  void grow() {
    chunks_.push_back(std::make_unique<Cell[]>(kChunk));
    for (std::uint32_t i = kChunk; i-- > 0;) at(slots_ + i).next_free = std::exchange(free_head_, slots_ + i);
    slots_ += kChunk;
  }

  std::vector<std::unique_ptr<Cell[]>> chunks_;
  std::uint32_t slots_ = 0;
  std::uint32_t live_ = 0;
  std::uint32_t limit_;
  std::uint32_t free_head_ = kNone;
};

}  // namespace millrace
