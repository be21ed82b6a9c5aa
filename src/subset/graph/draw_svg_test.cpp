#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include <millrace/subset/graph.h>

#include "subset/graph/graph_samples.h"
#include "subset/graph/svg_text.h"

namespace millrace::subset {
namespace {

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

/// As much of XML as we write: elements closed in order, attributes quoted and each once, entities of the five kinds or by number. "" when it is well-formed.
class WellFormed {
 public:
  explicit WellFormed(std::string_view text) : rest_(text) {}
  std::string mistake() {
    while (!rest_.empty()) {
      if (rest_.front() != '<') {
        if (std::string wrong = characters(rest_.substr(0, rest_.find('<'))); !wrong.empty()) return wrong;
        rest_.remove_prefix(std::min(rest_.find('<'), rest_.size()));
      } else if (std::string wrong = tag(); !wrong.empty()) {
        return wrong;
      }
    }
    if (!open_.empty()) return "never closed: " + open_.back();
    return roots_ == 1 ? "" : "not one root";
  }

 private:
  static std::string characters(std::string_view text) {
    if (text.find('<') != std::string_view::npos) return "a < in text";
    for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
      const std::string_view entity = text.substr(at, text.find(';', at) - at + 1);
      if (entity != "&amp;" && entity != "&lt;" && entity != "&gt;" && entity != "&quot;" && !entity.starts_with("&#"))
        return "entity " + std::string(entity);
    }
    for (const char c : text)
      if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r') return "a control character";
    return {};
  }
  std::string tag() {
    const std::size_t end = rest_.find('>');
    if (end == std::string_view::npos) return "a tag without end";
    std::string_view inside = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    if (inside.starts_with('/')) {
      if (open_.empty() || open_.back() != inside.substr(1)) return "closed out of order: " + std::string(inside);
      open_.pop_back();
      return {};
    }
    const bool empty = inside.ends_with('/');
    if (empty) inside.remove_suffix(1);
    std::size_t at = std::min(inside.find(' '), inside.size());
    const std::string name(inside.substr(0, at));
    if (open_.empty()) ++roots_;
    if (!empty) open_.push_back(name);
    std::vector<std::string> names;
    while (at < inside.size()) {
      const std::size_t equals = inside.find("=\"", at);
      if (inside[at] != ' ' || equals == std::string_view::npos) return "attributes of " + name;
      names.emplace_back(inside.substr(at + 1, equals - at - 1));
      const std::size_t quote = inside.find('"', equals + 2);
      if (quote == std::string_view::npos) return "a quote of " + name;
      if (std::string wrong = characters(inside.substr(equals + 2, quote - equals - 2)); !wrong.empty()) return wrong;
      at = quote + 1;
    }
    std::ranges::sort(names);
    return std::ranges::adjacent_find(names) == names.end() ? "" : "an attribute twice in " + name;
  }

  std::string_view rest_;
  std::vector<std::string> open_{};
  int roots_ = 0;
};

TEST(WellFormed, FindsWhatIsWrong) {
  EXPECT_EQ(WellFormed("<a b=\"c\"><d/>&lt;</a>").mistake(), "");
  for (const char* wrong :
       {"<a>", "<a></b>", "<a b=\"c\" b=\"d\"/>", "<a>&x;</a>", "<a/><b/>", "<a b=c/>", "<a b=\"<\"/>", "<a>\x01</a>"})
    EXPECT_NE(WellFormed(wrong).mistake(), "") << wrong;
}

TEST(DrawSvg, HasEveryTableAndEveryKey) {
  for (const Schema& schema : {testing::shop(), testing::random_schema(1, 1), testing::random_schema(3, 120)}) {
    const Result<std::string> svg = draw_svg(schema, analyse(schema), {.title = "a picture"});
    ASSERT_TRUE(svg);
    EXPECT_EQ(WellFormed(*svg).mistake(), "");
    EXPECT_EQ(count_of(*svg, "data-table="), schema.tables.size());
    EXPECT_EQ(count_of(*svg, "data-key="), schema.foreign_keys.size());
    for (std::size_t i = 0; i < schema.tables.size(); ++i) {
      EXPECT_EQ(count_of(*svg, "data-table=\"" + std::to_string(i) + "\""), 1u);
      EXPECT_GE(count_of(*svg, "<title>" + schema.tables[i].name.name + ": about "), 1u);
    }
    for (std::size_t i = 0; i < schema.foreign_keys.size(); ++i)
      EXPECT_EQ(count_of(*svg, "<title>fk_" + std::to_string(i) + ": "), 1u);
    EXPECT_EQ(count_of(*svg, "<script"), 0u);
    EXPECT_EQ(count_of(*svg, "href"), 0u);
    EXPECT_EQ(count_of(*svg, "a picture"), 2u);
    EXPECT_EQ(count_of(*svg, "prefers-color-scheme:dark"), 1u);
  }
}

TEST(DrawSvg, SaysWhatIsDoneAboutCircles) {
  const Schema schema = testing::shop();
  const std::string svg = draw_svg(schema, analyse(schema)).value();
  EXPECT_EQ(count_of(svg, "class=\"cycle\""), 1u);
  EXPECT_EQ(count_of(svg, "class=\"key later\" data-key=\"1\""), 1u);
  EXPECT_EQ(count_of(svg, "1. store (ref_1)"), 1u);
  EXPECT_EQ(count_of(svg, "NULL first"), 1u);
  EXPECT_EQ(count_of(svg, "1 circle<"), 2u);
}

TEST(DrawSvg, NamesAreTextWhateverIsInThem) {
  Schema schema = testing::shop();
  schema.tables[0].name.name = "a<b&\"c";
  schema.tables[0].columns[0].name = "<script>";
  schema.tables[1].name.name = "\xff]]>\x01\xe2\x80\x99";
  schema.foreign_keys[0].name = "--><!--";
  const std::string svg = draw_svg(schema, analyse(schema), {.title = "</title><script>"}).value();
  EXPECT_EQ(WellFormed(svg).mistake(), "");
  EXPECT_EQ(count_of(svg, ">a&lt;b&amp;&quot;c<"), 1u);
  EXPECT_EQ(count_of(svg, ">&lt;script&gt;<"), 1u);
  EXPECT_EQ(count_of(svg, "<script"), 0u);
  EXPECT_GE(count_of(svg, "\xef\xbf\xbd]]&gt;\xef\xbf\xbd\xe2\x80\x99"), 1u);
  EXPECT_EQ(count_of(svg, "<!--"), 0u);
}

TEST(DrawSvg, ShowsWhatAPlanDoes) {
  const Schema schema = testing::shop();
  GraphOptions options{.tables = std::vector<GraphTable>(schema.tables.size())};
  options.tables[4] = {.role = GraphRole::root, .rows = 100};
  options.tables[0] = {.role = GraphRole::target};
  options.tables[6] = {.role = GraphRole::left_out, .rows = 0};
  const std::string svg = draw_svg(schema, analyse(schema), options).value();
  EXPECT_EQ(count_of(svg, "class=\"table root\" data-table=\"4\""), 1u);
  EXPECT_EQ(count_of(svg, "class=\"table target\" data-table=\"0\""), 1u);
  EXPECT_EQ(count_of(svg, ">100 of about 5,000 rows<"), 1u);
  EXPECT_EQ(count_of(svg, ">root: rows to begin with<"), 1u);
  EXPECT_EQ(count_of(svg, ">every row<"), 0u) << "a legend of what is not there";
  options.tables.pop_back();
  const Result<std::string> wrong = draw_svg(schema, analyse(schema), options);
  ASSERT_FALSE(wrong);
  EXPECT_TRUE(wrong.error().matches(make_error_code(Errc::invalid_argument)));
}

TEST(DrawSvg, HasLimits) {
  Schema schema;
  EXPECT_EQ(WellFormed(draw_svg(schema, analyse(schema)).value()).mistake(), "");
  for (std::size_t i = 0; i < kGraphTablesMax; ++i) testing::add_table(schema, "t" + std::to_string(i));
  EXPECT_TRUE(draw_svg(schema, analyse(schema)));
  testing::add_table(schema, "one more");
  const Result<std::string> tables = draw_svg(schema, analyse(schema));
  ASSERT_FALSE(tables);
  EXPECT_TRUE(tables.error().matches(make_error_code(Errc::full)));

  Schema keys = testing::random_schema(1, 2);
  while (keys.foreign_keys.size() <= kGraphKeysMax) testing::refer(keys, 1, 0);
  EXPECT_TRUE(draw_svg(keys, analyse(keys)).error().matches(make_error_code(Errc::full)));

  // Each refers to the one before it, and the last one to all: a curve over ever more columns.
  Schema chain;
  for (std::size_t i = 0; i < 700; ++i) testing::add_table(chain, "t" + std::to_string(i));
  for (std::size_t i = 1; i < 700; ++i) testing::refer(chain, i, i - 1);
  for (std::size_t i = 0; i < 600; ++i) testing::refer(chain, 699, i);
  const Result<std::string> bends = draw_svg(chain, analyse(chain));
  ASSERT_FALSE(bends);
  EXPECT_TRUE(bends.error().matches(make_error_code(Errc::full)));
}

TEST(DrawSvg, TheSameInputGivesTheSameBytes) {
  const Schema schema = testing::random_schema(11, 80);
  EXPECT_EQ(draw_svg(schema, analyse(schema)).value(), draw_svg(schema, analyse(schema)).value());
}

TEST(SvgText, ClipsAtCharacters) {
  EXPECT_EQ(clipped("short", Font::name, 300), "short");
  const std::string cut = clipped("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", Font::column, 28);
  EXPECT_EQ(cut, "\xc3\xa4\xc3\xa4\xc3\xa4\xe2\x80\xa6");
  EXPECT_LE(text_width(cut, Font::column), 28);
  EXPECT_GT(text_width("\xe6\xbc\xa2", Font::name), text_width("a", Font::name));
}

TEST(SvgText, KeepsOnlyWhatXmlHas) {
  EXPECT_EQ(xml_text("a\tb\n"), "a&#9;b&#10;");
  for (const char* bad : {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xe2\x82", "\xef\xbf\xbe", "\xc2\x9b", "\x7f"})
    EXPECT_TRUE(xml_text(bad).starts_with("\xef\xbf\xbd")) << bad;
  EXPECT_EQ(xml_text("\xf0\x9f\x90\x98"), "\xf0\x9f\x90\x98");
}

}  // namespace
}  // namespace millrace::subset
