// Real descriptors and real time for tests.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <millrace/clock.h>

#include "base/unique_fd.h"

namespace millrace::testing {

struct Pipe {
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) std::abort();
    read_end = UniqueFd{ends[0]};
    write_end = UniqueFd{ends[1]};
  }
  void write(char byte = 'x') {
    if (::write(write_end.get(), &byte, 1) != 1) std::abort();
  }
  /// What is in the pipe, taken out.
  std::string read() {
    char buffer[64];
    const ssize_t count = ::read(read_end.get(), buffer, sizeof buffer);
    return count <= 0 ? std::string{} : std::string(buffer, static_cast<std::size_t>(count));
  }
  UniqueFd read_end;
  UniqueFd write_end;
};

struct SocketPair {
  SocketPair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
    near = UniqueFd{ends[0]};
    far = UniqueFd{ends[1]};
  }
  UniqueFd near;
  UniqueFd far;
};

[[nodiscard]] inline UniqueFd make_eventfd(std::uint64_t initial = 0) {
  return UniqueFd{::eventfd(static_cast<unsigned>(initial), EFD_NONBLOCK | EFD_CLOEXEC)};
}

[[nodiscard]] inline bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

/// How many descriptors this process has open, plus a constant: only good for comparing. Always 0 where the system does not tell.
[[nodiscard]] inline std::size_t open_descriptors() {
  DIR* const directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  std::size_t count = 0;
  while (::readdir(directory) != nullptr) ++count;
  ::closedir(directory);
  return count;
}

/// Lets a test close descriptor 0 or put something else there; puts back what was there.
class BorrowedZero {
 public:
  BorrowedZero() {
    if (!is_open(0) && ::open("/dev/null", O_RDONLY) != 0) std::abort();
    saved_ = UniqueFd{::fcntl(0, F_DUPFD_CLOEXEC, 3)};
  }
  BorrowedZero(const BorrowedZero&) = delete;
  BorrowedZero& operator=(const BorrowedZero&) = delete;
  ~BorrowedZero() {
    if (::dup2(saved_.get(), 0) != 0) std::abort();
  }
  void put(const UniqueFd& fd) {
    if (::dup2(fd.get(), 0) != 0) std::abort();
  }

 private:
  UniqueFd saved_;
};

/// Raises the limit on open descriptors of this process to at least `count`, as far as the system lets it.
inline void allow_descriptors(rlim_t count) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= count) return;
  limit.rlim_cur = limit.rlim_max < count ? limit.rlim_max : count;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// Far longer than anything takes that a test waits for; what never comes ends as a failure, not as a hang.
inline constexpr Duration kPatience = std::chrono::seconds{20};

[[nodiscard]] inline Instant real_now() { return Instant{std::chrono::steady_clock::now().time_since_epoch()}; }

}  // namespace millrace::testing
