// What each thread knows of itself: its number, and to which sinks it is writing. The room's only thread-local objects (docs/adr/0019).
#pragma once

#include <cstdint>

namespace millrace::observe::detail {

/// The system's number of the calling thread, asked once a thread. In a fork() it is the parent's.
[[nodiscard]] std::uint64_t this_thread_number() noexcept;

/// Marks that the calling thread is inside of `what` while it exists. Objects of one thread end in reverse order.
class [[nodiscard]] InsideMark {
 public:
  explicit InsideMark(const void* what) noexcept;
  InsideMark(const InsideMark&) = delete;
  InsideMark& operator=(const InsideMark&) = delete;
  ~InsideMark();
  [[nodiscard]] static bool is_inside(const void* what) noexcept;

 private:
  const void* what_;
  const InsideMark* outer_;
};

}  // namespace millrace::observe::detail
