#include "js/idna.h"

#include <gtest/gtest.h>

#include <random>

#include "base/utf8.h"
#include "support/test_seeds.h"

namespace millrace::js {
namespace {

using millrace::testing::test_seeds;

TEST(Idna, DomainToAscii) {
  struct Case {
    std::string_view name, domain, ascii;  // an empty `ascii` with a domain means: not valid
  };
  for (const Case& c : {
           Case{"label beyond ASCII", "español.com", "xn--espaol-zwa.com"},
           {"case", "ÉCOLE.Fr", "xn--cole-9oa.fr"},
           {"sharp s stays (non-transitional)", "faß.de", "xn--fa-hia.de"},
           {"final sigma stays", "βόλος", "xn--nxasmm1c"},
           {"capital sharp s", "GROẞ", "xn--gro-7ka"},
           {"capital sharp s, several", "ẞaẞ", "xn--a-pfab"},
           {"width", "Ｗｗｗ．１２", "www.12"},
           {"ideographic full stop", "a。b", "a.b"},
           {"ignored", "a\u00adb\u200b", "ab"},
           {"composed", "a\u0301", "xn--1ca"},
           {"hyphens are not checked", "-é-.ab--é", "xn-----bja.xn--ab---epa"},
           {"empty labels", "é..a.", "xn--9ca..a."},
           {"what STD3 would forbid", "é_≠=", "xn--_=-9ia3835a"},
           {"joiner where the script allows it", "क्‍ष", "xn--11b2ezcw70k"},
           {"right to left beside the other way", "שלום.é", "xn--9dbne9b.xn--9ca"},
           {"right to left alone", "שלום", "xn--9dbne9b"},
           {"Punycode kept", "xn--fa-hia.é", "xn--fa-hia.xn--9ca"},
           {"joiner alone", "a\u200db", ""},
           {"mixed directions", "אa", ""},
           {"only ignored", "\u00ad", ""},
           {"replacement character", "\ufffd.com", ""},
           {"unassigned", "\U000e0080x", ""},
           {"Punycode that is none", "xn--a.é", ""},
           {"Punycode with more than ASCII", "xn--tešla", ""},
           {"Punycode of ASCII", "xn--abc-.é", ""},
           {"Punycode of what would be mapped", "xn--8i7caa.é", ""},
           {"bytes that are no UTF-8", "a\xff", ""},
       }) {
    SCOPED_TRACE(c.name);
    const std::optional<std::string> ascii = domain_to_ascii(c.domain);
    EXPECT_EQ(ascii.value_or(""), c.ascii);
  }
}

TEST(Idna, LengthIsNotTheCallersProblemUntilItHurts) {
  std::string label;
  for (int i = 0; i < 300; ++i) label += "é";
  EXPECT_TRUE(domain_to_ascii(label));  // the DNS would take 63 bytes
  for (int i = 0; i < 1000; ++i) label += "é";
  EXPECT_FALSE(domain_to_ascii(label));
  EXPECT_FALSE(domain_to_ascii("é" + std::string(std::size_t{1} << 13, 'a')));
  std::string labels = "é";
  for (int i = 0; i < 1000; ++i) labels += ".é";
  EXPECT_TRUE(domain_to_ascii(labels));
}

TEST(Idna, DomainToUnicode) {
  struct Case {
    std::string_view domain, unicode;
  };
  for (const Case& c : {
           Case{"", ""},
           {"example.com", "example.com"},
           {"xn--fiq228c.com.", "中文.com."},
           {"a..xn--fa-hia", "a..faß"},
           {"xn--a.xn--fa-hia", "xn--a.faß"},
           {"xn--", "xn--"},
           {"xn--8i7caa", "xn--8i7caa"},
           {"%c3.A", "%c3.A"},
       })
    EXPECT_EQ(domain_to_unicode(c.domain), c.unicode);
}

TEST(Idna, AnyTextBecomesAsciiThatStays) {
  const std::u32string letters = U"abcXYZ019-_.。éßςЖя中文अ\u094d\u200dשأ٣\u0301\u00ad\u3164😀≠";
  for (const std::uint64_t seed : test_seeds(2000)) {
    std::mt19937_64 random{seed};
    std::string domain;
    for (std::uint64_t n = 1 + random() % 12; n > 0; --n) {
      char bytes[4];
      domain.append(bytes, put_utf8(bytes, letters[random() % letters.size()]));
    }
    const std::optional<std::string> ascii = domain_to_ascii(domain);
    if (!ascii) continue;
    for (const char c : *ascii)
      ASSERT_TRUE(static_cast<unsigned char>(c) < 0x80 && (c < 'A' || c > 'Z')) << domain << " seed " << seed;
    // What reads well means the same.
    ASSERT_EQ(domain_to_ascii(domain_to_unicode(*ascii)), ascii) << domain << " seed " << seed;
  }
}

}  // namespace
}  // namespace millrace::js
