// Stands in for epoll_poller.cpp where the system has no epoll.
#include <millrace/poller.h>

namespace millrace {

Result<std::unique_ptr<Poller>> make_epoll_poller() {
  return fail(Errc::unsupported,
              "epoll: needs Linux, and a build of Millrace without MILLRACE_PORTABLE_ONLY; choose PollerKind::automatic or ::poll");
}

}  // namespace millrace
