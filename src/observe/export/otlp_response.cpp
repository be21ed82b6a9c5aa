#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include <millrace/observe/otlp.h>

#include "observe/export/json_reader.h"

namespace millrace::observe {
namespace {

// ExportTraceServiceResponse and ExportMetricsServiceResponse are alike: partial_success = 1, in it a count = 1 and error_message = 2.
constexpr std::uint64_t kPartialSuccess = 1;
constexpr std::uint64_t kRejected = 1;
constexpr std::uint64_t kMessage = 2;

/// One field of protobuf's wire format.
struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;   // of a varint
  std::string_view bytes{};  // of a length-delimited field
};

class ProtoReader {
 public:
  explicit ProtoReader(std::string_view bytes) noexcept : rest_(bytes) {}
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  /// Null when the bytes are no field.
  [[nodiscard]] std::optional<Field> next() noexcept {
    const auto tag = varint();
    if (!tag || *tag >> 3 == 0) return std::nullopt;
    Field field{.number = *tag >> 3};
    switch (*tag & 7) {
      case 0: {
        const auto value = varint();
        if (!value) return std::nullopt;
        field.value = *value;
        return field;
      }
      case 1: return skip(8) ? std::optional(field) : std::nullopt;
      case 2: {
        const auto length = varint();
        if (!length || *length > rest_.size()) return std::nullopt;
        field.bytes = rest_.substr(0, *length);
        rest_.remove_prefix(*length);
        return field;
      }
      case 5: return skip(4) ? std::optional(field) : std::nullopt;
      default: return std::nullopt;
    }
  }

 private:
  [[nodiscard]] bool skip(std::size_t bytes) noexcept {
    if (rest_.size() < bytes) return false;
    rest_.remove_prefix(bytes);
    return true;
  }
  [[nodiscard]] std::optional<std::uint64_t> varint() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }
  std::string_view rest_;
};

/// A count below zero makes no sense and counts as zero.
std::uint64_t count_of(std::int64_t value) noexcept { return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)); }

std::optional<OtlpPartialSuccess> read_protobuf(std::string_view body) {
  OtlpPartialSuccess result;
  for (ProtoReader outer(body); !outer.at_end();) {
    const auto field = outer.next();
    if (!field) return std::nullopt;
    if (field->number != kPartialSuccess) continue;
    for (ProtoReader inner(field->bytes); !inner.at_end();) {
      const auto part = inner.next();
      if (!part) return std::nullopt;
      if (part->number == kRejected) result.rejected = count_of(static_cast<std::int64_t>(part->value));
      if (part->number == kMessage) result.message = part->bytes;
    }
  }
  return result;
}

std::optional<OtlpPartialSuccess> read_json(std::string_view body, OtlpSignal signal) {
  OtlpPartialSuccess result;
  const std::string_view count_key = signal == OtlpSignal::traces ? "rejectedSpans" : "rejectedDataPoints";
  bool understood = true;
  const bool well_formed = read_json_object(body, [&](std::span<const std::string> path, std::string_view value) {
    if (path.size() != 2 || path[0] != "partialSuccess") return;
    if (path[1] == "errorMessage") result.message = value;
    if (path[1] != count_key) return;
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
    if (error != std::errc() || end != value.data() + value.size()) understood = false;
    result.rejected = count_of(count);
  });
  if (!well_formed || !understood) return std::nullopt;
  return result;
}

}  // namespace

Result<OtlpPartialSuccess> decode_response(std::string_view body, OtlpFormat format, OtlpSignal signal) {
  if (body.empty()) return OtlpPartialSuccess{};
  auto read = format == OtlpFormat::json ? read_json(body, signal) : read_protobuf(body);
  if (!read) return fail(Errc::invalid_argument, "the reply is not an OTLP response");
  return *std::move(read);
}

}  // namespace millrace::observe
