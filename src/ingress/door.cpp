#include "ingress/door.h"

#include <utility>

namespace millrace {

Admission Ingress::post(Task& task) { return door_->post(task); }

Door::~Door() = default;

Admission Door::post(Task& task) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Admission::closed;
    if (queue_.size() + backlog_.load(std::memory_order_relaxed) >= limit_) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return Admission::full;
    }
    queue_.push_back(std::move(task));
    accepted_.fetch_add(1, std::memory_order_relaxed);
    waiting_.store(queue_.size(), std::memory_order_seq_cst);  // pairs with empty() after announce_sleep()
  }
  wake();
  return Admission::accepted;
}

std::size_t Door::take_all(std::vector<Task>& out) {
  MILLRACE_ASSERT(out.empty());
  if (empty()) return 0;
  const std::lock_guard lock(mutex_);
  queue_.swap(out);
  // What comes back is the buffer of the batch before. A burst must not own memory for ever.
  quiet_ = queue_.capacity() > kCapacityKept && out.size() <= queue_.capacity() / 4 ? quiet_ + 1 : 0;
  if (quiet_ >= kQuietBatches) {
    std::vector<Task>().swap(queue_);
    quiet_ = 0;
  }
  set_backlog(out.size());  // under the lock, so that no post sees them neither here nor there
  waiting_.store(0, std::memory_order_seq_cst);
  return out.size();
}

void Door::refuse() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

std::vector<Task> Door::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  waiting_.store(0, std::memory_order_seq_cst);
  return std::exchange(queue_, {});
}

}  // namespace millrace
