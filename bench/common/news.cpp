// Counts the calls of operator new of the program it is linked to, by thread.
#include <cstddef>
#include <cstdlib>
#include <new>

namespace millrace::bench {
namespace {
thread_local std::size_t news = 0;
}
std::size_t count_news() noexcept { return news; }
}  // namespace millrace::bench

void* operator new(std::size_t bytes) {
  ++millrace::bench::news;
  if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
