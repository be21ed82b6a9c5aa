// Writes OTLP's JSON. Its members are those of ProtobufWriter, which says what they mean.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/utf8.h"

namespace millrace::observe {

/// Protobuf's mapping to JSON with the exceptions of OTLP: ids in hexadecimal digits, enumerations as numbers; integers of 64 bits are
/// texts, since JavaScript's numbers cannot hold all of them.
/// Source  https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
class OtlpJsonWriter {
 public:
  OtlpJsonWriter() : out_("{") {}

  void text(unsigned number, std::string_view name, std::string_view value) {
    if (!value.empty()) text_always(number, name, value);
  }
  void text_always(unsigned /*number*/, std::string_view name, std::string_view value) {
    key(name);
    quoted(value);
  }
  void id(unsigned /*number*/, std::string_view name, std::span<const std::uint8_t> value) {
    key(name);
    out_ += '"';
    for (const std::uint8_t byte : value) hex_byte(byte);
    out_ += '"';
  }
  void small(unsigned /*number*/, std::string_view name, std::uint32_t value) {
    if (value == 0) return;
    key(name);
    digits(value);
  }
  void boolean_always(unsigned /*number*/, std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
  }
  void boolean(unsigned number, std::string_view name, bool value) {
    if (value) boolean_always(number, name, value);
  }
  void int64_always(unsigned /*number*/, std::string_view name, std::int64_t value) {
    key(name);
    quoted_digits(value);
  }
  void sint32(unsigned /*number*/, std::string_view name, std::int32_t value) {
    if (value == 0) return;
    key(name);
    digits(value);
  }
  void fixed32(unsigned number, std::string_view name, std::uint32_t value) { small(number, name, value); }
  void fixed64(unsigned /*number*/, std::string_view name, std::uint64_t value) {
    if (value == 0) return;
    key(name);
    quoted_digits(value);
  }
  void sfixed64_always(unsigned number, std::string_view name, std::int64_t value) { int64_always(number, name, value); }
  void real_always(unsigned /*number*/, std::string_view name, double value) {
    key(name);
    real(value);
  }
  void fixed64_list(unsigned /*number*/, std::string_view name, std::span<const std::uint64_t> values) {
    list(name, values, [this](std::uint64_t value) { quoted_digits(value); });
  }
  void varint_list(unsigned number, std::string_view name, std::span<const std::uint64_t> values) {
    fixed64_list(number, name, values);
  }
  void real_list(unsigned /*number*/, std::string_view name, std::span<const double> values) {
    list(name, values, [this](double value) { real(value); });
  }
  template <typename Write>
  void message(unsigned /*number*/, std::string_view name, Write&& write) {
    key(name);
    object(std::forward<Write>(write));
  }
  template <typename Range, typename Write>
  void each(unsigned /*number*/, std::string_view name, const Range& range, Write&& write) {
    list(name, range, [this, &write](const auto& item) { object([&write, &item] { write(item); }); });
  }

  [[nodiscard]] std::string take() && { return std::move(out_) + '}'; }

 private:
  template <typename Range, typename Write>
  void list(std::string_view name, const Range& range, Write&& write) {
    if (std::ranges::empty(range)) return;
    key(name);
    out_ += '[';
    bool first = true;
    for (const auto& item : range) {
      if (!std::exchange(first, false)) out_ += ',';
      write(item);
    }
    out_ += ']';
  }
  template <typename Write>
  void object(Write&& write) {
    out_ += '{';
    write();
    out_ += '}';
  }
  void key(std::string_view name) {
    if (out_.back() != '{') out_ += ',';  // nothing but the start of its object stands before a first member
    out_ += '"';
    out_ += name;
    out_ += "\":";
  }
  template <typename Integer>
  void digits(Integer value) {
    char text[24];
    out_.append(text, std::to_chars(text, text + sizeof text, value).ptr);
  }
  template <typename Integer>
  void quoted_digits(Integer value) {
    out_ += '"';
    digits(value);
    out_ += '"';
  }
  void real(double value) {
    if (std::isnan(value)) {
      out_ += "\"NaN\"";
    } else if (std::isinf(value)) {
      out_ += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    } else {
      char text[32];
      out_.append(text, std::to_chars(text, text + sizeof text, value).ptr);
    }
  }
  void hex_byte(std::uint8_t byte) {
    static constexpr char kDigits[] = "0123456789abcdef";
    out_ += kDigits[byte >> 4];
    out_ += kDigits[byte & 0xf];
  }
  void quoted(std::string_view value) {
    out_ += '"';
    escaped(mended_utf8(value));
    out_ += '"';
  }
  void escaped(std::string_view value) {
    for (const char c : value) {
      if (c == '"' || c == '\\') {
        out_ += '\\';
        out_ += c;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        out_ += "\\u00";
        hex_byte(static_cast<std::uint8_t>(c));
      } else {
        out_ += c;
      }
    }
  }

  std::string out_;
};

}  // namespace millrace::observe
