// Apart from all tests: what replaces `new` must not be seen where it is used, or the compiler takes the pair for one that does not match.
#include "support/counted_news.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::uint64_t> news{0};
}  // namespace

// NOLINTBEGIN(cppcoreguidelines-no-malloc)
void* operator new(std::size_t bytes) {
  news.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
// NOLINTEND(cppcoreguidelines-no-malloc)

namespace millrace::testing {
std::uint64_t news_so_far() noexcept { return news.load(std::memory_order_relaxed); }
}  // namespace millrace::testing
