#include "js/root_table.h"

#include <millrace/assert.h>

namespace millrace::js {

RootTable::~RootTable() {
  for (Chunk* chunk = chunks_.load(std::memory_order_relaxed); chunk != nullptr;) delete std::exchange(chunk, chunk->next);
}

void RootTable::grow() {
  auto* const chunk = new Chunk;
  for (std::size_t i = kRootsInChunk; i-- > 0;) {
    Root& root = chunk->roots[i];
    root.table = this;
    root.next_free = free_;
    free_ = &root;
  }
  chunk->next = chunks_.load(std::memory_order_relaxed);
  chunks_.store(chunk, std::memory_order_release);  // the collector may be reading
}

void RootTable::drop(Root& root) noexcept {
  if (detached_) return drop_detached();
  root.raw.store(nullptr, std::memory_order_relaxed);
  root.next_free = free_;
  free_ = &root;
  --live_;
}

void RootTable::drop_detached() noexcept {
  bool last = false;
  {
    const std::lock_guard lock(mutex_);
    last = --live_ == 0;
  }
  if (last) delete this;
}

void RootTable::give_up(Root& root) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (!detached_) {
      given_up_.push_back(&root);
      any_given_up_.store(true, std::memory_order_release);
      return;
    }
  }
  drop_detached();
}

void RootTable::drop_given_up() noexcept {
  std::vector<Root*> roots;
  {
    const std::lock_guard lock(mutex_);
    roots.swap(given_up_);
    any_given_up_.store(false, std::memory_order_relaxed);
  }
  for (Root* const root : roots) release(*root);
}

void RootTable::detach() noexcept {
  MILLRACE_ASSERT(lists_ == nullptr);
  core_ = nullptr;
  bool last = false;
  {
    const std::lock_guard lock(mutex_);
    live_ -= given_up_.size();
    given_up_.clear();
    detached_ = true;
    last = live_ == 0;
  }
  if (last) delete this;
}

}  // namespace millrace::js
