#include "observe/log/text_record.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "base/utf8.h"
#include "observe/log/json_record.h"
#include "observe/log/json_text.h"

namespace millrace::observe {
namespace detail {
namespace {

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kDim = "\x1b[2m";

struct Shown {
  std::string_view word;  ///< all equally wide
  std::string_view colour;
};
constexpr std::array<Shown, 6> kLevels{{{"TRACE", "\x1b[90m"},
                                        {"DEBUG", "\x1b[36m"},
                                        {"INFO ", "\x1b[32m"},
                                        {"WARN ", "\x1b[33m"},
                                        {"ERROR", "\x1b[31m"},
                                        {"FATAL", "\x1b[1;31m"}}};

// Controls, line separators, and what turns the direction of writing or hides itself: text that would not look like what it is.
bool is_invisible(char32_t code) noexcept {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xAD || code == 0x61C || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF ||
         (code >= 0xFFF9 && code <= 0xFFFB) || (code >= 0xE0000 && code <= 0xE007F);
}

void append_code(TextBuffer& out, char32_t code) {
  switch (code) {
    case '\n': return out.append("\\n");
    case '\r': return out.append("\\r");
    case '\t': return out.append("\\t");
    default: break;
  }
  std::array<char, 16> digits{};
  const char* const format = code < 0x100 ? "\\x%02x" : "\\u{%x}";
  const int size = std::snprintf(digits.data(), digits.size(), format, static_cast<unsigned>(code));
  out.append(std::string_view(digits.data(), static_cast<std::size_t>(size)));
}

// 15ms, 1.5s: in the largest unit that has no more than three decimals.
void append_duration(TextBuffer& out, Duration value) {
  struct Unit {
    std::uint64_t thousandth_ns;
    std::string_view name;
  };
  static constexpr std::array<Unit, 3> kUnits{{{1'000'000, "s"}, {1'000, "ms"}, {1, "us"}}};
  const std::int64_t count = value.count();
  const std::uint64_t magnitude = count < 0 ? ~static_cast<std::uint64_t>(count) + 1 : static_cast<std::uint64_t>(count);
  if (count < 0) out.append('-');
  for (const Unit& unit : kUnits) {
    const std::uint64_t thousandths = magnitude / unit.thousandth_ns;
    if (thousandths < 1000 || magnitude % unit.thousandth_ns != 0) continue;
    append_number(out, thousandths / 1000);
    if (const std::uint64_t rest = thousandths % 1000; rest != 0) {
      const std::array<char, 4> decimals{'.', static_cast<char>('0' + rest / 100), static_cast<char>('0' + rest / 10 % 10),
                                         static_cast<char>('0' + rest % 10)};
      out.append(std::string_view(decimals.data(), rest % 100 == 0 ? 2 : rest % 10 == 0 ? 3 : 4));
    }
    return out.append(unit.name);
  }
  append_number(out, magnitude);
  out.append("ns");
}

/// Values of one record, until the text is as long as it may be.
class TextWriter {
 public:
  TextWriter(TextBuffer& out, const LogFormat& format, bool coloured) noexcept
      : out_(out), end_(out.size() + format.line_bytes_max), coloured_(coloured) {}

  void message(std::string_view text) { append_visible(out_, fitting(text), false); }
  // What stands before the next field is the caller's to say first.
  void field(const LogField& field, int depth) {
    if (coloured_) out_.append(kDim);
    text(field.key, true);
    out_.append('=');
    if (coloured_) out_.append(kReset);
    value(field.value, depth);
  }
  [[nodiscard]] bool full() const noexcept { return out_.size() >= end_; }
  void leave_out(std::size_t count) noexcept { left_out_ += count; }
  [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }

  // The error in several lines, each indented, so that none can look like a record.
  void error_lines(const LogField& field) {
    const std::string all = field.value.as_error().to_long_string();
    std::string_view rest = fitting(std::string_view(all).substr(0, all.find_last_not_of('\n') + 1));
    out_.append("\n    ");
    append_visible(out_, fitting(field.key), false);
    out_.append(": ");
    while (true) {
      const std::size_t end = rest.find('\n');
      append_visible(out_, rest.substr(0, end), false);
      if (end == std::string_view::npos) return;
      rest.remove_prefix(end + 1);
      out_.append("\n    ");
    }
  }

 private:
  [[nodiscard]] std::string_view fitting(std::string_view text) noexcept {
    const std::size_t room = full() ? 0 : end_ - out_.size();
    if (text.size() <= room) return text;
    ++left_out_;
    return cut_utf8(text, room);
  }
  // A word as it is; anything that could be misread in quotes.
  void text(std::string_view text, bool is_key) {
    text = fitting(text);
    const auto is_plain = [is_key](char c) {
      return c > 0x20 && c < 0x7F && std::string_view(R"("\=,{}[])").find(c) == std::string_view::npos && (!is_key || c != ':');
    };
    if (!text.empty() && std::ranges::all_of(text, is_plain)) return out_.append(text);
    out_.append('"');
    append_visible(out_, text, true);
    out_.append('"');
  }
  void value(const LogValue& value, int depth) {
    switch (value.kind()) {
      case LogKind::boolean: return out_.append(value.as_bool() ? "true" : "false");
      case LogKind::integer: return append_number(out_, value.as_integer());
      case LogKind::unsigned_integer: return append_number(out_, value.as_unsigned());
      case LogKind::number:
        if (std::isfinite(value.as_number())) return append_json_number(out_, value.as_number());
        return out_.append(std::isnan(value.as_number()) ? "NaN" : value.as_number() > 0 ? "Infinity" : "-Infinity");
      case LogKind::text: return text(value.as_text(), false);
      case LogKind::duration: return append_duration(out_, value.as_duration());
      case LogKind::time: return append_time(out_, value.as_time());
      case LogKind::correlation_id: return append_id(out_, value.as_correlation_id());
      case LogKind::error: return text(value.as_error().message(), false);
      case LogKind::object: return group('{', value.as_object(), '}', depth);
      case LogKind::list: return group('[', value.as_list(), ']', depth);
      case LogKind::null:
      case LogKind::deferred:
      case LogKind::spread: break;
    }
    out_.append("null");
  }
  template <typename Member>
  void group(char open, std::span<const Member> members, char close, int depth) {
    out_.append(open);
    bool first = true;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (full() || depth >= LogFormat::kDepthMax || i == LogFormat::kFieldsMax) {
        leave_out(members.size() - i);
        break;
      }
      if constexpr (std::is_same_v<Member, LogField>)
        if (is_given_again(members, i)) continue;
      if (!first) out_.append(open == '{' ? " " : ", ");
      first = false;
      if constexpr (std::is_same_v<Member, LogField>)
        field(members[i], depth + 1);
      else
        value(members[i], depth + 1);
    }
    out_.append(close);
  }

  TextBuffer& out_;
  std::size_t end_;
  bool coloured_;
  std::uint64_t left_out_ = 0;
};

// hh:mm:ss.mmm with its date: what RFC 3339 has, without the digits that no eye needs.
void append_short_time(TextBuffer& out, WallTime time) {
  std::array<char, 32> memory{};
  TextBuffer whole(memory.data(), memory.size());
  append_time(whole, time);
  out.append(whole.view().substr(0, 23));
  out.append('Z');
}

template <typename Each>
void for_each_field(const LogRecord& record, TextWriter& writer, Each each) {
  const auto fields = record.fields.first(std::min(record.fields.size(), LogFormat::kFieldsMax));
  writer.leave_out(record.fields.size() - fields.size());
  for (const LogField& bound : record.bound)
    if (!has_key(fields, bound.key)) each(bound);
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (!is_given_again(fields, i)) each(fields[i]);
}

}  // namespace

void append_visible(TextBuffer& out, std::string_view text, bool in_quotes) {
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    if (!character.valid)
      out.append(kReplacementUtf8);
    else if (is_invisible(character.code))
      append_code(out, character.code);
    else {
      if (in_quotes && (character.code == '"' || character.code == '\\')) out.append('\\');
      out.append(text.substr(0, character.bytes));
    }
    text.remove_prefix(character.bytes);
  }
}

void append_body(TextBuffer& out, const LogRecord& record, bool coloured) {
  static constexpr LogFormat kPlain{};
  TextWriter writer(out, record.frame != nullptr ? record.frame->format : kPlain, coloured);
  writer.message(record.message);
  bool first = true;
  bool errors = false;
  for_each_field(record, writer, [&](const LogField& field) {
    if (writer.full()) return writer.leave_out(1);
    out.append(first ? "  " : " ");
    first = false;
    writer.field(field, 0);
    errors |= field.value.kind() == LogKind::error;
  });
  if (writer.left_out() != 0) {
    out.append(" (left out: ");
    append_number(out, writer.left_out());
    out.append(')');
  }
  if (!errors) return;
  for_each_field(record, writer, [&](const LogField& field) {
    if (field.value.kind() == LogKind::error && !writer.full()) writer.error_lines(field);
  });
}

void append_text(TextBuffer& out, const LogRecord& record, bool coloured) {
  const Shown& level = kLevels[std::min<std::size_t>(static_cast<std::size_t>(record.level), kLevels.size() - 1)];
  if (coloured) out.append(kDim);
  append_short_time(out, record.time);
  if (coloured) out.append(kReset);
  out.append(' ');
  if (coloured) out.append(level.colour);
  out.append(level.word);
  if (coloured) out.append(kReset);
  out.append(" [");
  append_visible(out, record.category, false);
  out.append("] ");
  append_body(out, record, coloured);
}

}  // namespace detail

std::string LogRecord::text() const {
  detail::TextBuffer out(nullptr, 0);
  detail::append_text(out, *this, false);
  return std::string(out.view());
}

std::string LogRecord::body_text() const {
  detail::TextBuffer out(nullptr, 0);
  detail::append_body(out, *this, false);
  return std::string(out.view());
}

}  // namespace millrace::observe
