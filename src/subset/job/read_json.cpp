#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "subset/job/tree.h"

namespace millrace::subset {
namespace {

/// Bytes of a text, and how many the parser has taken: it tells no places by itself.
class CountedBytes {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountedBytes(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  reference operator*() const { return *at_; }
  CountedBytes& operator++() {
    ++at_;
    if (at_ > *furthest_) *furthest_ = at_;
    return *this;
  }
  CountedBytes operator++(int) {
    CountedBytes before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountedBytes& a, const CountedBytes& b) { return a.at_ == b.at_; }
  friend bool operator!=(const CountedBytes& a, const CountedBytes& b) { return a.at_ != b.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

/// Builds the tree while the parser reads. `open_` holds what is not closed yet, from the outside in: nothing here recurses.
class TreeBuilder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(std::string_view text, const char* const& taken) : text_(text), taken_(taken) {}

  bool null() override { return add({.kind = TreeNode::Kind::null, .text = "null"}); }
  bool boolean(bool value) override {
    return add({.kind = TreeNode::Kind::boolean, .text = value ? "true" : "false", .truth = value});
  }
  bool number_integer(number_integer_t value) override {
    return add({.kind = TreeNode::Kind::integer, .text = std::to_string(value), .integer = value});
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<number_unsigned_t>(INT64_MAX))
      return add({.kind = TreeNode::Kind::real, .text = std::to_string(value)});
    return number_integer(static_cast<number_integer_t>(value));
  }
  bool number_float(number_float_t value, const string_t&) override {
    std::array<char, 64> shortest{};  // TOML's numbers are written in the same way, so that both formats give the same words
    const std::to_chars_result end = std::to_chars(shortest.begin(), shortest.end(), value);
    return add({.kind = TreeNode::Kind::real, .text = std::string(shortest.begin(), end.ptr)});
  }
  bool string(string_t& value) override { return add({.kind = TreeNode::Kind::text, .text = std::move(value)}); }
  bool binary(binary_t&) override { return false; }  // not of JSON
  bool key(string_t& value) override {
    Open& open = open_.back();
    open.name_at = position_of_string();
    open.name = std::move(value);
    if (open.names.insert(open.name).second) return true;
    mistake = {.at = open.name_at, .what = "the member `" + open.name + "` is there twice"};
    return false;
  }
  bool start_object(std::size_t) override { return start(TreeNode::Kind::table); }
  bool start_array(std::size_t) override { return start(TreeNode::Kind::list); }
  bool end_object() override {
    std::ranges::sort(open_.back().node.members, {}, &TreeMember::name);
    return end();
  }
  bool end_array() override { return end(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 3, column 5: syntax error while ...": the place is said by us.
    std::string_view what = error.what();
    if (const std::size_t at = what.find("syntax error"); at != std::string_view::npos) what.remove_prefix(at);
    mistake = {.at = position_of(taken_ == text_.data() ? taken_ : taken_ - 1), .what = std::string(what)};
    return false;
  }

  TreeNode root{};
  SyntaxMistake mistake{};

 private:
  struct Open {
    TreeNode node{};
    std::string name{};  ///< of the member whose value comes next
    Position name_at{};
    std::set<std::string, std::less<>> names{};
  };

  [[nodiscard]] Position position_of(const char* at) {
    for (; counted_ < at; ++counted_) {
      if (*counted_ != '\n') continue;
      ++line_;
      line_begin_ = counted_ + 1;
    }
    return {.line = line_, .column = static_cast<std::uint32_t>(at - line_begin_) + 1};
  }
  /// The parser has just taken the closing quote. Inside of a string every quote is escaped: the first one before that is not, opens it.
  [[nodiscard]] Position position_of_string() {
    const char* at = taken_ - 1;
    for (bool opening = false; !opening && at > text_.data();) {
      --at;
      if (*at != '"') continue;
      const char* before = at;
      while (before > text_.data() && before[-1] == '\\') --before;
      opening = (at - before) % 2 == 0;
    }
    return position_of(at);
  }
  /// Where a value is: its member's name; in a list, where it ends, which is on its line.
  [[nodiscard]] Position place() {
    if (!open_.empty() && open_.back().node.kind == TreeNode::Kind::table) return open_.back().name_at;
    return position_of(taken_ == text_.data() ? taken_ : taken_ - 1);
  }
  bool start(TreeNode::Kind kind) {
    const Position at = place();
    if (open_.size() >= kTreeDepthMax) {
      mistake = {.at = at, .what = "deeper than " + std::to_string(kTreeDepthMax) + " levels"};
      return false;
    }
    open_.push_back({.node = {.kind = kind, .at = at}});
    return true;
  }
  bool end() {
    TreeNode node = std::move(open_.back().node);
    open_.pop_back();
    return put(std::move(node));
  }
  bool add(TreeNode node) {
    node.at = place();
    return put(std::move(node));
  }
  bool put(TreeNode node) {
    if (open_.empty()) {
      root = std::move(node);
    } else if (Open& open = open_.back(); open.node.kind == TreeNode::Kind::list) {
      open.node.items.push_back(std::move(node));
    } else {
      open.node.members.push_back({.name = std::move(open.name), .at = open.name_at, .value = std::move(node)});
    }
    return true;
  }

  std::string_view text_;
  const char* const& taken_;
  std::vector<Open> open_{};
  const char* counted_ = text_.data();
  const char* line_begin_ = text_.data();
  std::uint32_t line_ = 1;
};

}  // namespace

std::expected<TreeNode, SyntaxMistake> read_json(std::string_view text) {
  const char* taken = text.data();
  TreeBuilder builder(text, taken);
  if (nlohmann::json::sax_parse(CountedBytes(text.data(), &taken), CountedBytes(text.data() + text.size(), &taken), &builder))
    return std::move(builder.root);
  return std::unexpected(std::move(builder.mistake));
}

}  // namespace millrace::subset
