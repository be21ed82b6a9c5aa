// The Waker of the Linux pollers: an eventfd, whose counter adds wakes up until they are taken back.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <utility>

#include <millrace/poller.h>

#include "base/unique_fd.h"

namespace millrace {

class EventFdWaker final : public Waker {
 public:
  /// Errors: errno.
  [[nodiscard]] static Result<std::shared_ptr<EventFdWaker>> make() {
    UniqueFd fd{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    if (!fd) return fail(Error::from_errno(errno, "eventfd"));
    return std::make_shared<EventFdWaker>(std::move(fd));
  }
  explicit EventFdWaker(UniqueFd fd) noexcept : fd_(std::move(fd)) {}

  [[nodiscard]] bool wake() noexcept override {
    const std::uint64_t one = 1;
    for (;;) {
      if (::write(fd_.get(), &one, sizeof one) == sizeof one) return true;
      if (errno == EAGAIN) return true;  // the counter is at its maximum: it is signalled already
      if (errno != EINTR) return false;
    }
  }
  /// Takes the signal back, so that the next wait blocks again. A refusal leaves it: the next wait returns at once and tries again.
  void drain() noexcept {
    std::uint64_t count = 0;
    while (::read(fd_.get(), &count, sizeof count) < 0 && errno == EINTR) {
    }
  }
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

 private:
  UniqueFd fd_;
};

}  // namespace millrace
