#include <millrace/observe/detail/log_arena.h>

#include <algorithm>

namespace millrace::observe::detail {

void* LogArena::grow(std::size_t bytes) {
  // A block starts with its link, padded so that what follows is aligned for anything.
  constexpr std::size_t kLink = alignof(std::max_align_t) > sizeof(Block) ? alignof(std::max_align_t) : sizeof(Block);
  const std::size_t size = kLink + std::max(bytes, kBlockBytes - kLink);
  void* const memory = ::operator new(size);
  blocks_ = ::new (memory) Block{blocks_};
  heap_bytes_ += size;
  next_ = static_cast<std::byte*>(memory) + kLink;
  left_ = size - kLink;
  return next_;
}

void LogArena::release() noexcept {
  while (kept_ != nullptr) std::exchange(kept_, kept_->before)->~Kept();
  while (blocks_ != nullptr) ::operator delete(std::exchange(blocks_, blocks_->before));
}

}  // namespace millrace::observe::detail
