// What a span holds: the values of its attributes, and everything an exporter reads once it has ended.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <millrace/observe/trace_context.h>
#include <millrace/observe/wall_clock.h>

namespace millrace::observe {

/// The value of an attribute: a truth value, an integer, a number, text, or an array of one of these. Text is bytes, meant to be UTF-8; an
/// exporter replaces what is not.
class SpanValue {
 public:
  using Variant = std::variant<bool, std::int64_t, double, std::string, std::vector<bool>, std::vector<std::int64_t>,
                               std::vector<double>, std::vector<std::string>>;

  SpanValue(bool value) : value_(value) {}  // NOLINT(google-explicit-constructor): so that {"key", value} reads as it is meant
  /// An unsigned integer above the largest signed one becomes that one.
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  SpanValue(T value)  // NOLINT(google-explicit-constructor)
      : value_(std::in_range<std::int64_t>(value) ? static_cast<std::int64_t>(value) : INT64_MAX) {}
  SpanValue(double value) : value_(value) {}                                // NOLINT(google-explicit-constructor)
  SpanValue(const char* value) : value_(std::string(value)) {}              // NOLINT(google-explicit-constructor)
  SpanValue(std::string_view value) : value_(std::string(value)) {}         // NOLINT(google-explicit-constructor)
  SpanValue(std::string value) : value_(std::move(value)) {}                // NOLINT(google-explicit-constructor)
  SpanValue(std::vector<bool> value) : value_(std::move(value)) {}          // NOLINT(google-explicit-constructor)
  SpanValue(std::vector<std::int64_t> value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  SpanValue(std::vector<double> value) : value_(std::move(value)) {}        // NOLINT(google-explicit-constructor)
  SpanValue(std::vector<std::string> value) : value_(std::move(value)) {}   // NOLINT(google-explicit-constructor)

  [[nodiscard]] const Variant& get() const noexcept { return value_; }
  /// Cuts text to `bytes_max`, never inside of a UTF-8 character, and arrays to `items_max`.
  /// Result    whether anything was cut.
  bool cut(std::size_t bytes_max, std::size_t items_max);
  friend bool operator==(const SpanValue&, const SpanValue&) = default;

 private:
  Variant value_;
};

/// A named value. Names are those of OpenTelemetry's conventions where there is one: "http.request.method".
struct SpanAttribute {
  std::string key;
  SpanValue value;
  friend bool operator==(const SpanAttribute&, const SpanAttribute&) = default;
};

/// Which side of a call a span describes.
enum class SpanKind : std::uint8_t { internal, server, client, producer, consumer };
/// What came of it. ok is final: nothing changes it afterwards.
enum class SpanStatus : std::uint8_t { unset, ok, error };
[[nodiscard]] std::string_view to_string(SpanKind kind) noexcept;
[[nodiscard]] std::string_view to_string(SpanStatus status) noexcept;

struct SpanEvent {
  std::string name;
  WallTime time{};
  std::vector<SpanAttribute> attributes;
  std::uint32_t attributes_dropped = 0;
};

/// Another span that had a part in this one without being its parent: the requests behind one batch, say.
struct SpanLink {
  SpanContext context;
  std::vector<SpanAttribute> attributes{};
  std::uint32_t attributes_dropped = 0;
};

/// Who made a span: a library and its version.
struct SpanScope {
  std::string name;
  std::string version;
  friend bool operator==(const SpanScope&, const SpanScope&) = default;
};

/// Beyond these nothing is kept but a count. Value_bytes and array_items cut values; name_bytes cuts names and keys.
struct SpanLimits {
  std::size_t attributes = 128;
  std::size_t events = 128;
  std::size_t links = 128;
  std::size_t attributes_per_event = 32;
  std::size_t attributes_per_link = 32;
  std::size_t value_bytes = 4096;
  std::size_t array_items = 128;
  std::size_t name_bytes = 256;
};

/// A span that has ended.
struct SpanData {
  SpanContext context;
  SpanId parent;               ///< zero: the first of its trace
  bool parent_remote = false;  ///< the parent is in another process
  std::string name;
  SpanKind kind = SpanKind::internal;
  WallTime start{};
  WallTime end{};  ///< never before `start`
  std::vector<SpanAttribute> attributes;
  std::vector<SpanEvent> events;
  std::vector<SpanLink> links;
  std::uint32_t attributes_dropped = 0;
  std::uint32_t events_dropped = 0;
  std::uint32_t links_dropped = 0;
  std::uint32_t texts_cut = 0;  ///< names, keys and values that were longer than a limit
  SpanStatus status = SpanStatus::unset;
  std::string status_message;  ///< only with SpanStatus::error
  std::shared_ptr<const SpanScope> scope;

  /// The attribute's value, or null.
  [[nodiscard]] const SpanValue* find(std::string_view key) const noexcept;
};

/// Takes spans that have ended: a queue to an exporter, or a test's list.
class SpanSink {
 public:
  SpanSink() = default;
  SpanSink(const SpanSink&) = delete;
  SpanSink& operator=(const SpanSink&) = delete;
  virtual ~SpanSink() = default;
  /// Called where a span ends, on whatever thread that is, the loop's included: must be quick and must not wait.
  virtual void ended(std::unique_ptr<SpanData> span) noexcept = 0;
};

}  // namespace millrace::observe
