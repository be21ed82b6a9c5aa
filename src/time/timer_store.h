// Live timers, ordered by (deadline, sequence). A 4-ary heap of small entries with cached keys over a slab of nodes: the heap
// is what comparisons touch, so a sift stays within few cache lines and never follows a pointer to read a deadline.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <millrace/clock.h>
#include <millrace/task.h>

#include "base/slab.h"

namespace millrace {

using TimerId = SlabId;

/// What a timer does when it fires, and whether it keeps the loop alive.
struct TimerNode {
  Task task;
  Duration delay{};   ///< as asked for: what refresh() uses again
  Duration period{};  ///< zero: one-shot
  Instant deadline{};
  std::uint32_t heap_index = 0;
  bool ref = true;
  bool armed = true;       ///< in the heap; false while its callback runs and after a one-shot fired
  bool firing = false;     ///< its callback is on the stack
  bool cancelled = false;  ///< cancelled by its own callback: erased when that returns
  bool detached = false;   ///< no handle: a one-shot erases itself after firing
};

/// Order     pop_due() yields by (deadline, sequence); arming gives a new, larger sequence, so equal deadlines keep call order.
/// Errors    arm() returns nothing at the limit.
/// Cost      arm, disarm, pop O(log4 n); O(1) look-ups; no allocation while recycled nodes are free.
/// Thread    loop thread.
class TimerStore {
 public:
  explicit TimerStore(std::uint32_t limit) : slab_(limit) {}

  [[nodiscard]] std::optional<TimerId> arm(Instant deadline, Duration delay, Duration period, Task task);
  /// Arms an existing, unarmed or armed timer anew. Order: as if it had just been armed.
  void rearm(TimerId id, Instant deadline);
  /// Takes it out of the heap; the node stays.
  void disarm(TimerId id);
  /// Takes it out of the heap and frees the node and what its task captured.
  bool erase(TimerId id);
  void clear();
  [[nodiscard]] TimerNode* find(TimerId id) noexcept { return slab_.find(id); }
  void set_ref(TimerId id, bool ref) noexcept;

  [[nodiscard]] std::optional<Instant> next_deadline() const noexcept {
    if (heap_.empty()) return std::nullopt;
    return heap_.front().deadline;
  }
  /// Everything armed from now on has at least this sequence: the snapshot that ends a timers pass.
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return next_sequence_; }
  /// The first timer with deadline <= now and sequence < before, taken out of the heap; its node stays. Nothing: none is due.
  [[nodiscard]] std::optional<TimerId> pop_due(Instant now, std::uint64_t before);

  [[nodiscard]] std::size_t armed() const noexcept { return heap_.size(); }
  [[nodiscard]] std::size_t armed_ref() const noexcept { return armed_ref_; }
  [[nodiscard]] std::uint32_t size() const noexcept { return slab_.size(); }

 private:
  struct Entry {
    Instant deadline;
    std::uint64_t sequence;
    TimerId id;
    [[nodiscard]] bool before(const Entry& other) const noexcept {
      return deadline != other.deadline ? deadline < other.deadline : sequence < other.sequence;
    }
  };
  void push(Entry entry);
  void remove_at(std::size_t index);
  void place(std::size_t index, const Entry& entry) noexcept;
  void sift_up(std::size_t index, Entry entry) noexcept;
  void sift_down(std::size_t index, Entry entry) noexcept;
  TimerNode& node(TimerId id) noexcept;

  static constexpr std::size_t kFirstRoom = 256;  // a chunk of the slab

  Slab<TimerNode> slab_;
  std::vector<Entry> heap_;  // capacity >= slab_.size()
  std::uint64_t next_sequence_ = 0;
  std::size_t armed_ref_ = 0;
};

}  // namespace millrace
