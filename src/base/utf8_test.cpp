#include "base/utf8.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>

#include "support/test_seeds.h"

namespace millrace {
namespace {

using millrace::testing::test_seeds;

constexpr std::string_view kR = kReplacementUtf8;

std::string encoded(char32_t code) {
  char bytes[4];
  return {bytes, put_utf8(bytes, code)};
}
std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<std::uint8_t>(c) >> 4];
    text += kDigits[static_cast<std::uint8_t>(c) & 0xF];
  }
  return text;
}
constexpr bool is_surrogate(char32_t code) { return code >= 0xD800 && code < 0xE000; }

TEST(Utf8, EveryCharacterReadsBack) {
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    if (is_surrogate(code)) continue;
    const std::string bytes = encoded(code);
    ASSERT_EQ(bytes.size(), utf8_length(code));
    const Utf8Character read = first_character(bytes + "x");
    ASSERT_TRUE(read.valid) << hex(bytes);
    ASSERT_EQ(read.code, code);
    ASSERT_EQ(read.bytes, bytes.size());
  }
}

TEST(Utf8, WhatIsNoCharacterIsReplacedAsTheStandardsSay) {
  struct Case {
    std::string_view name, text;
    std::size_t replacements;  // and then nothing else
  };
  for (const Case& c : {Case{"a continuation alone", "\x80", 1},
                        Case{"two of them", "\x80\xBF", 2},
                        Case{"bytes that no character has", "\xFE\xFF", 2},
                        Case{"overlong in two bytes: NUL", "\xC0\x80", 2},
                        Case{"overlong in two bytes: the last", "\xC1\xBF", 2},
                        Case{"overlong in three bytes", "\xE0\x80\x80", 3},
                        Case{"overlong in three bytes: the last", "\xE0\x9F\xBF", 3},
                        Case{"overlong in four bytes", "\xF0\x80\x80\x80", 4},
                        Case{"overlong in four bytes: the last", "\xF0\x8F\xBF\xBF", 4},
                        Case{"five bytes", "\xF8\x88\x80\x80\x80", 5},
                        Case{"six bytes", "\xFC\x84\x80\x80\x80\x80", 6},
                        Case{"the first surrogate", "\xED\xA0\x80", 3},
                        Case{"the last surrogate", "\xED\xBF\xBF", 3},
                        Case{"a pair of surrogates", "\xED\xA0\xBD\xED\xB8\x80", 6},
                        Case{"U+110000", "\xF4\x90\x80\x80", 4},
                        Case{"far beyond U+10FFFF", "\xF7\xBF\xBF\xBF", 4},
                        Case{"cut after one of two", "\xC3", 1},
                        Case{"cut after one of three", "\xE2", 1},
                        Case{"cut after two of three", "\xE2\x82", 1},
                        Case{"cut after one of four", "\xF0", 1},
                        Case{"cut after two of four", "\xF0\x9F", 1},
                        Case{"cut after three of four", "\xF0\x9F\x98", 1},
                        Case{"cut by a character that is cut", "\xF0\x9F\x98\xE2\x82", 2}}) {
    SCOPED_TRACE(c.name);
    std::string expected;
    for (std::size_t i = 0; i < c.replacements; ++i) expected += kR;
    EXPECT_EQ(hex(mended_utf8(c.text)), hex(expected));
    EXPECT_EQ(hex(mended_utf8("a" + std::string(c.text) + "\xC3\xA4")), hex("a" + expected + "\xC3\xA4")) << "among characters";
  }
}

TEST(Utf8, TheExamplesOfUnicodeComeOutAsItShowsThem) {
  const auto with_replacements = [](std::string_view shown) {
    std::string text;
    for (const char c : shown) text += c == '?' ? std::string(kR) : std::string(1, c);
    return text;
  };
  struct Case {
    std::string_view table, text, shown;
  };
  for (const Case& c : {Case{"3-8, non-shortest forms", "\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", "????????A"},
                        Case{"3-9, surrogates", "\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", "????????A"},
                        Case{"3-10, other ill-formed", "\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", "?????A??B"},
                        Case{"3-11, truncated", "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", "????A"}}) {
    SCOPED_TRACE(c.table);
    EXPECT_EQ(mended_utf8(c.text), with_replacements(c.shown));
  }
}

/// The rule from its other end: with which bytes characters begin, found by writing them all down, and how long these then are.
class Beginnings {
 public:
  Beginnings() {
    for (char32_t code = 0x80; code <= 0x10FFFF; code += 0x40) {  // the last byte of a character is any of 80 to BF
      if (is_surrogate(code)) continue;
      const std::string whole = encoded(code);
      for (std::size_t size = 1; size < whole.size(); ++size) size_of_[whole.substr(0, size)] = whole.size();
    }
  }
  /// How many bytes the first character takes, or the maximal part of one; and whether it is one.
  [[nodiscard]] std::pair<std::size_t, bool> first(const std::string& text) const {
    if (static_cast<std::uint8_t>(text[0]) < 0x80) return {1, true};
    std::size_t bytes = 0;
    std::size_t whole = 0;
    for (auto found = size_of_.find(text.substr(0, 1)); found != size_of_.end(); found = size_of_.find(text.substr(0, bytes + 1))) {
      whole = found->second;
      if (++bytes == text.size()) break;
    }
    if (bytes == 0) return {1, false};
    const bool ends = bytes + 1 == whole && bytes < text.size() && (static_cast<std::uint8_t>(text[bytes]) & 0xC0) == 0x80;
    return {ends ? whole : bytes, ends};
  }

 private:
  std::map<std::string, std::size_t> size_of_;
};

TEST(Utf8, AgreesWithTheListOfAllCharacters) {
  const Beginnings beginnings;
  constexpr std::string_view kLater = "\x7F\x80\x8F\x90\x9F\xA0\xBF\xC2";  // each side of each border
  for (int first = 0; first < 0x100; ++first)
    for (const char second : kLater)
      for (const char third : kLater)
        for (const char fourth : kLater)
          for (std::size_t size = fourth == kLater[0] ? 1 : 4; size <= 4; ++size) {  // each shorter text once
            const std::string text = std::string{static_cast<char>(first), second, third, fourth}.substr(0, size);
            const Utf8Character found = first_character(text);
            ASSERT_EQ(std::pair(std::size_t{found.bytes}, found.valid), beginnings.first(text)) << hex(text);
            ASSERT_EQ(found.valid ? encoded(found.code) : text.substr(0, found.bytes), text.substr(0, found.bytes)) << hex(text);
            ASSERT_TRUE(found.valid || found.code == kReplacementCharacter) << hex(text);
          }
}

TEST(Utf8, MendingIsDoneOnceAndLeavesGoodTextAlone) {
  for (const std::uint64_t seed : test_seeds(5'000)) {
    std::mt19937_64 random(seed);
    static constexpr std::string_view kBytes("a\x80\xBF\xC2\xC3\xE0\xED\xEF\xF0\xF4\xFF\x90\xA0\0", 14);
    std::string text;
    for (std::size_t left = random() % 9; left > 0; --left) text += kBytes[random() % kBytes.size()];
    bool good = true;
    for (std::string_view rest = text; !rest.empty() && good; rest.remove_prefix(first_character(rest).bytes))
      good = first_character(rest).valid;
    const std::string mended = mended_utf8(text);
    ASSERT_EQ(mended == text, good) << "seed " << seed << ": " << hex(text);
    ASSERT_EQ(mended_utf8(mended), mended) << "seed " << seed << ": " << hex(text);
    mend_utf8(text);
    ASSERT_EQ(text, mended) << "seed " << seed;
  }
}

TEST(Utf8, CutsBetweenCharacters) {
  const std::string_view text =
      "a\xE2\x82\xAC"
      "b";
  const std::string_view fitting[] = {"", "a", "a", "a", "a\xE2\x82\xAC", text, text};
  for (std::size_t bytes_max = 0; bytes_max < std::size(fitting); ++bytes_max) {
    EXPECT_EQ(cut_utf8(text, bytes_max), fitting[bytes_max]) << bytes_max;
    std::string in_place(text);
    EXPECT_EQ(shorten_utf8(in_place, bytes_max), bytes_max < text.size()) << bytes_max;
    EXPECT_EQ(in_place, fitting[bytes_max]) << bytes_max;
  }
}

TEST(Utf8, CuttingWhatIsNoUtf8TakesAtMostThreeBytesMore) {
  const std::string text(10, '\x80');
  for (std::size_t bytes_max = 0; bytes_max < text.size(); ++bytes_max)
    EXPECT_EQ(cut_utf8(text, bytes_max).size(), bytes_max < 3 ? 0 : bytes_max - 3) << bytes_max;
}

}  // namespace
}  // namespace millrace
