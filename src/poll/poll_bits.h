// Interest and readiness in the bits of poll(2), which io_uring speaks too.
#pragma once

#include <poll.h>

#include <millrace/poller.h>

namespace millrace {

// "The peer stopped sending" is no POSIX bit: where it is missing, a half-closed peer is just readable, and the read finds the end.
#ifdef POLLRDHUP
inline constexpr unsigned kPollHalfClosed = POLLRDHUP;
#else
inline constexpr unsigned kPollHalfClosed = 0;
#endif

[[nodiscard]] constexpr unsigned to_poll_bits(Interest interest) noexcept {
  return (includes(interest, Interest::readable) ? unsigned{POLLIN} | kPollHalfClosed : 0U) |
         (includes(interest, Interest::writable) ? unsigned{POLLOUT} : 0U);
}

[[nodiscard]] constexpr Readiness from_poll_bits(unsigned bits) noexcept {
  Readiness ready;
  ready.error = (bits & POLLERR) != 0;
  ready.hang_up = (bits & (POLLHUP | kPollHalfClosed)) != 0;
  ready.readable = (bits & POLLIN) != 0 || ready.error || ready.hang_up;
  ready.writable = (bits & POLLOUT) != 0 || ready.error || (bits & POLLHUP) != 0;
  return ready;
}

}  // namespace millrace
