// Question: what is the least that posts, wake-ups and echo cost with epoll and no library? A floor, not a library.
// The variant `spin` never sleeps: the least that a round trip costs.
#include <sys/eventfd.h>

#include "task_queue.h"
#include "workloads.h"

namespace millrace::bench {
namespace {

class RawEpollAdapter {
 public:
  explicit RawEpollAdapter(bool) {
    epoll_event interest{};
    interest.events = EPOLLIN | EPOLLET;  // edge-triggered: the eventfd is never read
    interest.data.fd = wake_;
    epoll_ctl(poller_, EPOLL_CTL_ADD, wake_, &interest);
  }
  ~RawEpollAdapter() {
    close(wake_);
    close(poller_);
  }
  RawEpollAdapter(const RawEpollAdapter&) = delete;
  RawEpollAdapter& operator=(const RawEpollAdapter&) = delete;

  template <typename F>
  void post(F f) {
    if (!posted_.push(std::move(f))) return;
    has_posted_.store(true);  // pairs with run(): either it sees this, or this sees that it sleeps
    if (sleeping_.load() && sleeping_.exchange(false)) eventfd_write(wake_, 1);
  }
  template <typename F>
  void self_post(F f) {
    static_cast<void>(local_.push(std::move(f)));
  }
  void run() {
    while (!stopped_) {
      const bool busy = run_queues();
      if (busy && !serves_) continue;
      wait(!busy);
    }
  }
  void stop() { stopped_ = true; }

  void echo(int listener) {
    serves_ = true;
    watch(listener_ = listener);
  }

 protected:
  bool run_queues() {
    const bool has_local = !local_.empty();
    if (has_local) local_.run_all();
    const bool has_posted = has_posted_.load(std::memory_order_relaxed) && has_posted_.exchange(false);
    if (has_posted) posted_.run_all();
    return has_local || has_posted;
  }
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  void wait(bool may_sleep) {
    if (may_sleep) sleeping_.store(true);
    epoll_event events[128];
    const int ready = epoll_wait(poller_, events, 128, may_sleep && !has_posted_.load() ? -1 : 0);
    sleeping_.store(false, std::memory_order_relaxed);
    for (int i = 0; i < ready; ++i) {
      const int fd = events[i].data.fd;
      if (fd == wake_) continue;
      if (fd == listener_)
        for (int accepted = accept_connection(fd); accepted >= 0; accepted = accept_connection(fd)) watch(accepted);
      else if (!echo_once(fd))
        close(fd);
    }
  }
  void watch(int fd) {
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.fd = fd;
    epoll_ctl(poller_, EPOLL_CTL_ADD, fd, &interest);
  }

  int poller_ = epoll_create1(EPOLL_CLOEXEC);
  int wake_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  int listener_ = -1;
  bool serves_ = false;
  bool stopped_ = false;
  LocalTaskQueue local_;
  TaskQueue posted_;
  alignas(64) std::atomic<bool> has_posted_{false};
  std::atomic<bool> sleeping_{false};
};

class RawSpinAdapter : public RawEpollAdapter {
 public:
  using RawEpollAdapter::RawEpollAdapter;
  void run() {
    while (!stopped())
      if (!run_queues()) __builtin_ia32_pause();
  }
};

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  using namespace millrace::bench;
  const std::vector<Group> groups = {{"", kPosts<RawEpollAdapter>},
                                     {"", kRoundTrips<RawEpollAdapter>},
                                     {"", kSelfPosts<RawEpollAdapter>},
                                     {"", kEcho<RawEpollAdapter>},
                                     {"spin", kRoundTrips<RawSpinAdapter>}};
  return run_program({argv, static_cast<std::size_t>(argc)}, "no library", groups);
}
