#include "observe/export/json_reader.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/utf8.h"

namespace millrace::observe {
namespace {

void append_utf8(std::string& out, char32_t code) {
  char bytes[4];
  out.append(bytes, put_utf8(bytes, code));
}

class Reader {
 public:
  Reader(std::string_view text, const JsonScalar& on_scalar) noexcept : rest_(text), on_scalar_(on_scalar) {}

  bool whole() {
    blank();
    if (!at('{') || !object(1)) return false;
    blank();
    return rest_.empty();
  }

 private:
  [[nodiscard]] bool at(char c) const noexcept { return !rest_.empty() && rest_.front() == c; }
  bool take(char c) noexcept {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void blank() noexcept { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }
  void tell(std::string_view value) {
    if (arrays_ == 0) on_scalar_(path_, value);
  }

  bool value(std::size_t depth) {
    blank();
    if (at('{')) return object(depth + 1);
    if (at('[')) return array(depth + 1);
    if (at('"')) {
      const auto read = text();
      if (read) tell(*read);
      return read.has_value();
    }
    for (const std::string_view word : {"true", "false", "null"}) {
      if (!rest_.starts_with(word)) continue;
      tell(word);
      rest_.remove_prefix(word.size());
      return true;
    }
    return number();
  }

  bool object(std::size_t depth) {
    if (depth > kJsonDepthMax || !take('{')) return false;
    blank();
    if (take('}')) return true;
    do {
      blank();
      auto key = text();
      blank();
      if (!key || !take(':')) return false;
      path_.push_back(*std::move(key));
      if (!value(depth)) return false;
      path_.pop_back();
      blank();
    } while (take(','));
    return take('}');
  }

  bool array(std::size_t depth) {
    if (depth > kJsonDepthMax || !take('[')) return false;
    blank();
    if (take(']')) return true;
    ++arrays_;
    do {
      if (!value(depth)) return false;
      blank();
    } while (take(','));
    --arrays_;
    return take(']');
  }

  bool number() {
    const std::string_view begin = rest_;
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    tell(begin.substr(0, begin.size() - rest_.size()));
    return true;
  }
  bool digits() noexcept {
    const std::size_t count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(count);
    return count > 0;
  }

  std::optional<std::string> text() {
    if (!take('"')) return std::nullopt;
    std::string read;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return read;
      if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
      if (c != '\\')
        read += c;
      else if (!escape(read))
        return std::nullopt;
    }
    return std::nullopt;
  }

  bool escape(std::string& read) {
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c != 'u') {
      const std::size_t found = kNames.find(c);
      if (found == std::string_view::npos) return false;
      read += kMeanings[found];
      return true;
    }
    auto unit = code_unit();
    if (!unit) return false;
    if (*unit >= 0xd800 && *unit < 0xdc00 && rest_.starts_with("\\u")) {
      const std::string_view before = rest_;
      rest_.remove_prefix(2);
      const auto low = code_unit();
      if (!low) return false;
      if (*low >= 0xdc00 && *low < 0xe000) {
        append_utf8(read, 0x10000 + ((*unit - 0xd800) << 10) + (*low - 0xdc00));
        return true;
      }
      rest_ = before;
    }
    append_utf8(read, *unit >= 0xd800 && *unit < 0xe000 ? kReplacementCharacter : *unit);
    return true;
  }
  std::optional<std::uint32_t> code_unit() noexcept {
    const std::string_view digits = rest_.substr(0, 4);
    std::uint32_t unit = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (error != std::errc() || digits.size() != 4 || end != digits.data() + 4) return std::nullopt;
    rest_.remove_prefix(4);
    return unit;
  }

  std::string_view rest_;
  const JsonScalar& on_scalar_;
  std::vector<std::string> path_;
  std::size_t arrays_ = 0;
};

}  // namespace

bool read_json_object(std::string_view text, const JsonScalar& on_scalar) { return Reader(text, on_scalar).whole(); }

}  // namespace millrace::observe
