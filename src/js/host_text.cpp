// Text, Base64 and bytes for the built-ins.
#include <algorithm>
#include <string>

#include "js/base64.h"
#include "js/host_functions.h"
#include "js/legacy_text.h"
#include "js/text.h"

namespace millrace::js {
namespace {

/// Node's, which programs may have heard of; the engine could hold a little more.
constexpr std::size_t kTextMax = 0x1fffffe8;

enum class Encoding : std::uint8_t { utf8, utf16le, utf16be, windows1252 };  // as in encoding_labels.js
constexpr unsigned kFatal = 8;

Scratch& scratch_of(HostCall& call) { return core_of(call).scratch(); }

/// A count that a built-in passes; the built-ins are ours, but memory safety does not depend on them.
std::size_t count_of(std::int32_t number, std::size_t max) {
  return number > 0 ? std::min(static_cast<std::size_t>(number), max) : 0;
}

const char* chars(const std::byte* bytes) { return reinterpret_cast<const char*>(bytes); }

Local throw_too_long(HostCall& call) {
  call.throw_value(call.engine().error("Cannot create a string longer than 0x1fffffe8 characters", "ERR_STRING_TOO_LONG"));
  return {};
}

/// Nothing when the input is malformed and that is an error.
Local decode_utf8_strictly(Engine& engine, std::string_view bytes) {
  const Utf8Facts facts = look_at_utf8(bytes);
  if (facts.is_ascii) return engine.narrow_string(bytes);
  if (facts.utf16_units > bytes.size()) return {};
  return engine.wide_string(facts.utf16_units, [&](char16_t* to) { return decode_valid_utf8(bytes, {to, facts.utf16_units}); });
}

/// The bytes that btoa() and atob() work on, one for each character. Nothing when a character is no byte.
std::optional<std::span<const std::uint8_t>> byte_characters(const TextView& text, std::string& storage) {
  std::string_view bytes = text.narrow();
  if (!text.is_narrow()) {
    storage.reserve(text.size());
    for (const char16_t unit : text.wide()) {
      if (unit > 0xff) return std::nullopt;
      storage.push_back(static_cast<char>(unit));
    }
    bytes = storage;
  }
  return std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

Local scratch(HostCall& call) { return call.engine().shared_bytes(scratch_of(call).shared()); }

Local encode_text(HostCall& call) {
  const TextView text(call.engine(), call.at(0));
  std::array<std::byte, Scratch::kBytes>& scratch = scratch_of(call).bytes;
  const std::span<char> to(reinterpret_cast<char*>(scratch.data()), scratch.size());
  const Encoded encoded = text.is_narrow() ? encode_utf8(text.narrow(), to) : encode_utf8(text.wide(), to);
  if (encoded.read == text.size()) return call.engine().number(static_cast<double>(encoded.written));
  const std::string utf8 = text.is_narrow() ? latin1_to_utf8(text.narrow()) : utf16_to_utf8(text.wide());
  return call.engine().bytes(std::as_bytes(std::span(utf8)));
}

Local encode_text_part(HostCall& call) {
  const TextView text(call.engine(), call.at(0));
  Scratch& scratch = scratch_of(call);
  const std::size_t skip = count_of(scratch.numbers[0], text.size());
  const std::span<char> to(reinterpret_cast<char*>(scratch.bytes.data()), count_of(scratch.numbers[1], Scratch::kBytes));
  const Encoded encoded =
      text.is_narrow() ? encode_utf8(text.narrow().substr(skip), to) : encode_utf8(text.wide().substr(skip), to);
  static_assert(Scratch::kBytes < 1 << 15);
  return call.engine().number(static_cast<double>((encoded.read << 15) + encoded.written));
}

Local decode_text(HostCall& call) {
  Engine& engine = call.engine();
  Scratch& scratch = scratch_of(call);
  const std::size_t flags = count_of(scratch.numbers[0], 2 * kFatal - 1);
  const auto encoding =
      static_cast<Encoding>(std::min<std::size_t>(flags % kFatal, static_cast<std::size_t>(Encoding::windows1252)));
  const std::span<const std::byte> all = call.count() > 0 ? engine.bytes_of(call.at(0)) : std::span<const std::byte>(scratch.bytes);
  const std::size_t end = count_of(scratch.numbers[1], all.size()), start = count_of(scratch.numbers[2], end);
  const std::string_view bytes(chars(all.data()) + start, end - start);
  if (bytes.size() > kTextMax) return throw_too_long(call);
  const bool fatal = flags >= kFatal;
  if (encoding == Encoding::utf8) return fatal ? decode_utf8_strictly(engine, bytes) : engine.string(bytes);
  if (encoding == Encoding::windows1252 && is_ascii(bytes)) return engine.narrow_string(bytes);
  std::u16string units(bytes.size(), u'\0');
  const Decoded decoded = encoding == Encoding::windows1252 ? decode_windows_1252(bytes, units.data())
                                                            : decode_utf16(bytes, encoding == Encoding::utf16be, units.data());
  if (decoded.malformed && fatal) return {};
  return engine.string(std::u16string_view(units).substr(0, decoded.units));
}

Local decode_legacy_text(HostCall& call) {
  constexpr unsigned kEncodingBits = 63, kFatalLegacy = 64, kMore = 128;
  Engine& engine = call.engine();
  Scratch& scratch = scratch_of(call);
  const std::size_t flags = count_of(scratch.numbers[0], 255);
  const auto encoding = static_cast<LegacyEncoding>(std::min<std::size_t>(flags & kEncodingBits, kLegacyEncodings - 1));
  const std::span<const std::byte> all = call.count() > 0 ? engine.bytes_of(call.at(0)) : std::span<const std::byte>(scratch.bytes);
  const std::string_view bytes(chars(all.data()), count_of(scratch.numbers[1], all.size()));
  const auto state = static_cast<unsigned>(count_of(scratch.numbers[2], 7));
  if (bytes.size() > kTextMax) return throw_too_long(call);
  if (encoding != LegacyEncoding::iso_2022_jp && is_ascii(bytes)) {
    scratch.numbers[1] = scratch.numbers[2] = 0;
    return engine.narrow_string(bytes);
  }
  std::u16string units(bytes.size(), u'\0');
  const LegacyDecoded decoded =
      decode_legacy(core_of(call).legacy_indexes(), encoding, bytes, state, (flags & kMore) != 0, units.data());
  if (decoded.malformed && (flags & kFatalLegacy) != 0) return {};
  scratch.numbers[1] = static_cast<std::int32_t>(decoded.tail);
  scratch.numbers[2] = static_cast<std::int32_t>(decoded.state);
  return engine.string(std::u16string_view(units).substr(0, decoded.units));
}

Local uint8_length(HostCall& call) {
  const auto length = call.engine().uint8_length(call.at(0));
  return call.engine().number(length ? static_cast<double>(*length) : -1);
}

Local encode_base64(HostCall& call) {
  std::string storage;
  const TextView text(call.engine(), call.at(0));
  const auto bytes = byte_characters(text, storage);
  if (!bytes) return {};
  if (bytes->size() > kTextMax / 4 * 3) return throw_too_long(call);
  return call.engine().narrow_string(base64_size(bytes->size()), [&](char* to) { return base64_encode(*bytes, to), true; });
}

Local decode_base64(HostCall& call) {
  std::string storage, result;
  const TextView text(call.engine(), call.at(0));
  const auto characters = byte_characters(text, storage);
  if (!characters) return {};
  if (const auto size = base64_plain_size(*characters))
    if (const Local plain =
            call.engine().narrow_string(*size, [&](char* to) { return base64_decode_plain(*characters, {to, *size}); }))
      return plain;
  result.resize(characters->size());
  const Base64Result decoded = base64_decode(*characters, reinterpret_cast<std::uint8_t*>(result.data()));
  if (decoded.error) return *decoded.error == Base64Error::length ? call.engine().null() : Local{};
  return call.engine().narrow_string(std::string_view(result).substr(0, decoded.written));
}

}  // namespace millrace::js
