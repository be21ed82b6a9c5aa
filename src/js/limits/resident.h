// How much memory this process has.
#pragma once

#include <cstdint>

namespace millrace::js {

/// Zero when the system does not tell. Cost: three system calls.
[[nodiscard]] std::uint64_t resident_bytes() noexcept;

}  // namespace millrace::js
