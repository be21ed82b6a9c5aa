#include "time/timer_store.h"

#include <algorithm>
#include <utility>

namespace millrace {

TimerNode& TimerStore::node(TimerId id) noexcept {
  TimerNode* found = slab_.find(id);
  MILLRACE_ASSERT(found != nullptr);
  return *found;
}

std::optional<TimerId> TimerStore::arm(Instant deadline, Duration delay, Duration period, Task task) {
  // Room for every node, armed or not, before the new one exists: running out of memory changes nothing, and rearm() never
  // allocates. Doubled by hand, because reserve() grows to exactly what it is asked for.
  if (heap_.capacity() <= slab_.size()) heap_.reserve(std::max(kFirstRoom, heap_.capacity() * 2));
  const std::optional<TimerId> id = slab_.insert();
  if (!id) return std::nullopt;
  TimerNode& timer = node(*id);
  timer.task = std::move(task);
  timer.delay = delay;
  timer.period = period;
  timer.deadline = deadline;
  ++armed_ref_;
  push({deadline, next_sequence_++, *id});
  return id;
}

void TimerStore::rearm(TimerId id, Instant deadline) {
  disarm(id);
  TimerNode& timer = node(id);
  timer.deadline = deadline;
  timer.armed = true;
  if (timer.ref) ++armed_ref_;
  push({deadline, next_sequence_++, id});
}

void TimerStore::disarm(TimerId id) {
  TimerNode& timer = node(id);
  if (!timer.armed) return;
  timer.armed = false;
  if (timer.ref) --armed_ref_;
  remove_at(timer.heap_index);
}

bool TimerStore::erase(TimerId id) {
  if (slab_.find(id) == nullptr) return false;
  disarm(id);
  return slab_.erase(id);
}

void TimerStore::clear() {
  std::vector<TimerId> ids;
  slab_.for_each([&ids](TimerId id, TimerNode&) { ids.push_back(id); });
  for (const TimerId id : ids) erase(id);
}

void TimerStore::set_ref(TimerId id, bool ref) noexcept {
  TimerNode& timer = node(id);
  if (timer.ref == ref) return;
  timer.ref = ref;
  if (timer.armed) armed_ref_ += ref ? 1 : std::size_t(-1);
}

std::optional<TimerId> TimerStore::pop_due(Instant now, std::uint64_t before) {
  if (heap_.empty()) return std::nullopt;
  const Entry first = heap_.front();
  // A timer armed in this pass has a deadline no earlier than any that was due when the pass began, and a larger sequence,
  // so once one of those is on top no older due timer is left below it.
  if (first.deadline > now || first.sequence >= before) return std::nullopt;
  disarm(first.id);
  return first.id;
}

void TimerStore::push(Entry entry) {
  heap_.push_back(entry);
  sift_up(heap_.size() - 1, entry);
}

void TimerStore::remove_at(std::size_t index) {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  if (index > 0 && last.before(heap_[(index - 1) / 4]))
    sift_up(index, last);
  else
    sift_down(index, last);
}

void TimerStore::place(std::size_t index, const Entry& entry) noexcept {
  heap_[index] = entry;
  node(entry.id).heap_index = static_cast<std::uint32_t>(index);
}

void TimerStore::sift_up(std::size_t index, Entry entry) noexcept {
  while (index > 0) {
    const std::size_t parent = (index - 1) / 4;
    if (!entry.before(heap_[parent])) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, entry);
}

void TimerStore::sift_down(std::size_t index, Entry entry) noexcept {
  for (;;) {
    const std::size_t first_child = index * 4 + 1;
    if (first_child >= heap_.size()) break;
    const std::size_t end = std::min(first_child + 4, heap_.size());
    std::size_t smallest = first_child;
    for (std::size_t child = first_child + 1; child < end; ++child)
      if (heap_[child].before(heap_[smallest])) smallest = child;
    if (!heap_[smallest].before(entry)) break;
    place(index, heap_[smallest]);
    index = smallest;
  }
  place(index, entry);
}

}  // namespace millrace
