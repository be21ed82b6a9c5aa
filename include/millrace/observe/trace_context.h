// Trace context: which trace and span some work belongs to, and the headers by which it travels between services.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <millrace/result.h>

namespace millrace::observe {

/// Names a trace: 128 bits, the same in every service it passes. All zero: none.
struct TraceId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  [[nodiscard]] bool valid() const noexcept { return (high | low) != 0; }
  /// In the order in which they are written.
  [[nodiscard]] std::array<std::uint8_t, 16> bytes() const noexcept;
  [[nodiscard]] std::string to_string() const;  ///< 32 characters, lower case
  friend bool operator==(const TraceId&, const TraceId&) = default;
};

/// Names a span inside its trace: 64 bits. All zero: none.
struct SpanId {
  std::uint64_t value = 0;
  [[nodiscard]] bool valid() const noexcept { return value != 0; }
  [[nodiscard]] std::array<std::uint8_t, 8> bytes() const noexcept;
  [[nodiscard]] std::string to_string() const;  ///< 16 characters, lower case
  friend bool operator==(const SpanId&, const SpanId&) = default;
};

/// What the tracing systems along the way add to a trace: a list of keys and values, the one changed last in front. An immutable value.
/// Thread    any. Cost: copying counts a reference, and nothing when empty; get() walks the text.
/// Source    https://www.w3.org/TR/trace-context-2/#tracestate-header
class TraceState {
 public:
  static constexpr std::size_t kMembersMax = 32;
  static constexpr std::size_t kKeyMax = 256;
  static constexpr std::size_t kValueMax = 256;
  /// What every service must pass on, and what to_header() cuts to.
  static constexpr std::size_t kHeaderMax = 512;
  /// The longest text that parse() looks at: kMembersMax of the longest members, each with a little white space.
  static constexpr std::size_t kParsedMax = kMembersMax * (kKeyMax + kValueMax + 4);

  TraceState() noexcept = default;
  /// Reads a header's value; several headers are joined by commas first. Empty members and white space around members are left out.
  /// Errors    Errc::invalid_argument for a malformed member, a key that comes twice, more than kMembersMax members or kParsedMax characters.
  [[nodiscard]] static Result<TraceState> parse(std::string_view header);

  [[nodiscard]] bool empty() const noexcept { return text_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept;
  /// Lives as long as this value or a copy of it.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view key) const noexcept;
  /// A copy with this member in front, and no other of that key. At kMembersMax the last one falls out, as the standard says.
  /// Errors    Errc::invalid_argument for a key or value that the header cannot hold.
  [[nodiscard]] Result<TraceState> with(std::string_view key, std::string_view value) const;
  [[nodiscard]] TraceState without(std::string_view key) const;
  /// All members: "vendor=value,other=1".
  [[nodiscard]] std::string_view text() const noexcept { return text_ ? std::string_view(*text_) : std::string_view(); }
  /// At most `characters_max` of them. What is longer loses members of more than 128 characters first, from the end, then others from the end.
  [[nodiscard]] std::string to_header(std::size_t characters_max = kHeaderMax) const;
  friend bool operator==(const TraceState& a, const TraceState& b) noexcept { return a.text() == b.text(); }

 private:
  explicit TraceState(std::string text);
  std::shared_ptr<const std::string> text_;  // null: no members; never an empty string
};

/// Bits of SpanContext::flags; others are never set.
struct TraceFlags {
  static constexpr std::uint8_t kSampled = 0x01;  ///< somebody records this trace
  static constexpr std::uint8_t kRandom = 0x02;   ///< the lower 56 bits of the trace id are random
  static constexpr std::uint8_t kKnown = kSampled | kRandom;
};

/// What a child needs to know of its parent, be it in this process or in another. A value.
struct SpanContext {
  TraceId trace;
  SpanId span;
  std::uint8_t flags = 0;  ///< TraceFlags
  bool remote = false;     ///< came from another process
  TraceState state;
  [[nodiscard]] bool valid() const noexcept { return trace.valid() && span.valid(); }
  [[nodiscard]] bool sampled() const noexcept { return (flags & TraceFlags::kSampled) != 0; }
  friend bool operator==(const SpanContext&, const SpanContext&) = default;
};

/// Reads the value of one `traceparent` header, without the white space that HTTP allows around it. The result is remote.
/// Accepts   version 00 in exactly 55 characters; of versions up to fe, which do not exist yet, what 00 knows of them. Flags that nobody
///           has defined are left out.
/// Errors    Errc::invalid_argument: another length or character, upper case, version ff, a trace or span id of zeros.
/// Source    https://www.w3.org/TR/trace-context-2/#traceparent-header
[[nodiscard]] Result<SpanContext> parse_traceparent(std::string_view header);
/// "00-...-...-03", 55 characters; empty when `context` is not valid.
[[nodiscard]] std::string format_traceparent(const SpanContext& context);

/// Reads what a request brought along. A `tracestate` that cannot be read is left out and harms nothing else, as the standard says; several are
/// read as one list. More than one `traceparent` is an invalid request: give none.
/// Errors    those of parse_traceparent(); then the request begins a trace of its own.
[[nodiscard]] Result<SpanContext> extract_context(std::string_view traceparent, std::span<const std::string_view> tracestates = {});

/// The two headers' values to send along; both empty when `context` is not valid, `tracestate` also when there is no state.
struct TraceHeaders {
  std::string traceparent;
  std::string tracestate;
};
[[nodiscard]] TraceHeaders inject_context(const SpanContext& context);

}  // namespace millrace::observe
