// The Waker of plain POSIX: a pipe to oneself. It owns both ends, so a late wake writes into a pipe that still has its reader.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include <millrace/poller.h>

#include "base/unique_fd.h"

namespace millrace {

class PipeWaker final : public Waker {
 public:
  /// Errors: errno.
  [[nodiscard]] static Result<std::shared_ptr<PipeWaker>> make() {
    int ends[2];
#ifdef MILLRACE_HAVE_PIPE2
    if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return fail(Error::from_errno(errno, "pipe2"));
    UniqueFd read_end{ends[0]};
    UniqueFd write_end{ends[1]};
#else
    // A process started by another thread between these calls inherits the pipe; POSIX before 2024 has no better way.
    if (::pipe(ends) != 0) return fail(Error::from_errno(errno, "pipe"));
    UniqueFd read_end{ends[0]};
    UniqueFd write_end{ends[1]};
    for (const int end : ends) {
      const int flags = ::fcntl(end, F_GETFL);
      if (flags == -1 || ::fcntl(end, F_SETFL, flags | O_NONBLOCK) == -1 || ::fcntl(end, F_SETFD, FD_CLOEXEC) == -1)
        return fail(Error::from_errno(errno, "fcntl of the wake pipe"));
    }
#endif
    return std::make_shared<PipeWaker>(std::move(read_end), std::move(write_end));
  }
  PipeWaker(UniqueFd read_end, UniqueFd write_end) noexcept : read_end_(std::move(read_end)), write_end_(std::move(write_end)) {}

  [[nodiscard]] bool wake() noexcept override {
    for (;;) {
      if (::write(write_end_.get(), "w", 1) == 1) return true;
      if (errno == EAGAIN) return true;  // the pipe is full: it is signalled already
      if (errno != EINTR) return false;
    }
  }
  /// Takes every wake back, so that the next wait blocks again. A refusal leaves them: the next wait returns at once and tries again.
  void drain() noexcept {
    char taken[512];
    for (;;) {
      const ssize_t count = ::read(read_end_.get(), taken, sizeof taken);
      // A short read emptied the pipe; a wake that comes after it is for the next wait.
      if (count < 0 ? errno != EINTR : count < static_cast<ssize_t>(sizeof taken)) return;
    }
  }
  [[nodiscard]] int fd() const noexcept { return read_end_.get(); }

 private:
  UniqueFd read_end_;
  UniqueFd write_end_;
};

}  // namespace millrace
