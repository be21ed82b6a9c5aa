#include "js/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "support/test_seeds.h"

namespace millrace::js {
namespace {

using millrace::testing::test_seeds;

TEST(Text, Utf8ToUtf16) {
  struct Case {
    std::string_view name, utf8;
    std::u16string_view utf16;
  };
  using namespace std::string_view_literals;
  for (const Case& c : {
           Case{"empty", "", u""},
           {"ascii", "abc", u"abc"},
           {"zero byte", "a\0b"sv, u"a\0b"sv},
           {"two bytes", "\xc2\x80\xdf\xbf", u"\u0080\u07ff"},
           {"three bytes", "\xe0\xa0\x80\xef\xbf\xbf", u"\u0800\uffff"},
           {"around the surrogates", "\xed\x9f\xbf\xee\x80\x80", u"\ud7ff\ue000"},
           {"four bytes", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", u"\U00010000\U0010ffff"},
           {"byte order mark is kept", "\xef\xbb\xbfx", u"\ufeffx"},
           {"lone continuation", "a\x80z", u"a\ufffdz"},
           {"two lone continuations", "\x80\xbf", u"\ufffd\ufffd"},
           {"overlong of two", "\xc0\xaf\xc1\xbf", u"\ufffd\ufffd\ufffd\ufffd"},
           {"overlong of three", "\xe0\x80\xaf", u"\ufffd\ufffd\ufffd"},
           {"overlong of four", "\xf0\x80\x80\xaf", u"\ufffd\ufffd\ufffd\ufffd"},
           {"surrogate in UTF-8", "\xed\xa0\x80", u"\ufffd\ufffd\ufffd"},
           {"beyond the last code point", "\xf4\x90\x80\x80", u"\ufffd\ufffd\ufffd\ufffd"},
           {"leads that never are", "\xf5\xff\xfe", u"\ufffd\ufffd\ufffd"},
           {"cut after the lead", "\xe2", u"\ufffd"},
           {"cut in the middle is one", "\xf0\x9f\x98", u"\ufffd"},
           {"cut, then ascii", "\xf0\x9f\x98z", u"\ufffdz"},
           {"cut, then a new sequence", "\xe2\x82\xc3\xa9", u"\ufffd\u00e9"},
       }) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(utf8_to_utf16(c.utf8), c.utf16);
  }
}

TEST(Text, Utf16OfEitherByteOrder) {
  using namespace std::string_view_literals;
  struct Case {
    std::string_view name, little;
    std::u16string_view utf16;
  };
  for (const Case& c : {
           Case{"empty", "", u""},
           {"plain", "a\0\xac\x20"sv, u"a\u20ac"},
           {"pair", "\x3d\xd8\x00\xde"sv, u"\U0001f600"},
           {"lone high", "\x3d\xd8z\0"sv, u"\ufffdz"},
           {"lone low", "\x00\xde"sv, u"\ufffd"},
           {"two high, then low", "\x3d\xd8\x3d\xd8\x00\xde"sv, u"\ufffd\U0001f600"},
           {"odd byte at the end", "a\0b"sv, u"a\ufffd"},
           {"high and odd byte are one", "\x3d\xd8z"sv, u"\ufffd"},
       }) {
    SCOPED_TRACE(c.name);
    std::string big(c.little);
    for (std::size_t i = 0; i + 1 < big.size(); i += 2) std::swap(big[i], big[i + 1]);
    for (const bool big_endian : {false, true}) {
      std::u16string out(c.little.size(), u'\0');
      const Decoded decoded = decode_utf16(big_endian ? std::string_view(big) : c.little, big_endian, out.data());
      EXPECT_EQ(out.substr(0, decoded.units), c.utf16);
      EXPECT_EQ(decoded.malformed, c.utf16.find(u'\ufffd') != std::u16string_view::npos);
    }
  }
}

TEST(Text, ValidUtf8IsDecodedInPlaceAndNothingElseIs) {
  constexpr std::string_view kParts[]{"a",    "plain text", "\xc3\xa9",     "\xe2\x82\xac", "\xf0\x9f\x98\x80",
                                      "\x80", "\xf0\x9f",   "\xed\xa0\x80", "\xff"};
  for (const std::uint64_t seed : test_seeds(500)) {
    std::mt19937_64 random(seed);
    std::string utf8;
    const std::size_t kinds = random() % 2 == 0 ? 5 : std::size(kParts);
    for (std::size_t i = random() % 12; i > 0; --i) utf8 += kParts[random() % kinds];
    const std::u16string expected = utf8_to_utf16(utf8);
    const bool valid = utf16_to_utf8(expected) == utf8;
    const Utf8Facts facts = look_at_utf8(utf8);
    EXPECT_EQ(facts.is_ascii, is_ascii(utf8));
    std::u16string units(facts.utf16_units, u'\0');
    EXPECT_EQ(decode_valid_utf8(utf8, units), valid) << "seed " << seed;
    if (valid) {
      EXPECT_EQ(units, expected) << "seed " << seed;
    }
    std::u16string whole(utf8.size(), u'\0');
    EXPECT_EQ(decode_utf8(utf8, whole.data()).malformed, !valid) << "seed " << seed;
  }
}

TEST(Text, EncodingStopsBeforeACharacterThatDoesNotFit) {
  const std::u16string utf16 = u"abcdefghi\u00e9\u20ac\U0001f600z";
  const std::string utf8 = utf16_to_utf8(utf16);
  for (std::size_t room = 0; room <= utf8.size(); ++room) {
    std::string out(room, '\xee');
    const Encoded encoded = encode_utf8(utf16, out);
    EXPECT_EQ(out.substr(0, encoded.written), utf8.substr(0, encoded.written));
    EXPECT_EQ(utf16_to_utf8(utf16.substr(0, encoded.read)).size(), encoded.written);
    EXPECT_LT(room - encoded.written, 4U);
    EXPECT_EQ(out.find_first_not_of('\xee', encoded.written), std::string::npos) << "writes nothing behind";
  }
  const std::string latin1 = "0123456789\xe9\xff.";
  for (std::size_t room = 0; room <= utf8_size(latin1); ++room) {
    std::string out(room, '\0');
    const Encoded encoded = encode_utf8(latin1, out);
    EXPECT_EQ(out.substr(0, encoded.written), latin1_to_utf8(latin1).substr(0, encoded.written));
    EXPECT_LT(room - encoded.written, 2U);
  }
}

TEST(Text, Utf16ToUtf8) {
  using namespace std::string_view_literals;
  struct Case {
    std::string_view name;
    std::u16string utf16;
    std::string_view utf8;
  };
  for (const Case& c : {
           Case{"empty", u"", ""},
           {"one to four bytes", u"a\u00e9\u20ac\U0001f600", "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
           {"lone high",
            {u'a', char16_t{0xd800}, u'b'},
            "a\xef\xbf\xbd"
            "b"},
           {"high at the end", {char16_t{0xdbff}}, "\xef\xbf\xbd"},
           {"lone low", {char16_t{0xdc00}, u'x'}, "\xef\xbf\xbdx"},
           {"wrong way round", {char16_t{0xdc00}, char16_t{0xd800}}, "\xef\xbf\xbd\xef\xbf\xbd"},
           {"high, then a pair", {char16_t{0xd800}, char16_t{0xd83d}, char16_t{0xde00}}, "\xef\xbf\xbd\xf0\x9f\x98\x80"},
           {"last code point", u"\U0010ffff", "\xf4\x8f\xbf\xbf"},
       }) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(utf16_to_utf8(c.utf16), c.utf8);
  }
}

TEST(Text, EveryScalarValueSurvivesTheRoundTrip) {
  for (char32_t c = 0; c <= 0x10ffff; ++c) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    std::u16string units;
    if (c < 0x10000) {
      units = {static_cast<char16_t>(c)};
    } else {
      units = {static_cast<char16_t>(0xd800 + ((c - 0x10000) >> 10)), static_cast<char16_t>(0xdc00 + ((c - 0x10000) & 0x3ff))};
    }
    ASSERT_EQ(utf8_to_utf16(utf16_to_utf8(units)), units) << std::hex << static_cast<std::uint32_t>(c);
  }
}

TEST(Text, AnyBytesBecomeTextThatSurvives) {
  for (const std::uint64_t seed : test_seeds(200)) {
    std::mt19937_64 random{seed};
    std::string bytes(random() % 200, '\0');
    const bool mostly_ascii = random() % 2 == 0;
    for (char& byte : bytes) byte = static_cast<char>(mostly_ascii && random() % 8 != 0 ? random() % 128 : random() % 256);
    const std::u16string units = utf8_to_utf16(bytes);
    ASSERT_EQ(utf8_to_utf16(utf16_to_utf8(units)), units) << "seed " << seed;
    ASSERT_EQ(is_ascii(bytes), std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 128; }))
        << "seed " << seed;
    if (is_ascii(bytes)) {
      ASSERT_EQ(utf16_to_utf8(units), bytes);
    }
  }
}

TEST(Text, AsciiIsTestedToTheLastByte) {
  for (std::size_t length = 0; length < 40; ++length) {
    std::string bytes(length, 'a');
    EXPECT_TRUE(is_ascii(bytes));
    for (std::size_t i = 0; i < length; ++i) {
      bytes[i] = '\x80';
      EXPECT_FALSE(is_ascii(bytes)) << length << ' ' << i;
      bytes[i] = 'a';
    }
  }
}

}  // namespace
}  // namespace millrace::js
