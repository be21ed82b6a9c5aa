#include "base/uuid.h"

#include <sys/random.h>

#include <chrono>

namespace millrace {

CorrelationId make_correlation_id() noexcept {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const auto unix_ms = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());
  std::uint64_t random[2]{};
  // Before the kernel's pool is seeded GRND_NONBLOCK fails; an error report must not wait for that.
  if (getrandom(random, sizeof random, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof random)) {
    random[0] = static_cast<std::uint64_t>(since_epoch.count()) * 0x9e3779b97f4a7c15ULL;
    random[1] = reinterpret_cast<std::uintptr_t>(&random) ^ (random[0] << 1);
  }
  CorrelationId id;
  id.high = (unix_ms << 16) | 0x7000U | (random[0] & 0x0fffU);
  id.low = (random[1] & 0x3fff'ffff'ffff'ffffULL) | 0x8000'0000'0000'0000ULL;
  return id;
}

std::string CorrelationId::to_string() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text.push_back('-');
    const std::uint64_t word = nibble < 16 ? high : low;
    text.push_back(kDigits[(word >> (60 - 4 * (nibble % 16))) & 0xf]);
  }
  return text;
}

}  // namespace millrace
