// What masks choose by: a keyed hash, so that who does not know the seed cannot try out values, and numbers drawn from it.
//
// SipHash-2-4 with 128 bits, because it is made for this: a pseudo-random function with a key, for short texts, without allocation, and one page of code, which its
// authors' test vectors check. HMAC-SHA-256 would be GLib's, which comes with the engine, and masks are to work without one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace millrace::subset {

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend bool operator==(const Hash128&, const Hash128&) = default;
};

/// A key, and the function that it makes. Value.
/// Source    https://www.aumasson.jp/siphash/siphash.pdf; the form with 128 bits is that of its authors' reference code.
class KeyedHash {
 public:
  constexpr KeyedHash(std::uint64_t k0, std::uint64_t k1) noexcept : k0_(k0), k1_(k1) {}
  /// The key that a seed, any text, stands for. A seed that can be guessed is a key that can be guessed.
  [[nodiscard]] static KeyedHash of_seed(std::string_view seed) noexcept;
  /// A key for one purpose, so that what two masks choose has nothing to do with each other.
  [[nodiscard]] KeyedHash for_purpose(std::string_view purpose) const noexcept;

  [[nodiscard]] Hash128 operator()(std::string_view content) const noexcept;

 private:
  std::uint64_t k0_;
  std::uint64_t k1_;
};

/// Numbers without end out of one hash: for choices, not for keys.
class Draw {
 public:
  explicit constexpr Draw(Hash128 from) noexcept : state_(from.low), step_(from.high | 1) {}
  constexpr std::uint64_t next() noexcept {
    state_ += step_;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
  }
  /// Less than `bound`, which is not zero. Small bounds are hit evenly to one in 2^32 / bound.
  constexpr std::size_t below(std::size_t bound) noexcept {
    return static_cast<std::size_t>(((next() >> 32) * static_cast<std::uint64_t>(bound)) >> 32);
  }

 private:
  std::uint64_t state_;
  std::uint64_t step_;
};

}  // namespace millrace::subset
