// Words for people.
#include "subset/words.h"

#include <gtest/gtest.h>

#include <limits>

namespace millrace::subset {
namespace {

using std::chrono::milliseconds;

TEST(Words, WhatATerminalWouldObeyIsShown) {
  EXPECT_EQ(shown(std::string_view("plain \xc3\xa9 \xe2\x82\xac")), "plain \xc3\xa9 \xe2\x82\xac");
  EXPECT_EQ(shown(std::string_view("a\nb\r\x1b[2J\x7f\\")), "a\\x0ab\\x0d\\x1b[2J\\x7f\\x5c");
  EXPECT_EQ(shown(std::string_view("\xc2\x9b\xc2\xa0")), "\\xc2\\x9b\xc2\xa0");  // a control character beyond ASCII, and a space
  EXPECT_EQ(shown(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(shown(std::string_view("\xc2")), "\xc2");
  EXPECT_EQ(shown(TableName{.schema = "a\n", .name = "b"}), "a\\x0a.b");
}

TEST(Words, NamesOfColumns) {
  const Table table{.name = {.name = "t"}, .columns = {{.name = "a", .type = ""}, {.name = "b\n", .type = ""}}};
  EXPECT_EQ(names_of(table, {}), "");
  EXPECT_EQ(names_of(table, {1, 0}), "b\\x0a, a");
}

TEST(Words, HexadecimalDigitsAreAppended) {
  std::string text = "0x";
  append_hex(text, std::string_view("\x00\xff\x0a", 3));
  EXPECT_EQ(text, "0x00ff0a");
}

TEST(Words, Counts) {
  EXPECT_EQ(counted(0, "table"), "0 tables");
  EXPECT_EQ(counted(1, "table"), "1 table");
  EXPECT_EQ(counted(2, "table"), "2 tables");
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(grouped(std::numeric_limits<std::uint64_t>::max()), "18,446,744,073,709,551,615");
}

TEST(Words, AmountsOfBytes) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(1'023), "1023 B");
  EXPECT_EQ(bytes_text(1'024), "1.0 KiB");
  EXPECT_EQ(bytes_text(1'536), "1.5 KiB");
  EXPECT_EQ(bytes_text((std::uint64_t{1} << 20) - 1), "1.0 MiB");  // not 1024.0 KiB
  EXPECT_EQ(bytes_text(std::uint64_t{3} << 29), "1.5 GiB");
  EXPECT_EQ(bytes_text(std::uint64_t{1} << 50), "1024.0 TiB");  // the largest unit takes the rest
}

TEST(Words, Durations) {
  EXPECT_EQ(duration_text(milliseconds(0)), "0 ms");
  EXPECT_EQ(duration_text(milliseconds(950)), "950 ms");
  EXPECT_EQ(duration_text(milliseconds(12'340)), "12.3 s");
  EXPECT_EQ(duration_text(milliseconds(59'999)), "1:00 min");  // not 60.0 s
  EXPECT_EQ(duration_text(std::chrono::seconds(245)), "4:05 min");
  EXPECT_EQ(duration_text(std::chrono::seconds(7'445)), "2:04:05 h");
  EXPECT_EQ(duration_text(std::chrono::hours(100)), "100:00:00 h");
}

}  // namespace
}  // namespace millrace::subset
