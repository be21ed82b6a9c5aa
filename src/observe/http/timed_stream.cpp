#include "observe/http/timed_stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace millrace::observe {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// Waits until `fd` is ready or broken. False when the time is over.
bool wait_for(int fd, short events, SteadyTime until) noexcept {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd one{.fd = fd, .events = events, .revents = 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::min<long long>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

}  // namespace

TimedStream::TimedStream(int fd, std::size_t bytes_max, Duration time_max, Duration write_time_max)
    : fd_(fd), write_time_max_(write_time_max), read_until_(std::chrono::steady_clock::now() + time_max), bytes_left_(bytes_max) {}

bool TimedStream::is_writable() const {
  if (broken_) return false;
  pollfd one{.fd = fd_, .events = 0, .revents = 0};
  return ::poll(&one, 1, 0) <= 0;  // ready for nothing that was asked for: an error, or both directions are shut
}

bool TimedStream::fill() {
  buffer_.resize(std::min<std::size_t>(bytes_left_, 4096));
  used_ = 0;
  for (;;) {
    const ssize_t got = buffer_.empty() ? 0 : ::recv(fd_, buffer_.data(), buffer_.size(), 0);
    if (got > 0) {
      buffer_.resize(static_cast<std::size_t>(got));
      bytes_left_ -= buffer_.size();
      return true;
    }
    const bool again =
        got < 0 && (errno == EINTR || ((errno == EAGAIN || errno == EWOULDBLOCK) && wait_for(fd_, POLLIN, read_until_)));
    if (again) continue;
    buffer_.clear();
    return false;
  }
}

ssize_t TimedStream::read(char* to, size_t size) {
  if (used_ == buffer_.size() && !fill()) return -1;
  const std::size_t taken = std::min(size, buffer_.size() - used_);
  std::memcpy(to, buffer_.data() + used_, taken);
  used_ += taken;
  return static_cast<ssize_t>(taken);
}

ssize_t TimedStream::write(const char* from, size_t size) {
  const SteadyTime until = std::chrono::steady_clock::now() + write_time_max_;
  std::size_t sent = 0;
  while (sent < size && !broken_) {
    const ssize_t put = ::send(fd_, from + sent, size - sent, MSG_NOSIGNAL);
    if (put >= 0)
      sent += static_cast<std::size_t>(put);
    else if (errno != EINTR && !((errno == EAGAIN || errno == EWOULDBLOCK) && wait_for(fd_, POLLOUT, until)))
      broken_ = true;
  }
  return broken_ ? -1 : static_cast<ssize_t>(size);
}

void TimedStream::linger() noexcept {
  if (broken_ || ::shutdown(fd_, SHUT_WR) != 0) return;
  constexpr auto kTime = std::chrono::milliseconds{500};
  constexpr std::size_t kBytes = 1 << 20;
  const SteadyTime until = std::chrono::steady_clock::now() + kTime;
  std::array<char, 4096> waste;
  for (std::size_t taken = 0; taken < kBytes;) {
    const ssize_t got = ::recv(fd_, waste.data(), waste.size(), 0);
    if (got == 0) return;
    if (got > 0)
      taken += static_cast<std::size_t>(got);
    else if (errno != EINTR && !((errno == EAGAIN || errno == EWOULDBLOCK) && wait_for(fd_, POLLIN, until)))
      return;
  }
}

}  // namespace millrace::observe
