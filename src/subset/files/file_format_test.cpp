// Texts of CSV and JSON lines: golden ones, and random ones read back by others.
#include "subset/files/file_format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>

#include "subset/files/files_for_test.h"
#include "subset/files/json_text.h"
#include "subset/files/plain_text.h"
#include "support/test_seeds.h"

namespace millrace::subset {
namespace {

using files_for_test::column;
using files_for_test::target_table;

TargetTable all_kinds() {
  TargetTable table =
      target_table({.schema = "public", .name = "t"},
                   {column("i", ColumnClass::integer), column("r", ColumnClass::real), column("te,\"xt", ColumnClass::text),
                    column("b", ColumnClass::bytes), column("yes", ColumnClass::boolean), column("j", ColumnClass::json),
                    column("d", ColumnClass::decimal)});
  table.columns = table.source.columns;
  return table;
}

Page all_values() {
  Page page(7);
  page.add_row();  // nulls
  std::size_t row = page.add_row();
  page.set(row, 0, std::numeric_limits<std::int64_t>::min());
  page.set(row, 1, 0.1);
  page.set_text(row, 2, "");
  page.set_bytes(row, 3, "");
  page.set(row, 4, std::int64_t{1});
  page.set_text(row, 5, "{\"a\":\n [1, 2]}");
  page.set_text(row, 6, "1.50");
  row = page.add_row();
  page.set(row, 0, std::int64_t{9007199254740993});
  page.set(row, 1, -std::numeric_limits<double>::infinity());
  page.set_text(row, 2, "a,b \"q\"\r\n\xC3\xA4\xF0\x9F\x98\x80\t");
  page.set_bytes(row, 3, std::string_view("\0\xff\n", 3));
  page.set(row, 4, std::int64_t{2});
  page.set_text(row, 5, "{no json}");
  page.set_text(row, 6, "\\.");
  row = page.add_row();
  page.set(row, 0, std::int64_t{0});
  page.set(row, 1, 1e300);
  page.set_text(row, 2, " NULL ");
  page.set_bytes(row, 3, "a");
  page.set(row, 4, std::int64_t{0});
  page.set_text(row, 5, "null");
  return page;
}

std::string written(const FileFormat& format, const TargetTable& table, const Page& page) {
  std::string text = format.opening(table);
  for (std::size_t row = 0; row < page.rows();) {
    const std::size_t before = row;
    format.append_rows(table, page, row, text).value();
    EXPECT_GT(row, before);
    if (row == before) break;
  }
  return text;
}

TEST(Csv, SaysEveryKindOfField) {
  EXPECT_EQ(written(*make_csv_format(), all_kinds(), all_values()),
            "i,r,\"te,\"\"xt\",b,yes,j,d\r\n"
            ",,,,,,\r\n"
            "-9223372036854775808,0.1,\"\",\\x,1,\"{\"\"a\"\":\n [1, 2]}\",1.50\r\n"
            "9007199254740993,-Infinity,\"a,b \"\"q\"\"\r\n\xC3\xA4\xF0\x9F\x98\x80\t\",\\x00ff0a,2,{no json},\"\\.\"\r\n"
            "0,1e+300, NULL ,\\x61,0,null,\r\n");
}

TEST(JsonLines, SaysEveryKindOfField) {
  EXPECT_EQ(written(*make_json_lines_format(), all_kinds(), all_values()),
            R"({"i":null,"r":null,"te,\"xt":null,"b":null,"yes":null,"j":null,"d":null})"
            "\n"
            R"({"i":-9223372036854775808,"r":0.1,"te,\"xt":"","b":"","yes":true,"j":{"a":  [1, 2]},"d":"1.50"})"
            "\n"
            R"({"i":9007199254740993,"r":"-Infinity","te,\"xt":"a,b \"q\"\r\n)"
            "\xC3\xA4\xF0\x9F\x98\x80"
            R"(\t","b":"AP8K","yes":2,"j":"{no json}","d":"\\."})"
            "\n"
            R"({"i":0,"r":1e+300,"te,\"xt":" NULL ","b":"YQ==","yes":false,"j":null,"d":null})"
            "\n");
}

TEST(FileFormats, RefuseTextThatIsNotUtf8AndNameItsColumn) {
  Page page(7);
  page.set_text(page.add_row(), 2, "a\xff");
  for (const auto& format : {make_csv_format(), make_json_lines_format()}) {
    std::size_t row = 0;
    std::string text;
    const auto done = format->append_rows(all_kinds(), page, row, text);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().context("column"), "te,\"xt");
    EXPECT_EQ(done.error().context("table"), "public.t");
  }
}

/// RFC 4180 by its grammar; nothing: an empty field without quotes.
std::vector<std::vector<std::optional<std::string>>> parse_csv(std::string_view text) {
  std::vector<std::vector<std::optional<std::string>>> rows;
  std::size_t at = 0;
  while (at < text.size()) {
    auto& row = rows.emplace_back();
    for (;;) {
      std::optional<std::string> field;
      if (at < text.size() && text[at] == '"') {
        field.emplace();
        for (++at; text.at(at) != '"' || (at + 1 < text.size() && text[at + 1] == '"'); ++at) {
          if (text[at] == '"') ++at;
          *field += text[at];
        }
        ++at;
      } else {
        const std::size_t end = text.find_first_of(",\r\n", at);
        if (end != at) field = text.substr(at, end - at);
        at = end;
      }
      row.push_back(std::move(field));
      if (text.at(at) == ',') {
        ++at;
        continue;
      }
      EXPECT_EQ(text.substr(at, 2), "\r\n");
      at += 2;
      break;
    }
  }
  return rows;
}

std::string random_text(std::mt19937_64& random) {
  constexpr std::string_view kPieces[] = {",", "\"", "\r", "\n",   "a", "\\", "\xC3\xA9", "\xF0\x9F\x98\x80",
                                          " ", "'",  "\t", "\x01", "0"};
  std::string text;
  for (std::size_t left = random() % 8; left > 0; --left) text += kPieces[random() % std::size(kPieces)];
  return text;
}

TEST(FileFormats, AreReadBackByOthers) {
  TargetTable table = target_table({.name = "t"}, {column("a", ColumnClass::text), column("b", ColumnClass::real),
                                                   column("c", ColumnClass::bytes), column("d", ColumnClass::integer)});
  table.columns = table.source.columns;
  for (const std::uint64_t seed : testing::test_seeds(20)) {
    std::mt19937_64 random(seed);
    Page page(4);
    for (int i = 0; i < 60; ++i) {
      const std::size_t row = page.add_row();
      if (random() % 4 != 0) page.set_text(row, 0, random_text(random));
      double real = std::bit_cast<double>(random());
      if (!std::isfinite(real)) real = 0.5;
      if (random() % 4 != 0) page.set(row, 1, real);
      if (random() % 4 != 0) page.set_bytes(row, 2, std::string(random() % 5, static_cast<char>(random())));
      if (random() % 4 != 0) page.set(row, 3, static_cast<std::int64_t>(random()));
    }
    const auto csv = parse_csv(written(*make_csv_format(), table, page));
    std::istringstream lines(written(*make_json_lines_format(), table, page));
    ASSERT_EQ(csv.size(), page.rows() + 1);
    for (std::size_t row = 0; row < page.rows(); ++row) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " row " + std::to_string(row));
      const auto& fields = csv[row + 1];
      std::string line;
      ASSERT_TRUE(std::getline(lines, line));
      const auto json = nlohmann::json::parse(line);
      ASSERT_EQ(fields.size(), 4U);
      ASSERT_EQ(json.size(), 4U);
      for (std::size_t column = 0; column < 4; ++column) {
        const Value value = page.at(row, column);
        const auto& field = fields[column];
        const auto& member = json[table.columns[column].name];
        ASSERT_EQ(field.has_value(), !value.is_null());
        ASSERT_EQ(member.is_null(), value.is_null());
        if (value.is_null()) continue;
        if (column == 0) {
          EXPECT_EQ(*field, value.text);
          EXPECT_EQ(member.get<std::string>(), value.text);
        } else if (column == 1) {
          EXPECT_EQ(std::strtod(field->c_str(), nullptr), value.real);
          EXPECT_EQ(member.get<double>(), value.real);
        } else if (column == 2) {
          std::string hex = "\\x";
          append_hex(hex, value.text);
          EXPECT_EQ(*field, hex);
          EXPECT_EQ(from_base64(member.get<std::string>()), value.text);
        } else {
          EXPECT_EQ(*field, std::to_string(value.integer));
          EXPECT_EQ(member.get<std::int64_t>(), value.integer);
        }
      }
    }
  }
}

TEST(FileFormats, MakeLargePagesInChunks) {
  TargetTable table = target_table({.name = "t"}, {column("a", ColumnClass::text)});
  table.columns = table.source.columns;
  Page page(1);
  for (int i = 0; i < 5; ++i) page.set_text(page.add_row(), 0, std::string(FileFormat::kChunkBytes / 2 + 1, 'x'));
  std::size_t row = 0;
  std::string text;
  make_csv_format()->append_rows(table, page, row, text).value();
  EXPECT_EQ(row, 2U);
}

TEST(JsonText, KnowsWhatIsJson) {
  for (const std::string_view text :
       {"0", "-0.5e+10", "[]", "{}", " [1, {\"a\": null}]\n", "\"\\u00e9\\ud83d\\ude00\\n\"", "true", "1E5"}) {
    EXPECT_TRUE(is_json(text)) << text;
    EXPECT_TRUE(nlohmann::json::accept(text)) << text;
  }
  for (const std::string_view text : {"",        "01",    "1.",  ".5",          "+1",          "1e",         "[1,]",
                                      "{\"a\"}", "{a:1}", "tru", "\"\\ud83d\"", "\"\\ude00\"", "\"\\x\"",    "\"\n\"",
                                      "[1] 2",   "\"",    "[",   "NaN",         "\"\\u12g4\"", "{\"a\":1,}", "\"\\ud83dx\""}) {
    EXPECT_FALSE(is_json(text)) << text;
    EXPECT_FALSE(nlohmann::json::accept(text)) << text;
  }
  EXPECT_TRUE(is_json(std::string(kJsonDepthMax, '[') + std::string(kJsonDepthMax, ']')));
  EXPECT_FALSE(is_json(std::string(1'000'000, '[')));
}

TEST(PlainText, Base64IsOfRfc4648) {
  const std::pair<std::string_view, std::string_view> cases[] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xfb\xff", "+/8="}};
  for (const auto& [bytes, text] : cases) {
    std::string made;
    append_base64(made, bytes);
    EXPECT_EQ(made, text);
    EXPECT_EQ(from_base64(text), bytes);
  }
  for (const std::string_view wrong : {"Z", "Zg=", "Zg==Zg==", "Zg!=", "===="})
    EXPECT_EQ(from_base64(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace millrace::subset
