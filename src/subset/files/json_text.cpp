#include "subset/files/json_text.h"

#include <cstddef>

namespace millrace::subset {
namespace {

/// Reads from the front; each function says whether what it is named after stood there.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) noexcept : rest_(text) {}

  bool whole() noexcept {
    space();
    if (!value(0)) return false;
    space();
    return rest_.empty();
  }

 private:
  [[nodiscard]] char next() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
  bool take(char c) noexcept {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool word(std::string_view expected) noexcept {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  void space() noexcept {
    while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r') rest_.remove_prefix(1);
  }
  bool digits() noexcept {
    bool any = false;
    for (; next() >= '0' && next() <= '9'; any = true) rest_.remove_prefix(1);
    return any;
  }
  bool number() noexcept {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }
  /// What stands behind \u; -1: nothing of the kind.
  int four_digits() noexcept {
    if (rest_.size() < 4) return -1;
    int code = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const char c = rest_[i];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return -1;
      code = code * 16 + digit;
    }
    rest_.remove_prefix(4);
    return code;
  }
  bool escape() noexcept {
    if (take('u')) {
      const int code = four_digits();
      if (code < 0 || (code >= 0xDC00 && code <= 0xDFFF)) return false;
      if (code < 0xD800 || code > 0xDBFF) return true;
      if (!word("\\u")) return false;
      const int second = four_digits();
      return second >= 0xDC00 && second <= 0xDFFF;
    }
    if (rest_.empty() || std::string_view("\"\\/bfnrt").find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool string() noexcept {
    if (!take('"')) return false;
    while (!rest_.empty()) {
      if (take('"')) return true;
      if (take('\\')) {
        if (!escape()) return false;
      } else {
        if (static_cast<unsigned char>(rest_.front()) < 0x20) return false;
        rest_.remove_prefix(1);
      }
    }
    return false;
  }
  bool member(bool named, int depth) noexcept {
    space();
    if (named) {
      if (!string()) return false;
      space();
      if (!take(':')) return false;
      space();
    }
    if (!value(depth)) return false;
    space();
    return true;
  }
  bool list(char end, int depth) noexcept {
    if (depth > kJsonDepthMax) return false;
    space();
    if (take(end)) return true;
    do {
      if (!member(end == '}', depth)) return false;
    } while (take(','));
    return take(end);
  }
  bool value(int depth) noexcept {  // NOLINT(misc-no-recursion): list() ends it at kJsonDepthMax
    switch (next()) {
      case '"': return string();
      case '{': return take('{') && list('}', depth + 1);
      case '[': return take('[') && list(']', depth + 1);
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  std::string_view rest_;
};

}  // namespace

void append_json_string(std::string& to, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  to += '"';
  for (const char c : text) {
    switch (c) {
      case '"': to += "\\\""; continue;
      case '\\': to += "\\\\"; continue;
      case '\b': to += "\\b"; continue;
      case '\f': to += "\\f"; continue;
      case '\n': to += "\\n"; continue;
      case '\r': to += "\\r"; continue;
      case '\t': to += "\\t"; continue;
      default: break;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20)
      ((to += "\\u00") += kDigits[byte >> 4]) += kDigits[byte & 15];
    else
      to += c;
  }
  to += '"';
}

bool is_json(std::string_view text) noexcept { return JsonReader(text).whole(); }

}  // namespace millrace::subset
