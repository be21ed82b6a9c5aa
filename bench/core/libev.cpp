// Question: what do posts, wake-ups, timers and echo cost with libev, used as well as its manual allows?
// Posts go through a queue of ours and ev_async_send when it was empty; posts from inside through ev_feed_event; a timer starts
// again by ev_timer_again.
#include <ev.h>

#include "task_queue.h"
#include "workloads.h"

namespace millrace::bench {
namespace {

class LibevAdapter {
 public:
  static const char* version() {
    static const std::string text = std::to_string(ev_version_major()) + "." + std::to_string(ev_version_minor());
    return text.c_str();
  }
  explicit LibevAdapter(bool) : loop_(ev_loop_new(unsigned{EVBACKEND_EPOLL} | unsigned{EVFLAG_NOENV})) {
    ev_set_userdata(loop_, this);
    ev_async_init(&async_, [](LoopRef loop, ev_async*, int) { self(loop).posted_.run_all(); });
    ev_async_start(loop_, &async_);
    ev_init(&local_run_, [](LoopRef loop, ev_prepare*, int) { self(loop).local_.run_all(); });
  }
  ~LibevAdapter() { ev_loop_destroy(loop_); }
  LibevAdapter(const LibevAdapter&) = delete;
  LibevAdapter& operator=(const LibevAdapter&) = delete;

  template <typename F>
  void post(F f) {
    if (posted_.push(std::move(f))) ev_async_send(loop_, &async_);
  }
  template <typename F>
  void self_post(F f) {
    if (local_.push(std::move(f))) ev_feed_event(loop_, &local_run_, EV_CUSTOM);
  }
  void run() { ev_run(loop_, 0); }
  void stop() { ev_break(loop_, EVBREAK_ALL); }

  struct Timer {
    ev_timer watcher;
    TimerCallback callback;
  };
  void timer_new(Timer* timer) {
    ev_init(&timer->watcher, [](LoopRef, ev_timer* fired, int) { reinterpret_cast<Timer*>(fired)->callback(fired->data); });
  }
  void timer_add(Timer* timer, std::uint64_t ms, TimerCallback callback, void* argument) {
    timer->callback = callback;
    timer->watcher.data = argument;
    ev_timer_set(&timer->watcher, static_cast<double>(ms) / 1000, 0.);
    ev_timer_start(loop_, &timer->watcher);
  }
  void timer_rearm(Timer* timer, std::uint64_t ms, TimerCallback, void*) {
    timer->watcher.repeat = static_cast<double>(ms) / 1000;
    ev_timer_again(loop_, &timer->watcher);
  }
  void timer_cancel(Timer* timer) { ev_timer_stop(loop_, &timer->watcher); }
  void timer_settle() {}
  void timer_delete(Timer* timer) { ev_timer_stop(loop_, &timer->watcher); }
  void timer_constant(std::uint64_t) {}

  void echo(int listener) {
    ev_io_init(&listener_, accept_all, listener, EV_READ);
    ev_io_start(loop_, &listener_);
  }

 private:
  using LoopRef = struct ev_loop*;

  static LibevAdapter& self(LoopRef loop) { return *static_cast<LibevAdapter*>(ev_userdata(loop)); }
  static void accept_all(LoopRef loop, ev_io* listener, int) {
    for (int fd = accept_connection(listener->fd); fd >= 0; fd = accept_connection(listener->fd)) {
      auto* connection = new ev_io;
      ev_io_init(connection, echo_ready, fd, EV_READ);
      ev_io_start(loop, connection);
    }
  }
  static void echo_ready(LoopRef loop, ev_io* connection, int) {
    if (!echo_once(connection->fd)) ev_io_stop(loop, connection);
  }

  LoopRef loop_;
  ev_async async_;
  ev_prepare local_run_;  // never started: only a callback to feed events to
  ev_io listener_;
  TaskQueue posted_;
  LocalTaskQueue local_;
};

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  return millrace::bench::bench_main<millrace::bench::LibevAdapter>({argv, static_cast<std::size_t>(argc)});
}
