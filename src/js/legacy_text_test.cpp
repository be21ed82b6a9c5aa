#include "js/legacy_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace::js {
namespace {

struct Whole {
  std::u16string text;
  bool malformed;
};

class LegacyText : public ::testing::Test {
 protected:
  Whole decode(LegacyEncoding encoding, std::string_view bytes) {
    std::u16string units(bytes.size(), u'\0');
    const LegacyDecoded decoded = decode_legacy(indexes_, encoding, bytes, 0, false, units.data());
    EXPECT_EQ(decoded.tail, 0U);
    EXPECT_LE(decoded.units, units.size());
    units.resize(decoded.units);
    return {units, decoded.malformed};
  }

  /// The same in chunks of one byte, as a stream brings them.
  Whole decode_byte_by_byte(LegacyEncoding encoding, std::string_view bytes) {
    Whole whole{};
    std::string kept;
    unsigned state = 0;
    for (std::size_t i = 0; i <= bytes.size(); ++i) {
      const bool more = i < bytes.size();
      if (more) kept += bytes[i];
      std::u16string units(kept.size(), u'\0');
      const LegacyDecoded decoded = decode_legacy(indexes_, encoding, kept, state, more, units.data());
      EXPECT_LE(decoded.units, units.size());
      whole.text.append(units, 0, decoded.units);
      whole.malformed |= decoded.malformed;
      state = decoded.state;
      kept.erase(0, kept.size() - decoded.tail);
    }
    EXPECT_TRUE(kept.empty());
    return whole;
  }

  LegacyIndexes indexes_;
};

TEST_F(LegacyText, DecodesByTheStandard) {
  using enum LegacyEncoding;
  struct Case {
    std::string_view name;
    LegacyEncoding encoding;
    std::string_view bytes;
    std::u16string_view text;
    bool malformed = false;
  };
  for (const Case& c : std::vector<Case>{
           {"single bytes", koi8_u, "\xae\xbe\xc1", u"ўЎа"},
           {"a table ICU has not", iso_8859_16, "\xa4\xaa\xff", u"€Șÿ"},
           {"a byte without a meaning", windows_1253, "a\xaa", u"a\xfffd", true},
           {"a page of private use", x_user_defined, "\x7f\x80\xff", u"\x7f\xf780\xf7ff"},
           {"gb18030: two bytes, the euro, four bytes", gb18030, "\xc4\xe3\x80\x81\x30\x81\x30\x90\x30\x81\x30",
            u"你€\x80\U00010000"},
           {"gb18030-2022", gbk, "\xa6\xd9\xa6\xda\xfe\x59\xa3\xa0\xa8\xbc", u"\xfe10\xfe12\x9fb4\x3000\x1e3f"},
           {"gb18030: the one that went to private use", gb18030, "\x81\x35\xf4\x37", u"\xe7c7"},
           {"gb18030: what follows a broken sequence is read by itself", gb18030, "\x81\x30\x81\x41",
            u"\xfffd"
            u"0\x4e04",
            true},
           {"gb18030: between the planes", gb18030, "\x84\x31\xa5\x30", u"\xfffd", true},
           {"gb18030: cut after a digit", gb18030, "\x81\x30", u"\xfffd", true},
           {"big5: two characters, a second plane, an ASCII byte", big5, "\x88\x62\x87\x45\x88\x21", u"\xca\x304\U00027267\xfffd!",
            true},
           {"big5: no trail byte is mistaken for another", big5, "\x88\x84", u"\xfffd", true},
           {"euc-jp: two, three, half width, cut", euc_jp, "\xa4\xa2\x8f\xb0\xa1\x8e\xb1\x8f\xa1", u"あ丂ｱ\xfffd", true},
           {"euc-jp: vendors' characters of ICU's", euc_jp, "\x8f\xf3\xa1", u"\xfffd", true},
           {"shift_jis: rows of vendors and of users", shift_jis, "\x82\xa0\xfa\x40\xf0\x40\x80\xb1", u"あⅰ\xe000\x80ｱ"},
           {"shift_jis: an ASCII byte behind a lead", shift_jis, "\x81\x21", u"\xfffd!", true},
           {"euc-kr: Windows' rows", euc_kr, "\xb0\xa1\x81\x41\xc9\xa1", u"가갂\xfffd", true},
           {"iso-2022-jp: every set", iso_2022_jp, "a\x1b$B$\"\x1b(J\\~\x1b(I1\x1b(B\\", u"aあ¥\x203eｱ\\"},
           {"iso-2022-jp: nothing between two escapes", iso_2022_jp, "\x1b$B\x1b(Ba",
            u"\xfffd"
            u"a",
            true},
           {"iso-2022-jp: a half before an escape", iso_2022_jp, "\x1b$B$\x1b(Ba",
            u"\xfffd"
            u"a",
            true},
           {"iso-2022-jp: no escape sequence", iso_2022_jp, "\x1b$X", u"\xfffd$X", true},
           {"iso-2022-jp: an escape cut at the end", iso_2022_jp, "\x1b(", u"\xfffd(", true},
           {"iso-2022-jp: shifts of others", iso_2022_jp, "\x0e\x0f\x80", u"\xfffd\xfffd\xfffd", true},
       }) {
    SCOPED_TRACE(c.name);
    const Whole whole = decode(c.encoding, c.bytes);
    EXPECT_EQ(whole.text, c.text);
    EXPECT_EQ(whole.malformed, c.malformed);
    const Whole chunks = decode_byte_by_byte(c.encoding, c.bytes);
    EXPECT_EQ(chunks.text, c.text);
    EXPECT_EQ(chunks.malformed, c.malformed);
  }
}

TEST_F(LegacyText, ChunksAreDecodedAsTheWhole) {
  std::uint32_t random = 1;
  const auto next = [&random] { return random = random * 1664525U + 1013904223U, random >> 24; };
  for (std::size_t number = 0; number < kLegacyEncodings; ++number) {
    const auto encoding = static_cast<LegacyEncoding>(number);
    for (int round = 0; round < 200; ++round) {
      std::string bytes(next() % 12, '\0');
      for (char& byte : bytes) byte = next() % 3 == 0 ? "\x1b$(BJI\x81\x8f"[next() % 8] : static_cast<char>(next());
      const Whole whole = decode(encoding, bytes), chunks = decode_byte_by_byte(encoding, bytes);
      ASSERT_EQ(whole.text, chunks.text) << number << ' ' << ::testing::PrintToString(bytes);
      ASSERT_EQ(whole.malformed, chunks.malformed);
      ASSERT_EQ(whole.malformed, whole.text.find(u'\xfffd') != std::u16string::npos);
    }
  }
}

}  // namespace
}  // namespace millrace::js
