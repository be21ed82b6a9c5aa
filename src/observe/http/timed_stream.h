// A socket as cpp-httplib reads and writes it, with an end to both.
#pragma once

#include <httplib.h>

#include <chrono>
#include <cstddef>
#include <string>

#include <millrace/clock.h>

namespace millrace::observe {

/// Reads at most `bytes_max` bytes until `time_max` after it was made; afterwards reads fail. Each write has `write_time_max`.
class TimedStream final : public httplib::Stream {
 public:
  TimedStream(int fd, std::size_t bytes_max, Duration time_max, Duration write_time_max);

  bool is_readable() const override { return true; }
  bool is_writable() const override;
  ssize_t read(char* to, size_t size) override;
  ssize_t write(const char* from, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override { ip.clear(), port = 0; }
  void get_local_ip_and_port(std::string& ip, int& port) const override { ip.clear(), port = 0; }
  socket_t socket() const override { return fd_; }

  /// Tells the peer that nothing more comes, and takes what it still sends, so that the answer is not thrown away with it. Bounded.
  void linger() noexcept;

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  bool fill();

  const int fd_;
  const Duration write_time_max_;
  const SteadyTime read_until_;
  std::size_t bytes_left_;
  std::string buffer_;  // cpp-httplib reads a byte at a time
  std::size_t used_ = 0;
  bool broken_ = false;
};

}  // namespace millrace::observe
