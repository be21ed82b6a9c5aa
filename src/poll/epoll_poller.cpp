// epoll behind the Poller seam. One eventfd, registered under a token of its own, is what wakes write to.
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include <millrace/poller.h>

#include "base/unique_fd.h"

namespace millrace {
namespace {

constexpr std::uint64_t kWakeToken = ~std::uint64_t{0};
constexpr std::size_t kEventsPerWait = 256;

class EventFdWaker final : public Waker {
 public:
  explicit EventFdWaker(UniqueFd fd) noexcept : fd_(std::move(fd)) {}
  [[nodiscard]] bool wake() noexcept override {
    const std::uint64_t one = 1;
    for (;;) {
      if (::write(fd_.get(), &one, sizeof one) == sizeof one) return true;
      if (errno == EAGAIN) return true;  // the counter is at its maximum: it is signalled already
      if (errno != EINTR) return false;
    }
  }
  /// Takes the signal back, so that the next wait blocks again.
  void drain() noexcept {
    std::uint64_t count = 0;
    while (::read(fd_.get(), &count, sizeof count) < 0 && errno == EINTR) {
    }
  }
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

 private:
  UniqueFd fd_;
};

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
    std::array<epoll_event, kEventsPerWait> events;
    const int capacity = static_cast<int>(std::min(out.size(), events.size()));
    const int count = wait_once(events.data(), capacity, timeout);
    if (count < 0) {
      if (errno == EINTR) return 0;  // the loop looks at its clock again and recomputes what is left
      return fail(Error::from_errno(errno, "epoll_wait"));
    }
    std::size_t ready = 0;
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.u64 == kWakeToken)
        waker_->drain();
      else
        out[ready++] = {event.data.u64, from_epoll(event.events)};
    }
    return ready;
  }

  [[nodiscard]] std::shared_ptr<Waker> waker() override { return waker_; }

 private:
  [[nodiscard]] Result<void> control(int operation, int fd, Interest interest, std::uint64_t token, const char* name) {
    epoll_event event{};
    event.events = to_epoll(interest);
    event.data.u64 = token;
    if (epoll_ctl(epoll_.get(), operation, fd, &event) == 0) return {};
    const int error = errno;
    const std::string number = std::to_string(fd);
    if (error == EBADF)
      return fail(Error(Errc::invalid_descriptor, std::string(name) + ": the descriptor is not open").with("fd", number));
    if (error == EPERM)
      return fail(
          Error(Errc::unsupported,
                std::string(name) + ": this kind of file is always ready and cannot be waited for (a regular file or directory)")
              .with("fd", number));
    return fail(Error::from_errno(error, std::string("epoll_ctl ") + name).with("fd", number));
  }

  [[nodiscard]] int wait_once(epoll_event* events, int capacity, std::optional<Duration> timeout) noexcept {
    if (have_pwait2_) {
      timespec time{};
      if (timeout) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*timeout);
        time.tv_sec = seconds.count();
        time.tv_nsec = (*timeout - seconds).count();
      }
      const int count = epoll_pwait2(epoll_.get(), events, capacity, timeout ? &time : nullptr, nullptr);
      if (count >= 0 || errno != ENOSYS) return count;
      have_pwait2_ = false;
    }
    int timeout_ms = -1;
    // Rounded up, or a timer would be looked at early; cut at a day, after which the loop simply waits again.
    if (timeout)
      timeout_ms = static_cast<int>(
          std::min(std::chrono::ceil<std::chrono::milliseconds>(*timeout), std::chrono::milliseconds{86'400'000}).count());
    return epoll_wait(epoll_.get(), events, capacity, timeout_ms);
  }

  UniqueFd epoll_;
  std::shared_ptr<EventFdWaker> waker_;
  bool have_pwait2_ = true;
};

}  // namespace

Result<std::unique_ptr<Poller>> make_epoll_poller() {
  UniqueFd epoll{epoll_create1(EPOLL_CLOEXEC)};
  if (!epoll) return fail(Error::from_errno(errno, "epoll_create1"));
  UniqueFd wake{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  if (!wake) return fail(Error::from_errno(errno, "eventfd"));
  auto waker = std::make_shared<EventFdWaker>(std::move(wake));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kWakeToken;
  if (epoll_ctl(epoll.get(), EPOLL_CTL_ADD, waker->fd(), &event) != 0)
    return fail(Error::from_errno(errno, "epoll_ctl add wake descriptor"));
  return std::make_unique<EpollPoller>(std::move(epoll), std::move(waker));
}

}  // namespace millrace
