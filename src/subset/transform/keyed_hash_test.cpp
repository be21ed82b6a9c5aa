#include "subset/transform/keyed_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "subset/nearest.h"
#include "subset/transform/same_format.h"

namespace millrace::subset {
namespace {

/// Bytes as the reference code writes them: each word from its lowest.
std::string hex(Hash128 hash) {
  std::string text;
  for (const std::uint64_t word : {hash.low, hash.high})
    for (int i = 0; i < 8; ++i) {
      const auto byte = static_cast<unsigned>(word >> (8 * i)) & 0xFF;
      text += "0123456789abcdef"[byte >> 4];
      text += "0123456789abcdef"[byte & 15];
    }
  return text;
}

TEST(KeyedHash, IsTheOneThatItsAuthorsPublished) {
  const KeyedHash hash(0x0706050403020100U, 0x0f0e0d0c0b0a0908U);
  std::string content;
  for (char i = 0; i < 15; ++i) content.push_back(i);
  EXPECT_EQ(hex(hash("")), "a3817f04ba25a8e66df67214c7550293");
  EXPECT_EQ(hex(hash(content)), "5493e99933b0a8117e08ec0f97cfc3d9");
}

TEST(KeyedHash, OtherSeedsAndPurposesAreOtherKeys) {
  const KeyedHash one = KeyedHash::of_seed("one"), two = KeyedHash::of_seed("two");
  EXPECT_NE(one("x"), two("x"));
  EXPECT_EQ(one("x"), KeyedHash::of_seed("one")("x"));
  EXPECT_NE(one.for_purpose("a")("x"), one.for_purpose("b")("x"));
}

TEST(SameFormat, IsOneToOne) {
  const KeyedHash key = KeyedHash::of_seed("seed");
  for (const std::size_t digits : {1U, 2U, 3U, 4U}) {
    std::size_t count = 1;
    for (std::size_t i = 0; i < digits; ++i) count *= 10;
    std::set<std::string> seen;
    std::size_t same = 0;
    for (std::size_t number = 0; number < count; ++number) {
      std::vector<Symbol> symbols(digits, {0, 10});
      std::string before, after;
      for (std::size_t i = 0, rest = number; i < digits; ++i, rest /= 10) symbols[i].value = static_cast<std::uint8_t>(rest % 10);
      for (const Symbol& symbol : symbols) before += static_cast<char>('0' + symbol.value);
      permute(key, 7, symbols);
      for (const Symbol& symbol : symbols) after += static_cast<char>('0' + symbol.value);
      seen.insert(after);
      same += before == after;
    }
    EXPECT_EQ(seen.size(), count) << digits;
    EXPECT_LT(same, count / 10 + 5) << digits;
  }
}

TEST(SameFormat, LongTextsAreMixedToTheEnd) {
  const KeyedHash key = KeyedHash::of_seed("seed");
  std::vector<Symbol> one(200, {3, 10}), other(200, {3, 10});
  other[0].value = 4;
  permute(key, 0, one);
  permute(key, 0, other);
  std::size_t same = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_LT(one[i].value, 10);
    same += one[i].value == other[i].value;
  }
  EXPECT_LT(same, 60U);  // 20 by chance
}

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string_view> known{"email", "phone", "uuid"};
  EXPECT_EQ(nearest("emial", known), "email");
  EXPECT_EQ(nearest("Phone", known), "phone");
  EXPECT_EQ(nearest("e-mail", known), "email");
  EXPECT_EQ(nearest("telephone_number", known), "");
}

}  // namespace
}  // namespace millrace::subset
