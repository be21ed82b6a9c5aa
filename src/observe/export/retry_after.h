// The header Retry-After (RFC 9110, 10.2.3).
#pragma once

#include <optional>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/observe/span_data.h>

namespace millrace::observe {

/// How long to wait: seconds, or a date of which only the fixed form of today is read. Never negative, a day at most; null for what is neither.
[[nodiscard]] std::optional<Duration> parse_retry_after(std::string_view header, WallTime now);

}  // namespace millrace::observe
