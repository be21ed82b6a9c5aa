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

/// Waits for descriptors. Level-triggered: what is ready stays reported until it is dealt with. An event may be out of date when
/// somebody dealt with its descriptor since the system noticed it; descriptors that do not block make that harmless.
/// Thread    the loop thread, except through waker(). It may change between two waits, one thread at a time.
/// Token     comes back with each event; any number but kReservedToken. After remove() or modify() returned, no event carries the
///           token of before, even if the system had collected it already or the number is registered again.
/// Order     what does not fit into `out` comes before what was reported already: nobody starves.
/// Lifetime  the descriptors belong to the caller, and are removed before they are closed. A close without remove() is a mistake
///           of bounded effect: the registration may live on while the open file does, its events carry its token, and no other
///           registration notices. remove(fd) ends it, except in epoll while a duplicate of the descriptor is open.
class Poller {
 public:
  static constexpr std::uint64_t kReservedToken = ~std::uint64_t{0};

  Poller() = default;
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  virtual ~Poller() = default;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  /// Errors: Errc::invalid_descriptor (not open), Errc::unsupported (regular files and directories, which are always ready; epoll
  /// also refuses devices like that), Errc::invalid_argument (kReservedToken), EEXIST (registered already), or another errno.
  /// Nothing is left behind.
  [[nodiscard]] virtual Result<void> add(int fd, Interest interest, std::uint64_t token) = 0;
  /// Errors: as add(), and ENOENT (not registered). The registration stays as it was.
  [[nodiscard]] virtual Result<void> modify(int fd, Interest interest, std::uint64_t token) = 0;
  /// Errors: Errc::invalid_descriptor (not open), ENOENT (not registered), or another errno.
  [[nodiscard]] virtual Result<void> remove(int fd) = 0;
  /// Fills `out`, which is not empty, with what is ready and returns how many; 0 after a wake, a signal or the time-out.
  /// Timeout: nothing means for ever; zero means do not block. Never returns early on time alone.
  [[nodiscard]] virtual Result<std::size_t> wait(std::span<ReadyEvent> out, std::optional<Duration> timeout) = 0;
  [[nodiscard]] virtual std::shared_ptr<Waker> waker() = 0;

  /// A descriptor that is readable exactly when wait(..., 0) would report something or a wake is pending, so that another event loop
  /// can wait for this one; nothing when the poller has none (poll, scripted). The same number for the poller's whole life; it
  /// belongs to the poller.
  [[nodiscard]] virtual std::optional<int> wait_fd() const noexcept { return std::nullopt; }
  /// Submits what the poller has deferred: call it each time before another loop waits for wait_fd(), after the last add(),
  /// modify(), remove() and wait(). Errors: as wait(); the other loop must not sleep then, because wait_fd() may stay silent.
  [[nodiscard]] virtual Result<void> prepare_foreign_wait() { return {}; }
};

/// Which mechanism of the system a poller stands on.
enum class PollerKind : std::uint8_t {
  automatic,  ///< epoll where there is one, else poll; never io_uring, which measured no better (64 echoing connections)
  epoll,
  io_uring,
  poll,
};
[[nodiscard]] std::string_view to_string(PollerKind kind) noexcept;

/// epoll with an eventfd for wakes; nanosecond time-outs where the kernel has epoll_pwait2 (Linux 5.11), else rounded up to 1 ms.
/// Errors: Errc::unsupported where there is no epoll, or errno.
/// Cost    add, modify, remove: one system call each. wait: one, and one more to take back a wake. Two descriptors.
[[nodiscard]] Result<std::unique_ptr<Poller>> make_epoll_poller();

/// io_uring: registrations and changes go to the kernel in the system call that waits; nanosecond time-outs. Readiness is that of
/// the moment the kernel noticed it, so an event may be out of date (see Poller) more often than with epoll.
/// Errors: Errc::unsupported when the build has no liburing or the kernel refuses (older than 5.11, the sysctl
///         kernel.io_uring_disabled, a seccomp filter); the message says what to do. Or errno.
/// Cost    add: one system call (is it open, and no regular file?). modify: none. remove: one, none for a descriptor reported by the
///         latest wait. wait: one for all of it, and one more to take back a wake. A wait on another thread than the one before
///         makes a new ring and registers everything again: O(registrations), about ten system calls. Three descriptors, 40 KiB.
/// Signals the kernel takes a ring down by interrupting the threads that waited on it: after the poller is destroyed or moved to
///         another thread, one blocking system call of such a thread may end with EINTR. So may calls of a thread that waits for
///         wait_fd().
[[nodiscard]] Result<std::unique_ptr<Poller>> make_io_uring_poller();

/// poll(2) and a pipe for wakes: POSIX and nothing else. Time-outs in nanoseconds where there is ppoll, else rounded up to 1 ms.
/// Errors: errno.
/// Cost    add: one system call (is it open, and no regular file?). modify, remove: none. wait: one, O(registrations), and one more
///         to take back a wake. Two descriptors.
[[nodiscard]] Result<std::unique_ptr<Poller>> make_poll_poller();

/// A poller of this kind and no other; only `automatic` chooses.
/// Errors: of the named kind. For `automatic`, the last refusal, and every earlier one in its chain of causes.
[[nodiscard]] Result<std::unique_ptr<Poller>> make_poller(PollerKind kind = PollerKind::automatic);

/// A poller, and why it is not of the kind that was asked for (the last refusal, earlier ones as its causes); nothing when it is.
struct PollerChoice {
  std::unique_ptr<Poller> poller;
  std::optional<Error> fallback_reason;
};
/// The preferred kind if the system has it, else epoll, else poll: for a host that can say in its log what it runs on.
/// Errors: when nothing works, the last refusal, and every earlier one in its chain of causes.
[[nodiscard]] Result<PollerChoice> choose_poller(PollerKind preferred);

}  // namespace millrace
