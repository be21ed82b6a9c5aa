#include "subset/transform/same_format.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

namespace millrace::subset {
namespace {

/// Symbols that are mixed with each other. Longer texts are taken in pieces, each mixed in a way that those before it decide.
constexpr std::size_t kPiece = 64;
constexpr std::size_t kRounds = 10;  // as many as FF1 has

/// What a round sees: its number, what else decides, and the other half.
class Content {
 public:
  explicit Content(std::uint64_t tweak) noexcept { std::memcpy(bytes_.data(), &tweak, sizeof tweak); }
  std::string_view of(std::uint8_t round, std::span<const Symbol> half) noexcept {
    bytes_[sizeof(std::uint64_t)] = static_cast<char>(round);
    char* to = bytes_.data() + kHead;
    for (const Symbol& symbol : half) *to++ = static_cast<char>(symbol.value);
    return {bytes_.data(), kHead + half.size()};
  }

 private:
  static constexpr std::size_t kHead = sizeof(std::uint64_t) + 1;
  std::array<char, kHead + kPiece> bytes_{};
};

/// One place alone: any permutation of its values.
void permute_one(const KeyedHash& key, Content& content, Symbol& symbol) noexcept {
  std::array<std::uint8_t, 32> order{};
  for (std::uint8_t i = 0; i < symbol.radix; ++i) order[i] = i;
  Draw draw(key(content.of(0xFF, {})));
  for (std::size_t i = symbol.radix; i > 1; --i) std::swap(order[i - 1], order[draw.below(i)]);
  symbol.value = order[symbol.value];
}

void permute_piece(const KeyedHash& key, std::uint64_t tweak, std::span<Symbol> piece) noexcept {
  Content content(tweak);
  if (piece.size() == 1) return permute_one(key, content, piece[0]);
  const std::span<Symbol> left = piece.first(piece.size() / 2), right = piece.subspan(piece.size() / 2);
  for (std::uint8_t round = 0; round < kRounds; ++round) {
    const std::span<Symbol> to = round % 2 == 0 ? left : right, from = round % 2 == 0 ? right : left;
    Draw draw(key(content.of(round, from)));
    for (Symbol& symbol : to) symbol.value = static_cast<std::uint8_t>((symbol.value + draw.below(symbol.radix)) % symbol.radix);
  }
}

}  // namespace

void permute(const KeyedHash& key, std::uint64_t tweak, std::span<Symbol> symbols) noexcept {
  tweak ^= std::uint64_t{symbols.size()} << 32;  // formats of other lengths are other permutations
  while (!symbols.empty()) {
    const std::span<Symbol> piece = symbols.first(std::min(symbols.size(), kPiece));
    Content content(tweak);
    // Out of the piece as it was: then the first piece can be told from its mask, with it the second, and so on, so the whole is one-to-one.
    const std::uint64_t next = symbols.size() > piece.size() ? key(content.of(0xFE, piece)).low : 0;
    permute_piece(key, tweak, piece);
    tweak = next;
    symbols = symbols.subspan(piece.size());
  }
}

}  // namespace millrace::subset
