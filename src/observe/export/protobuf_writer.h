// Writes protobuf's wire format. Its members are those of OtlpJsonWriter, so that one description of a message serves both.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/utf8.h"

namespace millrace::observe {

/// Every member takes a field's number and its name in JSON. Values that are the default of proto3 are left out, except by the members
/// whose name says so: alternatives of a oneof, and optional fields.
/// Source  https://protobuf.dev/programming-guides/encoding/
class ProtobufWriter {
 public:
  void text(unsigned number, std::string_view name, std::string_view value) {
    if (!value.empty()) text_always(number, name, value);
  }
  void text_always(unsigned number, std::string_view /*name*/, std::string_view value) { bytes(number, mended_utf8(value)); }
  /// Bytes in protobuf, hexadecimal digits in JSON.
  void id(unsigned number, std::string_view /*name*/, std::span<const std::uint8_t> value) {
    tag(number, kLength);
    varint(value.size());
    out_.append(reinterpret_cast<const char*>(value.data()), value.size());
  }
  /// uint32, and enumerations.
  void small(unsigned number, std::string_view /*name*/, std::uint32_t value) {
    if (value == 0) return;
    tag(number, kVarint);
    varint(value);
  }
  void boolean_always(unsigned number, std::string_view /*name*/, bool value) {
    tag(number, kVarint);
    varint(value ? 1 : 0);
  }
  void boolean(unsigned number, std::string_view name, bool value) {
    if (value) boolean_always(number, name, value);
  }
  void int64_always(unsigned number, std::string_view /*name*/, std::int64_t value) {
    tag(number, kVarint);
    varint(static_cast<std::uint64_t>(value));
  }
  void sint32(unsigned number, std::string_view /*name*/, std::int32_t value) {
    if (value == 0) return;
    tag(number, kVarint);
    varint((static_cast<std::uint32_t>(value) << 1) ^ static_cast<std::uint32_t>(value >> 31));  // zigzag
  }
  void fixed32(unsigned number, std::string_view /*name*/, std::uint32_t value) {
    if (value == 0) return;
    tag(number, kFixed32);
    little_endian(value);
  }
  void fixed64(unsigned number, std::string_view /*name*/, std::uint64_t value) {
    if (value == 0) return;
    tag(number, kFixed64);
    little_endian(value);
  }
  void sfixed64_always(unsigned number, std::string_view /*name*/, std::int64_t value) {
    tag(number, kFixed64);
    little_endian(static_cast<std::uint64_t>(value));
  }
  void real_always(unsigned number, std::string_view /*name*/, double value) {
    tag(number, kFixed64);
    little_endian(std::bit_cast<std::uint64_t>(value));
  }
  void fixed64_list(unsigned number, std::string_view /*name*/, std::span<const std::uint64_t> values) {
    if (values.empty()) return;
    tag(number, kLength);
    varint(8 * values.size());
    for (const std::uint64_t value : values) little_endian(value);
  }
  void varint_list(unsigned number, std::string_view name, std::span<const std::uint64_t> values) {
    if (values.empty()) return;
    message(number, name, [this, values] {
      for (const std::uint64_t value : values) varint(value);
    });
  }
  void real_list(unsigned number, std::string_view /*name*/, std::span<const double> values) {
    if (values.empty()) return;
    tag(number, kLength);
    varint(8 * values.size());
    for (const double value : values) little_endian(std::bit_cast<std::uint64_t>(value));
  }
  template <typename Write>
  void message(unsigned number, std::string_view /*name*/, Write&& write) {
    tag(number, kLength);
    const std::size_t length_at = out_.size();
    out_.push_back('\0');  // most messages are shorter than 128 bytes; those that are not move by the bytes that their length takes
    write();
    set_length(length_at);
  }
  template <typename Range, typename Write>
  void each(unsigned number, std::string_view name, const Range& range, Write&& write) {
    for (const auto& item : range) message(number, name, [&write, &item] { write(item); });
  }

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  static constexpr unsigned kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5;

  void bytes(unsigned number, std::string_view value) {
    tag(number, kLength);
    varint(value.size());
    out_ += value;
  }
  void tag(unsigned number, unsigned type) { varint((std::uint64_t{number} << 3) | type); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<char>((value & 0x7f) | 0x80));
    out_.push_back(static_cast<char>(value));
  }
  template <typename T>
  void little_endian(T value) {
    char bytes[sizeof value];
    for (char& byte : bytes) {
      byte = static_cast<char>(value & 0xff);
      value = static_cast<T>(value >> 8);
    }
    out_.append(bytes, sizeof bytes);
  }
  void set_length(std::size_t length_at) {
    std::uint64_t length = out_.size() - length_at - 1;
    std::string more;
    for (; length >= 0x80; length >>= 7) more.push_back(static_cast<char>((length & 0x7f) | 0x80));
    more.push_back(static_cast<char>(length));
    out_.replace(length_at, 1, more);
  }

  std::string out_;
};

}  // namespace millrace::observe
