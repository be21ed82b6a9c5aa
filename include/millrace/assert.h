// Checked invariants. A failed assertion is a bug of this library or a broken precondition of its caller; it prints where and ends
// the process, in release builds too. Expected outcomes are values (result.h), never assertions.
#pragma once

namespace millrace::detail {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;
}

/// Always on: for checks that cost a few instructions.
#define MILLRACE_ASSERT(condition) \
  (static_cast<bool>(condition) ? void(0) : ::millrace::detail::assertion_failed(#condition, __FILE__, __LINE__))

/// Only in debug builds: for checks on hot paths.
#ifdef NDEBUG
#define MILLRACE_DEBUG_ASSERT(condition) void(0)
#else
#define MILLRACE_DEBUG_ASSERT(condition) MILLRACE_ASSERT(condition)
#endif
