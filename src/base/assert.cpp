#include <millrace/assert.h>

#include <cstdio>
#include <cstdlib>

namespace millrace::detail {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "millrace: assertion failed: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace millrace::detail
