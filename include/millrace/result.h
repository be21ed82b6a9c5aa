// Result<T>: a value, or the Error that says why there is none.
#pragma once

#include <expected>

#include <millrace/error.h>

namespace millrace {

/// `value()` throws std::bad_expected_access<Error> when there is none; `error()` has the reason.
template <typename T>
using Result = std::expected<T, Error>;

/// Shorthand for the failing side: `return fail(Errc::full, "...")`.
[[nodiscard]] inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }
[[nodiscard]] inline std::unexpected<Error> fail(Errc code, std::string message) { return fail(Error(code, std::move(message))); }

/// The value, moved out, or an ErrorException with the error: for code that reports by exception. Nothing for Result<void>.
template <typename T>
T unwrap(Result<T>&& result) {
  if (!result) throw ErrorException(std::move(result).error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace millrace
