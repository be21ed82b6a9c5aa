// "The n-th call of X fails with errno E": refusals of the operating system, placed one at a time.
//
// The program is linked with --wrap for each call (tests/faults/CMakeLists.txt), so that calls of our objects come to
// tests/support/system_wraps.cpp first, which asks the plan. Calls from inside shared libraries are not ours and do not.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace millrace::testing {

/// What can be refused. `futex` is syscall(SYS_futex, ...); syscall() with other numbers always passes.
enum class SystemCall : unsigned char {
  epoll_create1,
  epoll_ctl,
  epoll_wait,
  epoll_pwait2,
  eventfd,
  read,
  write,
  close,  // done all the same, as by Linux, and then said to have failed
  fcntl,
  fstat,
  poll,
  ppoll,
  pipe,
  pipe2,
  futex,
  io_uring_queue_init_params,
  io_uring_enter2,
  open,
  pread,
  ftruncate,
  fdatasync,
  fsync,
  flock,
};
inline constexpr std::array<std::string_view, 23> kSystemCalls{
    "epoll_create1",   "epoll_ctl", "epoll_wait", "epoll_pwait2", "eventfd",   "read",  "write", "close",
    "fcntl",           "fstat",     "poll",       "ppoll",        "pipe",      "pipe2", "futex", "io_uring_queue_init_params",
    "io_uring_enter2", "open",      "pread",      "ftruncate",    "fdatasync", "fsync", "flock"};
[[nodiscard]] constexpr std::string_view to_string(SystemCall call) noexcept {
  return kSystemCalls[static_cast<std::size_t>(call)];
}

struct Fault {
  SystemCall call;
  int nth;  ///< 1 is the first call after the plan took effect
  int error;
};

/// Counts every call, and refuses those it names, for as long as it lives. One at a time.
/// Thread    calls may come from any; made and destroyed by the test while no other thread makes system calls of ours.
class FaultPlan {
 public:
  FaultPlan(std::initializer_list<Fault> faults = {}) : faults_(faults) { current().store(this); }
  FaultPlan(const FaultPlan&) = delete;
  FaultPlan& operator=(const FaultPlan&) = delete;
  ~FaultPlan() { current().store(nullptr); }

  [[nodiscard]] int calls(SystemCall call) const noexcept { return calls_[static_cast<std::size_t>(call)]; }
  /// How many refusals were handed out.
  [[nodiscard]] int struck() const noexcept { return struck_; }

  /// For the wraps: counts a call and returns the errno it fails with, or 0.
  [[nodiscard]] static int ask(SystemCall call) noexcept {
    FaultPlan* plan = current().load();
    return plan == nullptr ? 0 : plan->next(call);
  }

 private:
  [[nodiscard]] static std::atomic<FaultPlan*>& current() noexcept {
    static std::atomic<FaultPlan*> plan{nullptr};  // the wraps are C functions and can be handed nothing
    return plan;
  }
  [[nodiscard]] int next(SystemCall call) noexcept {
    const int nth = ++calls_[static_cast<std::size_t>(call)];
    for (const Fault& fault : faults_) {
      if (fault.call != call || fault.nth != nth) continue;
      ++struck_;
      return fault.error;
    }
    return 0;
  }

  std::vector<Fault> faults_;
  std::array<std::atomic<int>, kSystemCalls.size()> calls_{};
  std::atomic<int> struck_{0};
};

}  // namespace millrace::testing
