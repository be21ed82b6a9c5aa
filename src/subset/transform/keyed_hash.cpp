#include "subset/transform/keyed_hash.h"

#include <bit>
#include <cstring>

namespace millrace::subset {
namespace {

/// Any fixed numbers do; they only have to stay, or every masked value changes.
constexpr KeyedHash kSeedKey{0x4D69'6C6C'7261'6365U, 0x7375'6273'6574'2031U};

std::uint64_t little_endian(const char* from) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

struct Sip {
  std::uint64_t v0, v1, v2, v3;
  void round() noexcept {
    v0 += v1, v1 = std::rotl(v1, 13) ^ v0, v0 = std::rotl(v0, 32);
    v2 += v3, v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3, v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1, v1 = std::rotl(v1, 17) ^ v2, v2 = std::rotl(v2, 32);
  }
  void take(std::uint64_t word) noexcept {
    v3 ^= word;
    round(), round();
    v0 ^= word;
  }
  [[nodiscard]] std::uint64_t finish() noexcept {
    round(), round(), round(), round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

}  // namespace

KeyedHash KeyedHash::of_seed(std::string_view seed) noexcept {
  const Hash128 key = kSeedKey(seed);
  return {key.low, key.high};
}

KeyedHash KeyedHash::for_purpose(std::string_view purpose) const noexcept {
  const Hash128 key = (*this)(purpose);
  return {key.low, key.high};
}

Hash128 KeyedHash::operator()(std::string_view content) const noexcept {
  Sip sip{k0_ ^ 0x736F6D6570736575U, k1_ ^ 0x646F72616E646F6DU ^ 0xEE, k0_ ^ 0x6C7967656E657261U, k1_ ^ 0x7465646279746573U};
  const std::size_t whole = content.size() & ~std::size_t{7};
  for (std::size_t at = 0; at < whole; at += 8) sip.take(little_endian(content.data() + at));
  std::uint64_t last = static_cast<std::uint64_t>(content.size()) << 56;
  for (std::size_t at = whole; at < content.size(); ++at)
    last |= std::uint64_t{static_cast<std::uint8_t>(content[at])} << (8 * (at - whole));
  sip.take(last);
  sip.v2 ^= 0xEE;
  Hash128 hash;
  hash.low = sip.finish();
  sip.v1 ^= 0xDD;
  hash.high = sip.finish();
  return hash;
}

}  // namespace millrace::subset
