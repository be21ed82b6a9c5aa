#include "subset/job/tree.h"

// Read by this file alone, as it takes long to compile.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 16  // kTreeDepthMax
#include <toml++/toml.h>

#include <array>
#include <charconv>
#include <optional>
#include <sstream>

namespace millrace::subset {
namespace {

static_assert(kTreeDepthMax == TOML_MAX_NESTED_VALUES);

Position position_of(const toml::source_position& at) { return {.line = at.line, .column = at.column}; }

/// Takes a file apart just so far that keys can be told from strings and comments.
class KeyDepth {
 public:
  explicit KeyDepth(std::string_view text) : text_(text) {}

  /// Where a key has more parts than kTreeDepthMax. The parser makes a table of each and goes through them by recursion, so that a long enough one ends the process.
  [[nodiscard]] std::optional<Position> too_deep() {
    std::size_t dots = 0;
    while (at_ < text_.size()) {
      switch (text_[at_]) {
        case '.':
          if (++dots >= kTreeDepthMax) return position();
          break;
        case '#': skip_to('\n'); continue;
        case '"':
        case '\'': skip_string(text_[at_]); continue;
        case '\n':
        case '=':
        case ',':
        case '[':
        case '{': dots = 0; break;
        default: break;
      }
      ++at_;
    }
    return std::nullopt;
  }

 private:
  void skip_to(char end) { at_ = std::min(text_.find(end, at_), text_.size()); }
  void skip_string(char quote) {
    const std::string three(3, quote);
    const bool lines = text_.substr(at_, 3) == three;
    at_ += lines ? 3 : 1;
    while (at_ < text_.size()) {
      if (text_[at_] == '\\' && quote == '"') {
        at_ += 2;
      } else if (lines ? text_.substr(at_, 3) == three : text_[at_] == quote) {
        at_ += lines ? 3 : 1;
        while (lines && at_ < text_.size() && text_[at_] == quote) ++at_;  // up to two more belong to the string
        return;
      } else if (!lines && text_[at_] == '\n') {
        return;  // never closed: the parser says so
      } else {
        ++at_;
      }
    }
    at_ = text_.size();
  }
  [[nodiscard]] Position position() const {
    Position found{.line = 1, .column = 1};
    for (const char c : text_.substr(0, at_)) {
      if (c == '\n') {
        ++found.line;
        found.column = 1;
      } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
        ++found.column;
      }
    }
    return found;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

template <typename T>
std::string written(const T& value) {
  std::ostringstream text;
  text << value;
  return std::move(text).str();
}

TreeNode scalar(const toml::node& from) {
  using Kind = TreeNode::Kind;
  if (const auto* text = from.as_string()) return {.kind = Kind::text, .text = text->get()};
  if (const auto* number = from.as_integer())
    return {.kind = Kind::integer, .text = std::to_string(number->get()), .integer = number->get()};
  if (const auto* truth = from.as_boolean())
    return {.kind = Kind::boolean, .text = truth->get() ? "true" : "false", .truth = truth->get()};
  if (const auto* number = from.as_floating_point()) {
    std::array<char, 64> shortest{};
    return {.kind = Kind::real,
            .text = std::string(shortest.begin(), std::to_chars(shortest.begin(), shortest.end(), number->get()).ptr)};
  }
  if (const auto* date = from.as_date()) return {.kind = Kind::moment, .text = written(date->get())};
  if (const auto* time = from.as_time()) return {.kind = Kind::moment, .text = written(time->get())};
  if (const auto* both = from.as_date_time()) return {.kind = Kind::moment, .text = written(both->get())};
  return {};
}

/// Recursion: as deep as values nest and keys have parts, both at most kTreeDepthMax.
TreeNode node_of(const toml::node& from) {
  TreeNode node;
  if (const toml::table* table = from.as_table()) {
    node.kind = TreeNode::Kind::table;
    for (const auto& [key, value] : *table)
      node.members.push_back({.name = std::string(key.str()), .at = position_of(key.source().begin), .value = node_of(value)});
  } else if (const toml::array* list = from.as_array()) {
    node.kind = TreeNode::Kind::list;
    node.items.reserve(list->size());
    for (const toml::node& item : *list) node.items.push_back(node_of(item));
  } else {
    node = scalar(from);
  }
  node.at = position_of(from.source().begin);
  return node;
}

}  // namespace

std::expected<TreeNode, SyntaxMistake> read_toml(std::string_view text) {
  if (const std::optional<Position> deep = KeyDepth(text).too_deep()) {
    return std::unexpected(
        SyntaxMistake{.at = *deep, .what = "deeper than " + std::to_string(kTreeDepthMax) + " levels: a key with too many dots"});
  }
  const toml::parse_result result = toml::parse(text);
  if (!result) {
    const toml::parse_error& error = result.error();
    return std::unexpected(SyntaxMistake{.at = position_of(error.source().begin), .what = std::string(error.description())});
  }
  return node_of(result.table());
}

}  // namespace millrace::subset
