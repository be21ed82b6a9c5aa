// What tests of promises share: an error to reject with, a thread to settle on, and what a promise was rejected with.
#pragma once

#include <system_error>
#include <thread>
#include <utility>

#include <millrace/error.h>

namespace millrace::testing {

inline const Error kBroken(Errc::invalid_argument, "broken");

/// Runs `action` on a thread of its own and waits for its end.
template <typename F>
void elsewhere(F action) {
  std::jthread(std::move(action)).join();
}
[[nodiscard]] bool rejected_with(const auto& promise, Errc code) {
  return promise.error() != nullptr && promise.error()->code() == code;
}
/// The code of a promise's error; none where there is no error.
[[nodiscard]] inline std::error_code code_of(const Error* error) { return error == nullptr ? std::error_code{} : error->code(); }

}  // namespace millrace::testing
