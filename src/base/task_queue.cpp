#include <millrace/detail/task_queue.h>

#include <algorithm>

namespace millrace::detail {

TaskQueue::~TaskQueue() {
  clear();
  for (Block* list : {head_block_, spare_, deferred_})
    while (list != nullptr) delete std::exchange(list, list->next);
}

void TaskQueue::add_block() {
  Block* block = spare_;
  if (block != nullptr) {
    spare_ = block->next;
    least_spare_ = std::min(least_spare_, --spare_count_);
  } else {
    block = new Block;
    ++blocks_;
    least_spare_ = 0;
  }
  block->next = nullptr;
  block->end = nullptr;
  if (tail_block_ == nullptr) {
    head_block_ = block;
    head_ = block->records;
  } else {
    tail_block_->next = block;
    tail_block_->end = tail_;
  }
  tail_block_ = block;
  tail_ = block->records;
  room_ = kBlockBytes;
}

/// To the next block, which exists. Nested: a task of this one may be running in place.
void TaskQueue::leave_block(bool nested) noexcept {
  Block* const left = std::exchange(head_block_, head_block_->next);
  head_ = head_block_->records;
  if (nested)
    left->next = std::exchange(deferred_, left);
  else
    keep(left);
}

void TaskQueue::keep(Block* block) noexcept {
  block->next = std::exchange(spare_, block);
  ++spare_count_;
}

void TaskQueue::recycle() noexcept {
  while (deferred_ != nullptr) {
    Block* next = deferred_->next;
    keep(std::exchange(deferred_, next));
  }
}

void TaskQueue::trim() noexcept {
  // What stayed spare the whole time since the last call is not needed at this depth.
  const std::size_t unneeded = std::min(least_spare_, spare_count_ - kSpareBlocks);
  for (std::size_t give = unneeded == 0 ? 0 : std::max<std::size_t>(unneeded / 8, 1); give > 0; --give) {
    Block* block = spare_;
    spare_ = block->next;
    delete block;
    --spare_count_;
    --blocks_;
  }
  least_spare_ = spare_count_;
}

void TaskQueue::clear() noexcept {
  MILLRACE_DEBUG_ASSERT(!in_place_);
  while (!empty()) take_front(false).reset();
  settle();
}

}  // namespace millrace::detail
