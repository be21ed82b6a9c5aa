#include <millrace/observe/trace_context.h>

#include <utility>

#include "observe/trace/hex.h"

namespace millrace::observe {
namespace {

// version "-" trace id "-" parent id "-" flags
constexpr std::size_t kTraceAt = 3;
constexpr std::size_t kSpanAt = 36;
constexpr std::size_t kFlagsAt = 53;
constexpr std::size_t kParentLength = 55;

std::unexpected<Error> malformed(std::string_view what) {
  return fail(Errc::invalid_argument, std::string("traceparent: ") + std::string(what));
}

}  // namespace

std::array<std::uint8_t, 16> TraceId::bytes() const noexcept {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
  }
  return bytes;
}

std::array<std::uint8_t, 8> SpanId::bytes() const noexcept {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
  return bytes;
}

std::string TraceId::to_string() const {
  std::string text;
  text.reserve(32);
  put_hex(text, high, 16);
  put_hex(text, low, 16);
  return text;
}

std::string SpanId::to_string() const {
  std::string text;
  put_hex(text, value, 16);
  return text;
}

Result<SpanContext> parse_traceparent(std::string_view header) {
  if (header.size() < kParentLength) return malformed("shorter than 55 characters");
  const auto version = parse_hex(header.substr(0, 2));
  if (!version || *version == 0xff) return malformed("the version is not one");
  if (*version == 0 && header.size() != kParentLength) return malformed("version 00 has 55 characters");
  // What a later version adds begins with a dash, or its last known field would be longer than it is.
  if (header.size() > kParentLength && header[kParentLength] != '-') return malformed("no '-' after the flags");
  if (header[kTraceAt - 1] != '-' || header[kSpanAt - 1] != '-' || header[kFlagsAt - 1] != '-')
    return malformed("no '-' between two fields");
  const auto high = parse_hex(header.substr(kTraceAt, 16));
  const auto low = parse_hex(header.substr(kTraceAt + 16, 16));
  const auto span = parse_hex(header.substr(kSpanAt, 16));
  const auto flags = parse_hex(header.substr(kFlagsAt, 2));
  if (!high || !low || !span || !flags) return malformed("a field is not of lower-case hexadecimal digits");
  SpanContext context{.trace = {.high = *high, .low = *low},
                      .span = {.value = *span},
                      .flags = static_cast<std::uint8_t>(*flags & TraceFlags::kKnown),
                      .remote = true,
                      .state = {}};
  if (!context.trace.valid()) return malformed("the trace id is zero");
  if (!context.span.valid()) return malformed("the parent id is zero");
  return context;
}

std::string format_traceparent(const SpanContext& context) {
  if (!context.valid()) return {};
  std::string text = "00-";
  text.reserve(kParentLength);
  put_hex(text, context.trace.high, 16);
  put_hex(text, context.trace.low, 16);
  text += '-';
  put_hex(text, context.span.value, 16);
  text += '-';
  put_hex(text, context.flags & TraceFlags::kKnown, 2);
  return text;
}

Result<SpanContext> extract_context(std::string_view traceparent, std::span<const std::string_view> tracestates) {
  auto context = parse_traceparent(traceparent);
  if (!context) return context;
  std::string joined;
  for (const std::string_view header : tracestates) {
    if (joined.size() + header.size() > TraceState::kParsedMax) return context;  // too long to be read: as if malformed
    if (!joined.empty()) joined += ',';
    joined += header;
  }
  if (auto state = TraceState::parse(joined)) context->state = *std::move(state);
  return context;
}

TraceHeaders inject_context(const SpanContext& context) {
  if (!context.valid()) return {};
  return {.traceparent = format_traceparent(context), .tracestate = context.state.to_header()};
}

}  // namespace millrace::observe
