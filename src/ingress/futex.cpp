#include "ingress/futex.h"

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/timespec.h"
#endif

namespace millrace {

static_assert(sizeof(std::atomic<std::uint32_t>) == 4 && std::atomic<std::uint32_t>::is_always_lock_free,
              "a futex is a 32-bit word");

#if defined(__linux__)

bool Futex::available() noexcept { return true; }

Result<void> Futex::wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, std::optional<Duration> timeout) {
  const timespec time = to_timespec(timeout.value_or(Duration::zero()));
  if (syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, expected, timeout ? &time : nullptr, nullptr, 0) == 0) return {};
  if (errno == EAGAIN || errno == EINTR || errno == ETIMEDOUT) return {};  // the loop looks at its clock and queues again
  return fail(Error::from_errno(errno, "futex wait"));
}

bool Futex::wake(const std::atomic<std::uint32_t>& word) noexcept {
  return syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0) >= 0;
}

#else

bool Futex::available() noexcept { return false; }
Result<void> Futex::wait(const std::atomic<std::uint32_t>&, std::uint32_t, std::optional<Duration>) {
  return fail(Errc::unsupported, "futex wait: this system has none");
}
bool Futex::wake(const std::atomic<std::uint32_t>&) noexcept { return false; }

#endif

}  // namespace millrace
