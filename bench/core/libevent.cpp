// Question: what do posts, wake-ups, timers and echo cost with libevent, used as well as its manual allows?
// Posts go through a queue of ours and event_active when it was empty; timers are precise, and where all have one delay they use
// its common time-outs; echo is plain readiness, which is cheaper than bufferevents.
#include <event2/event.h>
#include <event2/event_struct.h>
#include <event2/thread.h>

#include "task_queue.h"
#include "workloads.h"

namespace millrace::bench {
namespace {

class LibeventAdapter {
 public:
  static const char* version() { return event_get_version(); }
  explicit LibeventAdapter(bool threads) {
    if (threads) evthread_use_pthreads();
    event_config* config = event_config_new();
    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
    base_ = event_base_new_with_config(config);
    event_config_free(config);
    wake_ = event_new(
        base_, -1, EV_PERSIST, [](evutil_socket_t, short, void* self) { static_cast<LibeventAdapter*>(self)->posted_.run_all(); },
        this);
    event_add(wake_, nullptr);
  }
  ~LibeventAdapter() {
    event_free(wake_);
    event_base_free(base_);
  }
  LibeventAdapter(const LibeventAdapter&) = delete;
  LibeventAdapter& operator=(const LibeventAdapter&) = delete;

  template <typename F>
  void post(F f) {
    if (posted_.push(std::move(f))) event_active(wake_, 0, 0);
  }
  template <typename F>
  void self_post(F f) {
    post(std::move(f));
  }
  void run() { event_base_loop(base_, EVLOOP_NO_EXIT_ON_EMPTY); }
  void stop() { event_base_loopbreak(base_); }

  struct Timer {
    event timeout;
    TimerCallback callback;
    void* argument;
  };
  void timer_new(Timer*) {}
  void timer_add(Timer* timer, std::uint64_t ms, TimerCallback callback, void* argument) {
    timer->callback = callback;
    timer->argument = argument;
    event_assign(
        &timer->timeout, base_, -1, 0,
        [](evutil_socket_t, short, void* self) {
          const auto* fired = static_cast<Timer*>(self);
          fired->callback(fired->argument);
        },
        timer);
    start(timer, ms);
  }
  void timer_rearm(Timer* timer, std::uint64_t ms, TimerCallback, void*) { start(timer, ms); }
  void timer_cancel(Timer* timer) { event_del(&timer->timeout); }
  void timer_settle() {}
  void timer_delete(Timer* timer) { event_del(&timer->timeout); }
  void timer_constant(std::uint64_t ms) {
    const timeval delay = to_timeval(ms);
    common_ = event_base_init_common_timeout(base_, &delay);
  }

  void echo(int listener) {
    listener_ = event_new(base_, listener, EV_READ | EV_PERSIST, accept_all, this);
    event_add(listener_, nullptr);
  }

 private:
  static timeval to_timeval(std::uint64_t ms) {
    return {static_cast<time_t>(ms / 1000), static_cast<suseconds_t>(ms % 1000 * 1000)};
  }
  void start(Timer* timer, std::uint64_t ms) {
    const timeval delay = to_timeval(ms);
    event_add(&timer->timeout, common_ != nullptr ? common_ : &delay);
  }
  static void accept_all(evutil_socket_t listener, short, void* self) {
    for (int fd = accept_connection(listener); fd >= 0; fd = accept_connection(listener)) {
      auto* connection = new event;
      event_assign(connection, static_cast<LibeventAdapter*>(self)->base_, fd, EV_READ | EV_PERSIST, echo_ready, connection);
      event_add(connection, nullptr);
    }
  }
  static void echo_ready(evutil_socket_t fd, short, void* connection) {
    if (!echo_once(fd)) event_del(static_cast<event*>(connection));
  }

  event_base* base_;
  event* wake_;
  event* listener_ = nullptr;
  const timeval* common_ = nullptr;
  TaskQueue posted_;
};

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  return millrace::bench::bench_main<millrace::bench::LibeventAdapter>({argv, static_cast<std::size_t>(argc)});
}
