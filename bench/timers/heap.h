// Candidate: an indexed 4-ary heap whose entries carry what is compared, with the places in an array of their own, so that a sift touches
// nothing but dense memory.
#pragma once

#include <algorithm>
#include <cstddef>

#include "candidate.h"

namespace millrace::bench {

class Heap {
 public:
  static constexpr const char* kName = "heap";

  TimerId add(std::int64_t deadline, Callback callback) {
    const TimerId id = slots_.take();
    slots_[id.slot] = callback;
    if (places_.size() <= id.slot) places_.resize(id.slot + std::size_t{1});
    push(deadline, id.slot);
    return id;
  }
  bool cancel(TimerId id) {
    if (!slots_.is_live(id)) return false;
    remove(places_[id.slot]);
    slots_.give(id.slot);
    return true;
  }
  void rearm(TimerId id, std::int64_t deadline) {
    remove(places_[id.slot]);
    push(deadline, id.slot);
  }
  std::size_t fire(std::int64_t now) {
    std::size_t fired = 0;
    for (; !heap_.empty() && heap_.front().deadline <= now; ++fired) {
      const std::uint32_t slot = heap_.front().slot;
      remove(0);
      const Callback callback = slots_[slot];
      slots_.give(slot);
      callback.function(callback.argument);
    }
    return fired;
  }

 private:
  struct Entry {
    std::int64_t deadline;
    std::uint32_t slot;
    std::uint32_t sequence;  // wraps: enough for a measurement, not for a loop that runs for weeks
    [[nodiscard]] bool before(const Entry& other) const {
      return deadline != other.deadline ? deadline < other.deadline : static_cast<std::int32_t>(sequence - other.sequence) < 0;
    }
  };
  void push(std::int64_t deadline, std::uint32_t slot) {
    heap_.push_back({deadline, slot, sequence_++});
    up(heap_.size() - 1, heap_.back());
  }
  void remove(std::size_t index) {
    const Entry last = heap_.back();
    heap_.pop_back();
    if (index == heap_.size()) return;
    if (index > 0 && last.before(heap_[(index - 1) / 4]))
      up(index, last);
    else
      down(index, last);
  }
  void put(std::size_t index, const Entry& entry) {
    heap_[index] = entry;
    places_[entry.slot] = static_cast<std::uint32_t>(index);
  }
  void up(std::size_t index, Entry entry) {
    for (; index > 0 && entry.before(heap_[(index - 1) / 4]); index = (index - 1) / 4) put(index, heap_[(index - 1) / 4]);
    put(index, entry);
  }
  void down(std::size_t index, Entry entry) {
    for (;;) {
      const std::size_t first = index * 4 + 1;
      if (first >= heap_.size()) break;
      const std::size_t end = std::min(first + 4, heap_.size());
      std::size_t smallest = first;
      for (std::size_t child = first + 1; child < end; ++child)
        if (heap_[child].before(heap_[smallest])) smallest = child;
      if (!heap_[smallest].before(entry)) break;
      put(index, heap_[smallest]);
      index = smallest;
    }
    put(index, entry);
  }

  Slots<Callback> slots_;
  std::vector<std::uint32_t> places_;
  std::vector<Entry> heap_;
  std::uint32_t sequence_ = 0;
};

}  // namespace millrace::bench
