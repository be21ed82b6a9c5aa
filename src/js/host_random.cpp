// Random numbers for the built-ins, from the system's generator and nothing else: programs make keys of them.
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <span>

#include "js/host_functions.h"

namespace millrace::js {
namespace {

Result<void> fill_randomly(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = getrandom(bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      return fail(Error(std::error_code(errno, std::system_category()), "no random numbers").with("syscall", "getrandom"));
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace

Local random_bytes(HostCall& call) {
  Scratch& scratch = core_of(call).scratch();
  const std::int32_t wanted = scratch.numbers[0];
  MILLRACE_ASSERT(wanted >= 0 && wanted <= static_cast<std::int32_t>(scratch.bytes.size()));
  const Result<void> filled = fill_randomly(std::span(scratch.bytes).first(static_cast<std::size_t>(wanted)));
  return filled ? Local{} : throw_error(call, filled.error());
}

Local random_uuid(HostCall& call) {
  std::array<std::byte, 16> bytes{};
  if (const Result<void> filled = fill_randomly(bytes); !filled) return throw_error(call, filled.error());
  // RFC 9562, section 5.4: everything is random but the version and the variant. (base/uuid.h makes version 7, which tells the time.)
  bytes[6] = (bytes[6] & std::byte{0x0f}) | std::byte{0x40};
  bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};
  std::array<char, 36> text{};
  char* to = text.data();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *to++ = '-';
    constexpr std::string_view kDigits = "0123456789abcdef";
    *to++ = kDigits[std::to_integer<std::size_t>(bytes[i] >> 4)];
    *to++ = kDigits[std::to_integer<std::size_t>(bytes[i] & std::byte{0x0f})];
  }
  return call.engine().narrow_string({text.data(), text.size()});
}

}  // namespace millrace::js
