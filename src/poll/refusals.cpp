#include "poll/refusals.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

#include <millrace/poller.h>

namespace millrace {

Error not_open(std::string_view operation, int fd) {
  return Error(Errc::invalid_descriptor, std::string(operation) + ": the descriptor is not open").with("fd", std::to_string(fd));
}

Error always_ready(std::string_view operation, int fd) {
  return Error(Errc::unsupported, std::string(operation) +
                                      ": this kind of file is always ready and cannot be waited for (a regular file or directory)")
      .with("fd", std::to_string(fd));
}

Error already_registered(std::string_view operation, int fd) {
  return Error::from_errno(EEXIST, std::string(operation) + ": the descriptor is registered already")
      .with("fd", std::to_string(fd));
}

Error not_registered(std::string_view operation, int fd) {
  if (::fcntl(fd, F_GETFD) == -1 && errno == EBADF) return not_open(operation, fd);
  return Error::from_errno(ENOENT, std::string(operation) + ": the descriptor is not registered").with("fd", std::to_string(fd));
}

Result<void> check_token(std::string_view operation, std::uint64_t token) {
  if (token != Poller::kReservedToken) return {};
  return fail(Errc::invalid_argument, std::string(operation) + ": the token is Poller::kReservedToken");
}

Result<void> check_descriptor(std::string_view operation, int fd) {
  struct stat about{};
  if (::fstat(fd, &about) != 0) {
    const int error = errno;
    if (error == EBADF) return fail(not_open(operation, fd));
    return fail(Error::from_errno(error, std::string(operation) + ": fstat").with("fd", std::to_string(fd)));
  }
  if (S_ISREG(about.st_mode) || S_ISDIR(about.st_mode)) return fail(always_ready(operation, fd));
  return {};
}

}  // namespace millrace
