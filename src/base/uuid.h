// UUID version 7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then random bits.
#pragma once

#include <millrace/error.h>

namespace millrace {

/// Thread  any. Cost: one clock read and one getrandom() call. Errors: without random bytes the id holds time and address bits
/// only.
[[nodiscard]] CorrelationId make_correlation_id() noexcept;

}  // namespace millrace
