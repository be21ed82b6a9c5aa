#include "js/limits/resident.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "base/unique_fd.h"

namespace millrace::js {

std::uint64_t resident_bytes() noexcept {
  const UniqueFd file(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  std::array<char, 128> text{};
  const ssize_t length = file ? ::read(file.get(), text.data(), text.size()) : 0;
  if (length <= 0) return 0;
  const char* const end = text.data() + length;
  std::uint64_t size = 0, resident = 0;
  const auto [at, error] = std::from_chars(text.data(), end, size);
  if (error != std::errc{} || at == end) return 0;
  std::from_chars(at + 1, end, resident);
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace millrace::js
