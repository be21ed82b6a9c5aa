// Stands in for io_uring_poller.cpp where the system has no io_uring or the build had no liburing.
#include "poll/io_uring_poller.h"

namespace millrace {

Result<std::unique_ptr<Poller>> make_io_uring_poller(IoUringSetup) {
#ifdef __linux__
  return fail(Errc::unsupported,
              "io_uring: this build of Millrace leaves it out; install liburing (Debian: liburing-dev), configure again without "
              "MILLRACE_PORTABLE_ONLY, and rebuild, or choose another poller");
#else
  return fail(Errc::unsupported, "io_uring: needs Linux; choose another poller");
#endif
}

Result<std::unique_ptr<Poller>> make_io_uring_poller() { return make_io_uring_poller(IoUringSetup{}); }

}  // namespace millrace
