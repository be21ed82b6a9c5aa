// What JSON lines are made of: texts, numbers, times, ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/error.h>
#include <millrace/observe/wall_clock.h>

#include "observe/log/text_buffer.h"

namespace millrace::observe::detail {

/// `text` as a JSON string, with its quotes. Bytes that are not UTF-8 become U+FFFD, one for each maximal part of a character that was
/// begun, as the Encoding Standard has it; control characters, C1 and DEL among them, U+2028 and U+2029 are escaped.
void append_json_string(TextBuffer& out, std::string_view text);
/// Decimal digits.
void append_number(TextBuffer& out, std::int64_t value);
void append_number(TextBuffer& out, std::uint64_t value);
/// The shortest digits that read back as `value`; the texts "NaN", "Infinity" and "-Infinity", in quotes, where JSON has no number.
void append_json_number(TextBuffer& out, double value);
/// Seconds with as many decimals as it takes, at most nine: 1.5, 0.000000001, -2.
void append_seconds(TextBuffer& out, Duration value);
/// RFC 3339 in UTC: 2026-01-31T12:00:00.000000001Z, always 30 characters.
void append_time(TextBuffer& out, WallTime time);
constexpr std::size_t kTimeBytes = 30;
[[nodiscard]] char* put_time(char* to,
                             WallTime time) noexcept;  ///< the same at `to`, which has room for them; the answer is their end
/// As CorrelationId::to_string().
void append_id(TextBuffer& out, const CorrelationId& id);
/// 16 hexadecimal digits.
void append_hex(TextBuffer& out, std::uint64_t value);

}  // namespace millrace::observe::detail
