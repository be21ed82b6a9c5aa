#include "observe/log/json_text.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace millrace::observe::detail {
namespace {

template <typename Append>
std::string written(Append append) {
  char memory[16];  // small, so that growing is tested by everything
  TextBuffer out(memory, sizeof memory);
  append(out);
  return std::string(out.view());
}
std::string as_json(std::string_view text) {
  return written([&](TextBuffer& out) { append_json_string(out, text); });
}

TEST(JsonText, EscapesWhatJsonAndTerminalsWouldMisread) {
  EXPECT_EQ(as_json(""), R"("")");
  EXPECT_EQ(as_json("plain text, longer than one word"), R"("plain text, longer than one word")");
  EXPECT_EQ(as_json("a\"b\\c\nd\re\tf"), R"("a\"b\\c\nd\re\tf")");
  EXPECT_EQ(as_json(std::string_view("\0\x1b[31m\x7f", 7)), R"("\u0000\u001b[31m\u007f")");
  EXPECT_EQ(as_json("\xC2\x9B"
                    "31m"),
            R"("\u009b31m")")
      << "C1: the one-character form of ESC [";
  EXPECT_EQ(as_json("\xE2\x80\xA8\xE2\x80\xA9"), R"("\u2028\u2029")");
  EXPECT_EQ(as_json("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80"), "\"\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
}

TEST(JsonText, EachMaximalPartOfNoCharacterIsReplacedOnce) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(as_json("\x80"), '"' + r + '"');
  EXPECT_EQ(as_json("\xE2\x82x"), '"' + r + "x\"") << "a character that was begun";
  EXPECT_EQ(as_json("\xF0\x9F\x98"), '"' + r + '"') << "cut by the end";
  EXPECT_EQ(as_json("\xC0\xAF"), '"' + r + r + '"') << "overlong";
  EXPECT_EQ(as_json("\xED\xA0\x80"), '"' + r + r + r + '"') << "a surrogate";
  EXPECT_EQ(as_json("\xF4\x90\x80\x80"), '"' + r + r + r + r + '"') << "beyond U+10FFFF";
}

TEST(JsonText, EveryByteAtEveryPlaceOfAWordReadsBack) {
  for (int byte = 0; byte < 0x80; ++byte)
    for (std::size_t place = 0; place < 17; ++place) {
      std::string text(17, 'a');
      text[place] = static_cast<char>(byte);
      ASSERT_EQ(nlohmann::json::parse(as_json(text)).get<std::string>(), text) << byte << " at " << place;
    }
}

TEST(JsonText, NumbersKeepTheirValue) {
  const auto number = [](double value) { return written([&](TextBuffer& out) { append_json_number(out, value); }); };
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    ASSERT_EQ(nlohmann::json::parse(number(value)).get<double>(), value);
  }
  for (int i = 0; i < 20'000; ++i) {  // those that people write: the same text as the library's shortest
    const double value =
        static_cast<double>(static_cast<std::int64_t>(random() % 20'000'000'000) - 10'000'000'000) / std::pow(10, i % 9);
    std::array<char, 32> shortest{};
    const auto end = std::to_chars(shortest.data(), shortest.data() + shortest.size(), value).ptr;
    const std::string text = number(value);
    ASSERT_EQ(nlohmann::json::parse(text).get<double>(), value) << text;
    ASSERT_LE(text.size(), static_cast<std::size_t>(end - shortest.data()) + 1) << text;
  }
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(0), "0");
  EXPECT_EQ(number(-0.0), "-0");
  EXPECT_EQ(number(-12.5), "-12.5");
  EXPECT_EQ(number(999'999'999.999999), "999999999.999999");
  EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), R"("NaN")");
  EXPECT_EQ(number(std::numeric_limits<double>::infinity()), R"("Infinity")");
  EXPECT_EQ(number(-std::numeric_limits<double>::infinity()), R"("-Infinity")");
  EXPECT_EQ(written([](TextBuffer& out) { append_number(out, std::numeric_limits<std::int64_t>::min()); }), "-9223372036854775808");
  EXPECT_EQ(written([](TextBuffer& out) { append_number(out, std::numeric_limits<std::uint64_t>::max()); }),
            "18446744073709551615");
}

TEST(JsonText, DurationsAreSecondsWithoutLoss) {
  const auto seconds = [](std::int64_t ns) { return written([&](TextBuffer& out) { append_seconds(out, Duration(ns)); }); };
  EXPECT_EQ(seconds(0), "0");
  EXPECT_EQ(seconds(1), "0.000000001");
  EXPECT_EQ(seconds(15'000'000), "0.015");
  EXPECT_EQ(seconds(-1'500'000'000), "-1.5");
  EXPECT_EQ(seconds(60'000'000'000), "60");
  EXPECT_EQ(seconds(std::numeric_limits<std::int64_t>::max()), "9223372036.854775807");
  EXPECT_EQ(seconds(std::numeric_limits<std::int64_t>::min()), "-9223372036.854775808");
}

TEST(JsonText, TimesAreRfc3339InUtc) {
  const auto time = [](std::int64_t ns) {
    return written([&](TextBuffer& out) { append_time(out, WallTime(std::chrono::nanoseconds(ns))); });
  };
  EXPECT_EQ(time(0), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(time(1'709'210'096'123'456'789), "2024-02-29T12:34:56.123456789Z");
  EXPECT_EQ(time(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(time(std::numeric_limits<std::int64_t>::max()), "2262-04-11T23:47:16.854775807Z");
  EXPECT_EQ(time(std::numeric_limits<std::int64_t>::min()), "1677-09-21T00:12:43.145224192Z");
}

TEST(JsonText, IdsAreThoseOfTheirOwners) {
  const CorrelationId id{0x0123456789abcdef, 0xfedcba9876543210};
  EXPECT_EQ(written([&](TextBuffer& out) { append_id(out, id); }), id.to_string());
  EXPECT_EQ(written([](TextBuffer& out) { append_hex(out, 0xab); }), "00000000000000ab");
}

}  // namespace
}  // namespace millrace::observe::detail
