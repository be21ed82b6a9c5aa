// Question: what do posts, wake-ups, timers and readiness cost on a Millrace loop, through its public headers alone?
#include <millrace/ingress.h>
#include <millrace/loop.h>
#include <millrace/version.h>

#include <chrono>
#include <deque>
#include <memory>

#include "workloads.h"

namespace millrace::bench {
namespace {

class MillraceAdapter {
 public:
  static const char* version() { return kVersion.data(); }
  explicit MillraceAdapter(bool) {}

  template <typename F>
  void post(F f) {
    if (door_.post(Task(std::move(f))) != Admission::accepted) give_up("post refused");
  }
  template <typename F>
  void self_post(F f) {
    loop_.immediate(std::move(f)).value();
  }
  void run() { static_cast<void>(loop_.run()); }
  void stop() { loop_.stop(); }

  using Timer = TimerHandle;
  void timer_new(Timer* timer) { new (timer) Timer; }
  void timer_add(Timer* timer, std::uint64_t ms, TimerCallback callback, void* argument) {
    *timer = loop_.schedule(std::chrono::milliseconds(ms), [callback, argument] { callback(argument); }).value();
  }
  void timer_rearm(Timer* timer, std::uint64_t, TimerCallback, void*) { timer->refresh(); }
  void timer_cancel(Timer* timer) { timer->cancel(); }
  void timer_settle() {}
  void timer_delete(Timer* timer) { timer->~Timer(); }
  void timer_constant(std::uint64_t) {}

  void echo(int listener) {
    acceptor_ = loop_.watch(listener, Interest::readable, [this, listener](Readiness) { accept_all(listener); }).value();
  }

 private:
  void accept_all(int listener) {
    for (int fd = accept_connection(listener); fd >= 0; fd = accept_connection(listener)) {
      WatchHandle& connection = connections_.emplace_back();
      connection = loop_
                       .watch(fd, Interest::readable,
                              [fd, &connection](Readiness) {
                                if (!echo_once(fd)) connection.close();
                              })
                       .value();
    }
  }

  // The peers' queues have no bound, so ours must not refuse where theirs grow.
  Loop loop_{LoopOptions{.limits = {.ingress_max = std::size_t{1} << 24}}};
  Ingress door_ = loop_.ingress();
  LivenessHold alive_ = loop_.hold();
  WatchHandle acceptor_;
  std::deque<WatchHandle> connections_;
};

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  return millrace::bench::bench_main<millrace::bench::MillraceAdapter>({argv, static_cast<std::size_t>(argc)});
}
