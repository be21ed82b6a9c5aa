// How a record becomes one line of JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <millrace/observe/log_record.h>

#include "observe/log/text_buffer.h"

namespace millrace::observe::detail {

/// Writes values until the line is as long as it may be; what comes later is left out and counted.
class JsonWriter {
 public:
  JsonWriter(TextBuffer& out, const LogFormat& format) noexcept : out_(out), end_(out.size() + format.line_bytes_max) {}

  void text(std::string_view text);
  void value(const LogValue& value) { value_at(value, 0); }
  /// `"key":value` for each, with a comma before all but the first; no braces. Of one key given twice the last counts.
  /// Order     `first` says whether nothing was written before; the answer is whether that still holds.
  [[nodiscard]] bool members(std::span<const LogField> fields, bool first) { return members_at(fields, first, 0); }
  [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }

 private:
  void value_at(const LogValue& value, int depth);
  [[nodiscard]] bool members_at(std::span<const LogField> fields, bool first, int depth);
  void list_at(std::span<const LogValue> values, int depth);
  void error_at(const Error& error, int depth, bool with_causes);
  void member(std::string_view key, std::string_view text);
  [[nodiscard]] bool full() const noexcept { return out_.size() >= end_; }

  TextBuffer& out_;
  std::size_t end_;
  std::uint64_t left_out_ = 0;
};

/// What the hub has of a record: what does not change from one to the next, and the line once it was made.
struct RecordFrame {
  const LogFormat& format;
  std::string_view category;  ///< as a JSON string
  std::string_view bound;     ///< the bound fields as members, without braces
  std::uint64_t bound_left_out;
  TextBuffer& line;
  bool made = false;  ///< `line` holds the record and a line break
};

/// True when a field of `fields` beyond `place` has the same key as the one there.
[[nodiscard]] bool is_given_again(std::span<const LogField> fields, std::size_t place) noexcept;
[[nodiscard]] bool has_key(std::span<const LogField> fields, std::string_view key) noexcept;

/// The line of `record`, with the line break that ends it.
[[nodiscard]] std::string_view json_line(const LogRecord& record);

}  // namespace millrace::observe::detail
