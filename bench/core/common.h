// What every workload measures with: clocks, percentiles, pinning, seeded numbers, a flag to wait on, loopback sockets, and the
// line of JSON that bench/run.py reads. Nothing here knows a loop.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace millrace::bench {

[[noreturn]] inline void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

inline std::uint64_t read_clock_ns(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(t.tv_nsec);
}
inline std::uint64_t wall_ns() { return read_clock_ns(CLOCK_MONOTONIC); }
/// CPU time of the calling thread: a busy neighbour does not count.
inline std::uint64_t thread_cpu_ns() { return read_clock_ns(CLOCK_THREAD_CPUTIME_ID); }
/// CPU time of all threads, system calls included.
inline std::uint64_t process_cpu_ns() { return read_clock_ns(CLOCK_PROCESS_CPUTIME_ID); }

/// One measured figure. Smaller is better for every metric there is.
inline void report(const char* workload, const char* metric, const char* unit, double value) {
  std::printf("{\"workload\":\"%s\",\"metric\":\"%s\",\"unit\":\"%s\",\"value\":%.3f}\n", workload, metric, unit, value);
  std::fflush(stdout);
}
inline double per(std::uint64_t total, std::size_t count) { return static_cast<double>(total) / static_cast<double>(count); }

/// The sample below which `share` of all samples lie.
inline double percentile(std::vector<std::uint64_t>& samples, double share) {
  if (samples.empty()) return 0;
  const auto index = std::min(samples.size() - 1, static_cast<std::size_t>(share * static_cast<double>(samples.size())));
  std::nth_element(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(index), samples.end());
  return static_cast<double>(samples[index]);
}

/// On a machine with fewer cores the request is refused and the thread stays where it is.
inline void pin_to_core(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(core), &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

inline std::size_t heap_bytes() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// xorshift with a fixed seed: every implementation sees the same deadlines.
class Rng {
 public:
  std::uint64_t operator()() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }

 private:
  std::uint64_t state_ = 88172645463325252U;
};

/// Raised by the loop thread, awaited by the poster, who either spins or sleeps on a futex.
class Flag {
 public:
  void raise() { value_.store(1, std::memory_order_release); }  // pairs with await_spinning()
  void await_spinning() {
    while (value_.load(std::memory_order_acquire) == 0) __builtin_ia32_pause();
    value_.store(0, std::memory_order_relaxed);
  }
  void raise_and_wake() {
    raise();
    futex(FUTEX_WAKE_PRIVATE, 1);
  }
  void await_sleeping() {
    while (value_.load(std::memory_order_acquire) == 0) futex(FUTEX_WAIT_PRIVATE, 0);
    value_.store(0, std::memory_order_relaxed);
  }

 private:
  void futex(int operation, std::uint32_t value) { syscall(SYS_futex, &value_, operation, value, nullptr, nullptr, 0); }

  std::atomic<std::uint32_t> value_{0};
};

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// A non-blocking listening socket on a free port.
inline int listen_on_loopback(std::uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd, generic, size) != 0 || listen(fd, 512) != 0 || getsockname(fd, generic, &size) != 0) give_up("listen");
  port = ntohs(address.sin_port);
  return fd;
}

inline void disable_nagle(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

inline int connect_to_loopback(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) give_up("connect");
  disable_nagle(fd);
  return fd;
}

/// The next waiting connection, non-blocking; -1 when there is none.
inline int accept_connection(int listener) {
  const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) disable_nagle(fd);
  return fd;
}

/// Sends back what came, once. False: the other side is gone. For loops that report readiness and leave the calls to the user.
inline bool echo_once(int fd) {
  char buffer[65536];
  const ssize_t count = recv(fd, buffer, sizeof buffer, 0);
  if (count > 0 && send(fd, buffer, static_cast<std::size_t>(count), 0) != count) give_up("send");
  return count > 0 || (count < 0 && errno == EAGAIN);
}

}  // namespace millrace::bench
