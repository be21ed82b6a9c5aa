// Sockets that listen, and what their addresses mean.
#pragma once

#include <cstdint>
#include <string>

#include <millrace/result.h>

#include "base/unique_fd.h"

namespace millrace::observe {

struct Listener {
  UniqueFd fd;  ///< non-blocking
  std::uint16_t port = 0;
};

/// True for 127.0.0.0/8, ::1 and the former within IPv6. Errors: Errc::invalid_argument when `address` is no address.
[[nodiscard]] Result<bool> is_loopback(const std::string& address);
/// Errors: Errc::invalid_argument, and the system's.
[[nodiscard]] Result<Listener> listen_on(const std::string& address, std::uint16_t port);

}  // namespace millrace::observe
