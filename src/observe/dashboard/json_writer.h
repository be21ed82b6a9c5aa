// JsonWriter: JSON in one pass, into a string.
#pragma once

#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "observe/log/json_text.h"

namespace millrace::observe::detail {

/// Texts are made valid UTF-8, numbers are the shortest that read back as the same; see json_text.h. Errors: std::bad_alloc.
class JsonWriter {
 public:
  template <typename Write>
  void object(Write&& write) {
    open('{');
    std::forward<Write>(write)();
    close('}');
  }
  template <typename Range, typename Write>
  void list(const Range& range, Write&& write) {
    open('[');
    for (const auto& item : range) {
      separate();
      write(item);
    }
    close(']');
  }
  /// What is written next is the value of this member.
  JsonWriter& key(std::string_view name) {
    separate();
    append_json_string(out_, name);
    out_.append(':');
    return *this;
  }
  void text(std::string_view value) { append_json_string(out_, value); }
  void boolean(bool value) { out_.append(value ? std::string_view("true") : std::string_view("false")); }
  /// JSON that was written already.
  void raw(std::string_view json) { out_.append(json); }
  void null() { out_.append("null"); }
  void number(double value) { append_json_number(out_, value); }
  void integer(std::unsigned_integral auto value) { append_number(out_, std::uint64_t{value}); }
  /// In seconds.
  void duration(Duration value) { append_seconds(out_, value); }
  /// RFC 3339, in UTC.
  void time(WallTime value) {
    out_.append('"');
    append_time(out_, value);
    out_.append('"');
  }
  template <typename T, typename Write>
  void optional(const std::optional<T>& value, Write&& write) {
    if (value)
      write(*value);
    else
      null();
  }

  [[nodiscard]] std::string take() { return std::string(out_.view()); }

 private:
  void open(char bracket) {
    out_.append(bracket);
    first_ = true;
  }
  void close(char bracket) {
    out_.append(bracket);
    first_ = false;
  }
  void separate() {
    if (!std::exchange(first_, false)) out_.append(',');
  }

  std::array<char, 4096> begin_;
  TextBuffer out_{begin_.data(), begin_.size()};
  bool first_ = true;
};

}  // namespace millrace::observe::detail
