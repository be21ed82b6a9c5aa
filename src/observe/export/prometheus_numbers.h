// Numbers and text as Prometheus' formats have them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <millrace/observe/metrics.h>

namespace millrace::observe {

void append_number(std::string& out, std::int64_t value);
void append_number(std::string& out, std::uint64_t value);
/// NaN, +Inf and -Inf in these spellings; else the shortest digits that read back as the same number.
void append_number(std::string& out, double value);
/// The spelling of `le` that OpenMetrics calls canonical: "0.25", "1.0", "1.048576e+06". Both formats get it, so that a
/// server which changes between them sees the same series.
[[nodiscard]] std::string canonical_bound(double bound);
/// Seconds with as many decimals as needed.
void append_seconds(std::string& out, WallTime time);

/// Escapes line feeds and backslashes, and quotation marks when asked for. What is not UTF-8, and the character zero, becomes
/// U+FFFD: some readers stop at zero.
void append_escaped(std::string& out, std::string_view text, bool quotation_marks);

}  // namespace millrace::observe
