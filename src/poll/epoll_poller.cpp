// epoll behind the Poller seam. One eventfd, registered under a token of its own, is what wakes write to.
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include <millrace/poller.h>

#include "base/timespec.h"
#include "base/unique_fd.h"
#include "poll/eventfd_waker.h"
#include "poll/refusals.h"
#include "poll/wait_deadline.h"

namespace millrace {
namespace {

constexpr std::size_t kEventsPerWait = 256;

std::uint32_t to_epoll(Interest interest) noexcept {
  return (includes(interest, Interest::readable) ? EPOLLIN | EPOLLRDHUP : 0U) |
         (includes(interest, Interest::writable) ? std::uint32_t{EPOLLOUT} : 0U);
}

Readiness from_epoll(std::uint32_t events) noexcept {
  Readiness ready;
  ready.error = (events & EPOLLERR) != 0;
  ready.hang_up = (events & (EPOLLHUP | EPOLLRDHUP)) != 0;
  ready.readable = (events & EPOLLIN) != 0 || ready.error || ready.hang_up;
  ready.writable = (events & EPOLLOUT) != 0 || ready.error || (events & EPOLLHUP) != 0;
  return ready;
}

#ifdef __SANITIZE_THREAD__
// The sanitizer hands on signals only inside of calls that it knows, and by signals the collector of JavaScript's engine stops threads.
constexpr bool kTryPwait2 = false;
#else
constexpr bool kTryPwait2 = true;
#endif

class EpollPoller final : public Poller {
 public:
  EpollPoller(UniqueFd epoll, std::shared_ptr<EventFdWaker> waker) noexcept : epoll_(std::move(epoll)), waker_(std::move(waker)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "epoll"; }

  [[nodiscard]] Result<void> add(int fd, Interest interest, std::uint64_t token) override {
    return control(EPOLL_CTL_ADD, fd, interest, token, "add");
  }
  [[nodiscard]] Result<void> modify(int fd, Interest interest, std::uint64_t token) override {
    return control(EPOLL_CTL_MOD, fd, interest, token, "modify");
  }
  [[nodiscard]] Result<void> remove(int fd) override { return control(EPOLL_CTL_DEL, fd, Interest::none, 0, "remove"); }

  [[nodiscard]] Result<std::size_t> wait(std::span<ReadyEvent> out, std::optional<Duration> timeout) override {
    // The kernel keeps a list of what is ready: it reports the head and puts what stays ready behind the tail, which is the order
    // that the seam promises.
    std::array<epoll_event, kEventsPerWait> events;
    const int capacity = static_cast<int>(std::min(out.size(), events.size()));
    const int count = wait_for(events.data(), capacity, timeout);
    if (count < 0) {
      if (errno == EINTR) return 0;  // the loop looks at its clock again and recomputes what is left
      return fail(Error::from_errno(errno, "epoll_wait"));
    }
    std::size_t ready = 0;
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.u64 == kReservedToken)
        waker_->drain();
      else
        out[ready++] = {event.data.u64, from_epoll(event.events)};
    }
    return ready;
  }

  [[nodiscard]] std::shared_ptr<Waker> waker() override { return waker_; }

  /// Readable exactly when the kernel's list of what is ready has somebody in it; nothing is ever deferred.
  [[nodiscard]] std::optional<int> wait_fd() const noexcept override { return epoll_.get(); }

 private:
  [[nodiscard]] Result<void> control(int operation, int fd, Interest interest, std::uint64_t token, const char* name) {
    if (auto checked = check_token(name, token); !checked) return checked;
    epoll_event event{};
    event.events = to_epoll(interest);
    event.data.u64 = token;
    if (::epoll_ctl(epoll_.get(), operation, fd, &event) == 0) return {};
    const int error = errno;
    if (error == EBADF) return fail(not_open(name, fd));
    if (error == EPERM) return fail(always_ready(name, fd));
    return fail(Error::from_errno(error, std::string("epoll_ctl ") + name).with("fd", std::to_string(fd)));
  }

  /// As epoll_wait, with a time-out of nanoseconds where the kernel can.
  [[nodiscard]] int wait_for(epoll_event* events, int capacity, std::optional<Duration> timeout) {
    if (have_pwait2_) {
      const timespec time = to_timespec(timeout.value_or(Duration::zero()));
      const int count = ::epoll_pwait2(epoll_.get(), events, capacity, timeout ? &time : nullptr, nullptr);
      // A seccomp filter that does not know the call may say EPERM, which the call itself never does.
      if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return count;
      have_pwait2_ = false;
    }
    const WaitDeadline deadline{timeout};
    for (;;) {
      // Rounded up, or a timer would be looked at early.
      const auto nap = std::chrono::ceil<std::chrono::milliseconds>(deadline.next_nap());
      const int count = ::epoll_wait(epoll_.get(), events, capacity, timeout ? static_cast<int>(nap.count()) : -1);
      if (count != 0 || deadline.passed()) return count;
    }
  }

  UniqueFd epoll_;
  std::shared_ptr<EventFdWaker> waker_;
  bool have_pwait2_ = kTryPwait2;
};

}  // namespace

Result<std::unique_ptr<Poller>> make_epoll_poller() {
  UniqueFd epoll{::epoll_create1(EPOLL_CLOEXEC)};
  if (!epoll) return fail(Error::from_errno(errno, "epoll_create1"));
  auto waker = EventFdWaker::make();
  if (!waker) return fail(std::move(waker.error()));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = Poller::kReservedToken;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, (*waker)->fd(), &event) != 0)
    return fail(Error::from_errno(errno, "epoll_ctl add wake descriptor"));
  return std::make_unique<EpollPoller>(std::move(epoll), *std::move(waker));
}

}  // namespace millrace
