// What is known of each timer but its place in the order of deadlines: id, flags, callable, delay. Kept in arrays apart, because each
// operation needs another part: cancelling a timer touches eight bytes of it, firing it 24, starting it again twelve.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include <millrace/clock.h>
#include <millrace/task.h>

#include "base/slab.h"
#include "time/timer_boxes.h"

namespace millrace {

using TimerId = SlabId;

/// Eight bytes, read and written as one. The flags are the loop's to set, but for `ref` and `armed`.
struct TimerState {
  std::uint32_t generation;
  std::uint32_t renewals : 16 =
      0;  ///< how many entries it left behind in the queue; of a free slot: the next free one of its chunk
  std::uint32_t callable : 10 = 0;  ///< where it is: see TimerCells::Callable
  std::uint32_t ref : 1 = 0;        ///< keeps the loop alive
  std::uint32_t armed : 1 = 0;      ///< in the queue; not while its callback runs, nor after a one-shot fired
  std::uint32_t firing : 1 = 0;     ///< its callback is on the stack
  std::uint32_t cancelled : 1 = 0;  ///< cancelled by its own callback: erased when that returns
  std::uint32_t detached : 1 = 0;   ///< no handle: a one-shot erases itself after firing
  std::uint32_t interval : 1 = 0;   ///< its period is its delay

  /// Names one arming of one timer: what the queue's entry has to agree with.
  [[nodiscard]] std::uint32_t stamp() const noexcept { return generation + renewals; }
};
static_assert(sizeof(TimerState) == 8);

/// Callables of at most 16 bytes without a context, with a delay that fits 32 bits, live in their timer's own 28 bytes; the others take
/// a box of 64 bytes more.
/// Effect    a callable keeps its address until it is erased; an id of an erased timer finds nothing, whoever lives in the slot now.
/// Errors    insert() makes nothing at the limit.
/// Cost      O(1); an allocation of 28 KiB per 1,024 timers. Chunks without timers are given back, but for one.
/// Lifetime  a slot whose generation would wrap is retired, not reused.
class TimerCells {
 public:
  explicit TimerCells(std::uint32_t limit) noexcept : limit_(limit) {}
  TimerCells(const TimerCells&) = delete;
  TimerCells& operator=(const TimerCells&) = delete;
  ~TimerCells();

  /// Referenced, not armed. Takes the task only when it succeeds; an id that names nothing at the limit.
  [[nodiscard]] TimerId insert(Duration delay, bool interval, Task& task);
  [[nodiscard]] TimerState* find(TimerId id) noexcept {
    const std::uint32_t index = id.slot / kSlots;
    if (index >= chunks_.size() || chunks_[index] == nullptr) return nullptr;
    TimerState& state = chunks_[index]->states[id.slot % kSlots];
    return state.generation == id.generation && state.callable != kFree ? &state : nullptr;
  }
  /// Frees the slot, then destroys the callable, which may call back into anything.
  void erase(std::uint32_t slot, TimerState& state) noexcept {
    if (state.callable == kBoxed || known_[state.callable]->manage != nullptr) return erase_owning(slot);
    free_slot(slot, state);
  }

  /// Whether what the queue knows of a slot is still so.
  [[nodiscard]] bool is_current(std::uint32_t slot, std::uint32_t stamp) const noexcept {
    const Chunk* chunk = chunks_[slot / kSlots];
    if (chunk == nullptr) return false;
    const TimerState& state = chunk->states[slot % kSlots];
    return state.armed != 0 && state.stamp() == stamp;
  }
  /// Inline by force: the compiler takes a function that only prefetches for one without effect, and drops the call.
  [[gnu::always_inline]] void prefetch(std::uint32_t slot) const noexcept {
    const Chunk* chunk = chunks_[slot / kSlots];
    if (chunk == nullptr) return;
    __builtin_prefetch(&chunk->states[slot % kSlots], 1);
    __builtin_prefetch(&chunk->cells[slot % kSlots], 1);
  }
  [[nodiscard]] TimerState& state(std::uint32_t slot) noexcept { return chunks_[slot / kSlots]->states[slot % kSlots]; }
  [[nodiscard]] Duration delay(std::uint32_t slot) const noexcept;
  void call(std::uint32_t slot);
  /// The task of a timer that is boxed, and only such a one can have a context; null for the others.
  [[nodiscard]] Task* boxed(std::uint32_t slot) const noexcept;

  [[nodiscard]] std::uint32_t size() const noexcept { return live_; }
  [[nodiscard]] std::vector<TimerId> ids() const;
  /// For tests: how many bytes the chunks take.
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  static constexpr std::uint32_t kSlots = 1024;
  static constexpr std::uint32_t kLongDelay = std::numeric_limits<std::uint32_t>::max();  ///< does not fit
  static constexpr std::uint16_t kNoSlot = std::numeric_limits<std::uint16_t>::max();
  static constexpr std::uint32_t kNoChunk = std::numeric_limits<std::uint32_t>::max();
  /// TimerState::callable. Larger values: in the cell, and its operations are known_[callable].
  enum Callable : std::uint32_t { kFree = 0, kBoxed = 1, kFirstKnown = 2, kKnownMax = 1024 };

  struct Box {
    Task* task;
    Duration delay;
  };
  union alignas(16) Cell {
    std::byte callable[16];
    Box box;
  };
  static_assert(sizeof(Cell) == 16);
  struct Chunk {
    std::uint32_t taken = 0;             ///< live slots, and retired ones
    std::uint32_t fresh = 0;             ///< slots from here on were never used
    std::uint16_t free_head = kNoSlot;   ///< of the used ones
    std::uint32_t first_generation = 1;  ///< of a fresh slot
    std::uint32_t previous = kNoChunk;   ///< among the chunks with room
    std::uint32_t next = kNoChunk;
    std::array<TimerState, kSlots> states;
    std::array<std::uint32_t, kSlots> delays;
    std::array<Cell, kSlots> cells;
    Chunk() noexcept {}  // NOLINT(modernize-use-equals-default,cppcoreguidelines-pro-type-member-init): touched when used
    [[nodiscard]] bool has_room() const noexcept { return free_head != kNoSlot || fresh < kSlots; }
  };

  [[nodiscard]] std::uint32_t callable_kind(const Task& task, std::uint32_t delay) {
    const Task::Operations* operations = task.operations();
    MILLRACE_DEBUG_ASSERT(operations != nullptr);
    if (task.has_context() || delay == kLongDelay) return kBoxed;
    if (operations == last_operations_) return last_known_;
    if (operations->bytes > sizeof(Cell::callable) || operations->alignment > alignof(Cell)) return kBoxed;
    return look_up(operations);
  }
  [[nodiscard]] std::uint32_t look_up(const Task::Operations* operations);
  void grow_index();
  void open_chunk();
  void link(std::uint32_t chunk) noexcept;
  void unlink(std::uint32_t chunk) noexcept;
  void erase_owning(std::uint32_t slot) noexcept;
  void free_slot(std::uint32_t slot, TimerState& state) noexcept {
    const std::uint32_t last = state.stamp();  // later generations begin behind every stamp the queue may still know
    --live_;
    if (last < state.generation || last == std::numeric_limits<std::uint32_t>::max()) return retire(state);
    Chunk& chunk = *chunks_[slot / kSlots];
    const bool had_room = chunk.has_room();
    state = {.generation = last + 1, .renewals = chunk.free_head, .callable = kFree};
    chunk.free_head = static_cast<std::uint16_t>(slot % kSlots);
    if (--chunk.taken == 0 || !had_room) chunk_changed(slot / kSlots, had_room);
  }
  static void retire(TimerState& state) noexcept {
    state.callable = kFree;
    state.armed = 0;
  }
  void chunk_changed(std::uint32_t chunk, bool had_room) noexcept;
  void give_back(std::uint32_t chunk) noexcept;
  [[nodiscard]] const Cell& cell(std::uint32_t slot) const noexcept { return chunks_[slot / kSlots]->cells[slot % kSlots]; }
  [[nodiscard]] Cell& cell(std::uint32_t slot) noexcept { return chunks_[slot / kSlots]->cells[slot % kSlots]; }

  std::vector<Chunk*> chunks_;                    ///< owned; null: given back
  std::vector<std::uint32_t> first_generations_;  ///< of the next chunk in this place: larger than any that was handed out
  std::uint32_t open_ = kNoChunk;                 ///< the first chunk with room
  std::uint32_t empty_chunks_ = 0;
  std::uint32_t vacant_places_ = 0;
  std::uint32_t live_ = 0;
  std::uint32_t limit_;
  std::uint32_t last_known_ = kFree;
  const Task::Operations* last_operations_ = nullptr;
  std::vector<const Task::Operations*> known_;  ///< of every type of callable that came by; a program has few
  std::vector<std::uint16_t> known_index_;      ///< open addressing by the address, at most half full
  TimerBoxes boxes_;
};

}  // namespace millrace
