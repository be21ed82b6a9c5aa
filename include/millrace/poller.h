// Poller: the seam to the operating system's wait. Programs rarely name it; tests hand in a scripted one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/result.h>

namespace millrace {

/// A set of conditions on a descriptor.
enum class Interest : std::uint8_t { none = 0, readable = 1, writable = 2, both = 3 };
[[nodiscard]] constexpr Interest operator|(Interest a, Interest b) noexcept {
  return static_cast<Interest>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}
[[nodiscard]] constexpr bool includes(Interest set, Interest one) noexcept {
  return (static_cast<std::uint8_t>(set) & static_cast<std::uint8_t>(one)) != 0;
}

/// What the wait answered about one descriptor. Hang-up and error are reported whether asked for or not. Both count as readable,
/// and an error or a full hang-up as writable, so that a read or write call finds the reason; a peer that only stopped sending is a
/// hang-up that is readable (end of file) and leaves writing alone.
struct Readiness {
  bool readable = false;
  bool writable = false;
  bool hang_up = false;
  bool error = false;
};

struct ReadyEvent {
  std::uint64_t token = 0;  ///< as given to add()
  Readiness ready;
};

/// Makes a blocked Poller::wait() return. Shared by everybody who may wake, and owns what waking needs, so that a late wake can
/// never reach a descriptor number that was closed and given to somebody else.
class Waker {
 public:
  Waker() = default;
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;
  virtual ~Waker() = default;
  /// True: the wait returns now or at its next call. False: the system refused, and nothing was signalled.
  /// Thread: any. Cost: one system call.
  [[nodiscard]] virtual bool wake() noexcept = 0;
};

/// Waits for descriptors. Level-triggered: what is ready stays reported until it is dealt with.
/// Thread    the loop thread, except through waker().
/// Lifetime  the descriptors belong to the caller, and are removed before they are closed.
class Poller {
 public:
  Poller() = default;
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  virtual ~Poller() = default;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  /// Errors: Errc::invalid_descriptor (not open), Errc::unsupported (regular files and the like), or errno. Nothing is left behind.
  [[nodiscard]] virtual Result<void> add(int fd, Interest interest, std::uint64_t token) = 0;
  [[nodiscard]] virtual Result<void> modify(int fd, Interest interest, std::uint64_t token) = 0;
  [[nodiscard]] virtual Result<void> remove(int fd) = 0;
  /// Fills `out` with what is ready and returns how many; 0 after a wake, a signal or the time-out.
  /// Timeout: nothing means for ever; zero means do not block. Never returns early on time alone.
  [[nodiscard]] virtual Result<std::size_t> wait(std::span<ReadyEvent> out, std::optional<Duration> timeout) = 0;
  [[nodiscard]] virtual std::shared_ptr<Waker> waker() = 0;
};

/// epoll with an eventfd for wakes; nanosecond time-outs where the kernel has epoll_pwait2 (Linux 5.11), else rounded up to 1 ms.
[[nodiscard]] Result<std::unique_ptr<Poller>> make_epoll_poller();

}  // namespace millrace
