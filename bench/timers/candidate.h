// What the candidates of `bench_timers` share. A candidate C keeps one-shot timers and offers:
//   static constexpr const char* kName
//   TimerId add(std::int64_t deadline_ns, Callback)
//   bool cancel(TimerId)                            false: it is not live
//   void rearm(TimerId, std::int64_t deadline_ns)   as if cancelled and added, under the same id; it must be live
//   std::size_t fire(std::int64_t now_ns)           calls all due ones, by (deadline, call order), and forgets them; how many
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/slab.h"

namespace millrace::bench {

using TimerId = SlabId;

/// What a small closure comes to.
struct Callback {
  void (*function)(void*);
  void* argument;
};

/// Slots in chunks, reused last in, first out; what stands in one is the candidate's. A slot's generation is even while it is free.
template <typename T>
class Slots {
 public:
  [[nodiscard]] T& operator[](std::uint32_t slot) { return chunks_[slot / kChunk][slot % kChunk].value; }
  [[nodiscard]] TimerId take() {
    if (free_ == kNone) grow();
    const std::uint32_t slot = free_;
    Cell& taken = cell(slot);
    free_ = taken.next_free;
    return {slot, ++taken.generation};
  }
  void give(std::uint32_t slot) {
    Cell& given = cell(slot);
    ++given.generation;
    given.next_free = free_;
    free_ = slot;
  }
  [[nodiscard]] bool is_live(TimerId id) { return id.slot < used_ && cell(id.slot).generation == id.generation; }
  [[nodiscard]] TimerId id_of(std::uint32_t slot) { return {slot, cell(slot).generation}; }

 private:
  static constexpr std::uint32_t kChunk = 1024;
  static constexpr std::uint32_t kNone = ~0U;
  struct Cell {
    T value;
    std::uint32_t generation = 0;
    std::uint32_t next_free = kNone;
  };
  [[nodiscard]] Cell& cell(std::uint32_t slot) { return chunks_[slot / kChunk][slot % kChunk]; }
  void grow() {
    if (used_ % kChunk == 0) chunks_.push_back(std::make_unique_for_overwrite<Cell[]>(kChunk));
    free_ = used_++;
    cell(free_).next_free = kNone;
    cell(free_).generation = 0;
  }

  std::vector<std::unique_ptr<Cell[]>> chunks_;
  std::uint32_t used_ = 0;
  std::uint32_t free_ = kNone;
};

}  // namespace millrace::bench
