// What the pollers refuse, in the same words whatever they stand on.
#pragma once

#include <cstdint>
#include <string_view>

#include <millrace/result.h>

namespace millrace {

/// Errc::invalid_descriptor, naming `fd`.
[[nodiscard]] Error not_open(std::string_view operation, int fd);
/// Errc::unsupported, naming `fd`: a kind of file that is always ready.
[[nodiscard]] Error always_ready(std::string_view operation, int fd);
/// EEXIST, naming `fd`.
[[nodiscard]] Error already_registered(std::string_view operation, int fd);
/// ENOENT, naming `fd`; Errc::invalid_descriptor when it is not open either. Cost: one system call.
[[nodiscard]] Error not_registered(std::string_view operation, int fd);
/// Errors: Errc::invalid_argument for the token that pollers keep for themselves.
[[nodiscard]] Result<void> check_token(std::string_view operation, std::uint64_t token);
/// For systems that tell neither at registration: is it open, and of a kind that can be waited for?
/// Errors: Errc::invalid_descriptor, Errc::unsupported, or errno. Cost: one system call.
[[nodiscard]] Result<void> check_descriptor(std::string_view operation, int fd);

}  // namespace millrace
