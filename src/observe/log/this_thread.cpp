#include "observe/log/this_thread.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace millrace::observe::detail {
namespace {

thread_local constinit const InsideMark* innermost = nullptr;
thread_local constinit std::uint64_t number = 0;

}  // namespace

std::uint64_t this_thread_number() noexcept {
  if (number == 0) [[unlikely]]
    number = static_cast<std::uint64_t>(::syscall(SYS_gettid));
  return number;
}

InsideMark::InsideMark(const void* what) noexcept : what_(what), outer_(innermost) { innermost = this; }
InsideMark::~InsideMark() { innermost = outer_; }

bool InsideMark::is_inside(const void* what) noexcept {
  for (const InsideMark* mark = innermost; mark != nullptr; mark = mark->outer_)
    if (mark->what_ == what) return true;
  return false;
}

}  // namespace millrace::observe::detail
