#include <millrace/context.h>

namespace millrace::detail {

void retain(ContextNode* node) noexcept {
  if (node != nullptr) node->references.fetch_add(1, std::memory_order_relaxed);  // whoever copies holds one already
}

void release(ContextNode* node) noexcept {
  // In a loop, not by recursion: a long chain must not use up the stack.
  while (node != nullptr && node->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    ContextNode* parent = node->parent;
    delete node;
    node = parent;
  }
}

}  // namespace millrace::detail
