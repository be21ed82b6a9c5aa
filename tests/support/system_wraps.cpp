// System calls that ask the FaultPlan first. __wrap_X stands for X in our objects, __real_X is X (ld --wrap).
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>

#include <cstdarg>

#include "support/fault_plan.h"

#ifdef MILLRACE_HAVE_LIBURING
#include <liburing.h>
#endif

using millrace::testing::FaultPlan;
using millrace::testing::SystemCall;

namespace {

/// True: the call is refused, and errno says why.
bool refused(SystemCall call) noexcept {
  const int error = FaultPlan::ask(call);
  if (error != 0) errno = error;
  return error != 0;
}

}  // namespace

extern "C" {

int __real_epoll_create1(int);
int __real_epoll_ctl(int, int, int, epoll_event*);
int __real_epoll_wait(int, epoll_event*, int, int);
int __real_epoll_pwait2(int, epoll_event*, int, const timespec*, const sigset_t*);
int __real_eventfd(unsigned, int);
ssize_t __real_read(int, void*, size_t);
ssize_t __real_write(int, const void*, size_t);
int __real_close(int);
int __real_fcntl(int, int, ...);
int __real_fstat(int, struct stat*);
int __real_poll(pollfd*, nfds_t, int);
int __real_ppoll(pollfd*, nfds_t, const timespec*, const sigset_t*);
int __real_pipe(int*);
int __real_pipe2(int*, int);
long __real_syscall(long, ...);
int __real_open(const char*, int, ...);
ssize_t __real_pread(int, void*, size_t, off_t);
int __real_ftruncate(int, off_t);
int __real_fdatasync(int);
int __real_fsync(int);
int __real_flock(int, int);

int __wrap_epoll_create1(int flags) { return refused(SystemCall::epoll_create1) ? -1 : __real_epoll_create1(flags); }
int __wrap_epoll_ctl(int epoll, int operation, int fd, epoll_event* event) {
  return refused(SystemCall::epoll_ctl) ? -1 : __real_epoll_ctl(epoll, operation, fd, event);
}
int __wrap_epoll_wait(int epoll, epoll_event* events, int count, int timeout_ms) {
  return refused(SystemCall::epoll_wait) ? -1 : __real_epoll_wait(epoll, events, count, timeout_ms);
}
int __wrap_epoll_pwait2(int epoll, epoll_event* events, int count, const timespec* timeout, const sigset_t* mask) {
  return refused(SystemCall::epoll_pwait2) ? -1 : __real_epoll_pwait2(epoll, events, count, timeout, mask);
}
int __wrap_eventfd(unsigned initial, int flags) { return refused(SystemCall::eventfd) ? -1 : __real_eventfd(initial, flags); }
ssize_t __wrap_read(int fd, void* bytes, size_t size) { return refused(SystemCall::read) ? -1 : __real_read(fd, bytes, size); }
ssize_t __wrap_write(int fd, const void* bytes, size_t size) {
  return refused(SystemCall::write) ? -1 : __real_write(fd, bytes, size);
}
int __wrap_close(int fd) {
  const int result = __real_close(fd);
  return refused(SystemCall::close) ? -1 : result;
}
int __wrap_fcntl(int fd, int command, ...) {
  va_list rest;
  va_start(rest, command);
  const long argument = va_arg(rest, long);
  va_end(rest);
  return refused(SystemCall::fcntl) ? -1 : __real_fcntl(fd, command, argument);
}
int __wrap_fstat(int fd, struct stat* about) { return refused(SystemCall::fstat) ? -1 : __real_fstat(fd, about); }
int __wrap_poll(pollfd* fds, nfds_t count, int timeout_ms) {
  return refused(SystemCall::poll) ? -1 : __real_poll(fds, count, timeout_ms);
}
int __wrap_ppoll(pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t* mask) {
  return refused(SystemCall::ppoll) ? -1 : __real_ppoll(fds, count, timeout, mask);
}
int __wrap_open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return refused(SystemCall::open) ? -1 : __real_open(path, flags, mode);
}
ssize_t __wrap_pread(int fd, void* bytes, size_t size, off_t offset) {
  return refused(SystemCall::pread) ? -1 : __real_pread(fd, bytes, size, offset);
}
int __wrap_ftruncate(int fd, off_t size) { return refused(SystemCall::ftruncate) ? -1 : __real_ftruncate(fd, size); }
int __wrap_fdatasync(int fd) { return refused(SystemCall::fdatasync) ? -1 : __real_fdatasync(fd); }
int __wrap_fsync(int fd) { return refused(SystemCall::fsync) ? -1 : __real_fsync(fd); }
int __wrap_flock(int fd, int operation) { return refused(SystemCall::flock) ? -1 : __real_flock(fd, operation); }
int __wrap_pipe(int* ends) { return refused(SystemCall::pipe) ? -1 : __real_pipe(ends); }
int __wrap_pipe2(int* ends, int flags) { return refused(SystemCall::pipe2) ? -1 : __real_pipe2(ends, flags); }
long __wrap_syscall(long number, ...) {
  long arguments[6];
  va_list rest;
  va_start(rest, number);
  for (long& argument : arguments) argument = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_futex && refused(SystemCall::futex)) return -1;
  return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}

#ifdef MILLRACE_HAVE_LIBURING
// liburing returns errno, negative.
int __real_io_uring_queue_init_params(unsigned, io_uring*, io_uring_params*);
int __real_io_uring_enter2(unsigned, unsigned, unsigned, unsigned, sigset_t*, size_t);

int __wrap_io_uring_queue_init_params(unsigned entries, io_uring* ring, io_uring_params* parameters) {
  if (const int error = FaultPlan::ask(SystemCall::io_uring_queue_init_params)) return -error;
  return __real_io_uring_queue_init_params(entries, ring, parameters);
}
int __wrap_io_uring_enter2(unsigned fd, unsigned submitted, unsigned completions, unsigned flags, sigset_t* mask, size_t size) {
  if (const int error = FaultPlan::ask(SystemCall::io_uring_enter2)) return -error;
  return __real_io_uring_enter2(fd, submitted, completions, flags, mask, size);
}
#endif

}  // extern "C"
