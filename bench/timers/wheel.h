// Candidates: two hierarchical wheels of eleven levels of 64 slots with a bitmap each, the finest 2^20 ns (a millisecond) wide. A slot is
// sorted when it comes due, so the order is exact to the nanosecond.
//   LinkedWheel   a slot is a doubly linked list through the timers: cancelling one writes to its neighbours
//   ArrayWheel    a slot is a list of blocks of entries: cancelling leaves the entry behind; these are swept when they are the majority
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "candidate.h"
#include "time/timer_blocks.h"

namespace millrace::bench {

/// Where a deadline belongs, and which slot is next. Times are in ticks of 2^20 ns.
class WheelHand {
 public:
  static constexpr int kTickBits = 20;
  static constexpr std::uint32_t kLevels = 8;  // 48 bits of ticks: more than nanoseconds in 64 bits have
  struct Place {
    std::uint32_t level;
    std::uint32_t slot;
  };
  [[nodiscard]] static std::uint64_t tick_of(std::int64_t deadline) { return static_cast<std::uint64_t>(deadline) >> kTickBits; }
  [[nodiscard]] std::uint64_t now() const { return now_; }
  [[nodiscard]] Place place(std::uint64_t tick) {
    tick = std::max(tick, now_);
    const std::uint64_t differing = tick ^ now_;
    const auto level = differing == 0 ? 0U : static_cast<std::uint32_t>(63 - std::countl_zero(differing)) / 6;
    return {level, static_cast<std::uint32_t>(tick >> (6 * level)) & 63};
  }
  void mark(Place at) { used_[at.level] |= std::uint64_t{1} << at.slot; }
  void unmark(Place at) { used_[at.level] &= ~(std::uint64_t{1} << at.slot); }
  /// Moves to the next used slot that begins no later than `target`; false when there is none. A slot above level 0 is for cascading.
  bool advance(std::uint64_t target, Place& found) {
    for (std::uint32_t level = 0; level < kLevels; ++level) {
      if (used_[level] == 0) continue;
      found = {level, static_cast<std::uint32_t>(std::countr_zero(used_[level]))};  // none is used before the hand
      const std::uint64_t above = level + 1 == kLevels ? 0 : now_ >> (6 * (level + 1)) << (6 * (level + 1));
      const std::uint64_t start = above | (std::uint64_t{found.slot} << (6 * level));
      if (start > target) return false;
      now_ = std::max(now_, start);
      return true;
    }
    return false;
  }

 private:
  std::uint64_t now_ = 0;
  std::array<std::uint64_t, kLevels> used_{};
};

class LinkedWheel {
 public:
  static constexpr const char* kName = "linked wheel";

  TimerId add(std::int64_t deadline, Callback callback) {
    const TimerId id = nodes_.take();
    Node& node = nodes_[id.slot];
    node.callback = callback;
    node.deadline = deadline;
    link(id.slot, node);
    return id;
  }
  bool cancel(TimerId id) {
    if (!nodes_.is_live(id)) return false;
    unlink(nodes_[id.slot]);
    nodes_.give(id.slot);
    return true;
  }
  void rearm(TimerId id, std::int64_t deadline) {
    Node& node = nodes_[id.slot];
    unlink(node);
    node.deadline = deadline;
    link(id.slot, node);
  }
  std::size_t fire(std::int64_t now) {
    std::size_t fired = 0;
    WheelHand::Place place{};
    std::uint64_t target = WheelHand::tick_of(now);
    while (hand_.advance(target, place)) {
      collect(place);
      if (place.level > 0) {
        for (const std::uint32_t slot : due_) link(slot, nodes_[slot]);
        continue;
      }
      std::ranges::stable_sort(due_, {}, [this](std::uint32_t slot) { return nodes_[slot].deadline; });
      std::size_t i = 0;
      for (; i < due_.size() && nodes_[due_[i]].deadline <= now; ++i, ++fired) {
        const Callback callback = nodes_[due_[i]].callback;
        nodes_.give(due_[i]);
        callback.function(callback.argument);
      }
      if (i == due_.size()) continue;
      for (; i < due_.size(); ++i) link(due_[i], nodes_[due_[i]]);  // the rest of this tick
      break;
    }
    return fired;
  }

 private:
  static constexpr std::uint32_t kNone = ~0U;
  struct Node {
    Callback callback;
    std::int64_t deadline;
    std::uint32_t next;
    std::uint32_t previous;  // kNone: the first of its slot
    std::uint32_t level : 8, slot : 8;
  };
  struct List {
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
  };
  [[nodiscard]] List& list(WheelHand::Place at) { return lists_[at.level * 64 + at.slot]; }
  void link(std::uint32_t slot, Node& node) {
    const WheelHand::Place at = hand_.place(WheelHand::tick_of(node.deadline));
    List& to = list(at);
    node.level = at.level & 255;
    node.slot = at.slot & 255;
    node.next = kNone;
    node.previous = to.last;
    (to.last == kNone ? to.first : nodes_[to.last].next) = slot;
    to.last = slot;
    hand_.mark(at);
  }
  void unlink(const Node& node) {
    const WheelHand::Place at{node.level, node.slot};
    List& from = list(at);
    (node.previous == kNone ? from.first : nodes_[node.previous].next) = node.next;
    (node.next == kNone ? from.last : nodes_[node.next].previous) = node.previous;
    if (from.first == kNone) hand_.unmark(at);
  }
  void collect(WheelHand::Place at) {
    due_.clear();
    for (std::uint32_t slot = list(at).first; slot != kNone; slot = nodes_[slot].next) due_.push_back(slot);
    list(at) = {};
    hand_.unmark(at);
  }

  WheelHand hand_;
  Slots<Node> nodes_;
  std::array<List, std::size_t{WheelHand::kLevels} * 64> lists_;
  std::vector<std::uint32_t> due_;
};

class ArrayWheel {
 public:
  static constexpr const char* kName = "array wheel";
  ArrayWheel() = default;
  ArrayWheel(const ArrayWheel&) = delete;
  ArrayWheel& operator=(const ArrayWheel&) = delete;
  ~ArrayWheel() {
    for (TimerBucket& bucket : buckets_) bucket.filter(blocks_, [](const TimerEntry&) { return false; });
  }

  TimerId add(std::int64_t deadline, Callback callback) {
    const TimerId id = nodes_.take();
    nodes_[id.slot] = {callback, ++stamp_};
    push({static_cast<std::uint64_t>(deadline), id.slot, stamp_});
    ++live_;
    return id;
  }
  bool cancel(TimerId id) {
    if (!nodes_.is_live(id)) return false;
    nodes_[id.slot].stamp = 0;
    nodes_.give(id.slot);
    abandon();
    return true;
  }
  void rearm(TimerId id, std::int64_t deadline) {
    nodes_[id.slot].stamp = ++stamp_;
    abandon();
    ++live_;
    push({static_cast<std::uint64_t>(deadline), id.slot, stamp_});
  }
  std::size_t fire(std::int64_t now) {
    std::size_t fired = 0;
    WheelHand::Place place{};
    while (hand_.advance(WheelHand::tick_of(now), place)) {
      hand_.unmark(place);
      due_.clear();
      bucket(place).drain(blocks_, [this](const TimerEntry& entry) {
        if (is_current(entry))
          due_.push_back(entry);
        else
          --stale_;
      });
      if (place.level > 0) {
        for (const TimerEntry& entry : due_) push(entry);
        continue;
      }
      std::ranges::stable_sort(due_, {}, &TimerEntry::key);
      std::size_t i = 0;
      for (; i < due_.size() && static_cast<std::int64_t>(due_[i].key) <= now; ++i) {
        if (i + 8 < due_.size()) __builtin_prefetch(&nodes_[due_[i + 8].slot], 1);
        if (!is_current(due_[i])) {
          --stale_;
          continue;
        }
        const Callback callback = nodes_[due_[i].slot].callback;
        nodes_[due_[i].slot].stamp = 0;
        nodes_.give(due_[i].slot);
        --live_;
        ++fired;
        callback.function(callback.argument);
      }
      if (i == due_.size()) continue;
      for (; i < due_.size(); ++i) push(due_[i]);
      break;
    }
    return fired;
  }

 private:
  struct Node {
    Callback callback;
    std::uint32_t stamp;  // a measurement makes fewer than 2^32
  };
  [[nodiscard]] bool is_current(const TimerEntry& entry) { return nodes_[entry.slot].stamp == entry.stamp; }
  [[nodiscard]] TimerBucket& bucket(WheelHand::Place at) { return buckets_[at.level * 64 + at.slot]; }
  void push(const TimerEntry& entry) {
    const WheelHand::Place at = hand_.place(entry.key >> WheelHand::kTickBits);
    bucket(at).push(entry, blocks_);
    hand_.mark(at);
  }
  void abandon() {
    --live_;
    if (++stale_ <= live_ + 1024) return;
    for (std::uint32_t level = 0; level < WheelHand::kLevels; ++level)
      for (std::uint32_t slot = 0; slot < 64; ++slot) {
        bucket({level, slot}).filter(blocks_, [this](const TimerEntry& entry) { return is_current(entry); });
        if (bucket({level, slot}).empty()) hand_.unmark({level, slot});
      }
    stale_ = 0;
  }

  WheelHand hand_;
  Slots<Node> nodes_;
  std::array<TimerBucket, std::size_t{WheelHand::kLevels} * 64> buckets_;
  TimerBlocks blocks_;
  std::vector<TimerEntry> due_;
  std::uint32_t stamp_ = 0;
  std::size_t live_ = 0;
  std::size_t stale_ = 0;
};

}  // namespace millrace::bench
