// Question: what do posts, wake-ups, timers and readiness cost on a Millrace loop, through its public headers alone?
// Posts from inside are microtasks; a timer counts from the beginning of the tick, as with libev and libuv. The variants:
//   door_batch, lane, lane_batch   posts in batches of 64; through a lane for each posting thread; both
//   immediate                      posts from inside are immediates, which wait for the next tick
//   clock                          timers count from the call, which reads the clock
//   spin                           SleepPolicy::spin_max of 50 us
//   lead                           SleepPolicy::timer_lead_max of 200 us
//   io_uring                       the io_uring poller
//   observed                       an Observer is attached and the figures are read every 10 ms
#include <millrace/ingress.h>
#include <millrace/loop.h>
#include <millrace/observe/loop_metrics.h>
#include <millrace/observer.h>
#include <millrace/poller.h>
#include <millrace/version.h>

#include <chrono>
#include <deque>
#include <memory>

#include "workloads.h"

namespace millrace::bench {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// What the loop is made with.
struct AsItComes {
  // The peers' queues have no bound, so ours must not refuse where theirs grow.
  LoopOptions options() { return {.limits = {.ingress_max = std::size_t{1} << 24}}; }
  void attach(Loop&) {}
};
struct Spinning : AsItComes {
  LoopOptions options() {
    LoopOptions options = AsItComes::options();
    options.sleep.spin_max = microseconds(50);
    return options;
  }
};
struct Leading : AsItComes {
  LoopOptions options() {
    LoopOptions options = AsItComes::options();
    options.sleep.timer_lead_max = microseconds(200);
    return options;
  }
};
struct OnIoUring : AsItComes {
  std::unique_ptr<Poller> poller = make_io_uring_poller().value();
  LoopOptions options() {
    LoopOptions options = AsItComes::options();
    options.poller = poller.get();
    return options;
  }
};
struct Observed : AsItComes {
  Observer observer;
  std::uint64_t ticks_seen = 0;
  LoopOptions options() {
    LoopOptions options = AsItComes::options();
    options.observer = &observer;
    return options;
  }
  void attach(Loop& loop) {
    loop.every(milliseconds(10), [this, &loop] { ticks_seen = loop.figures().ticks; }).value().detach();
  }
};

/// With metrics on, and somebody who looks at them.
struct Measured : AsItComes {
  observe::LoopMetrics metrics;
  std::uint64_t tasks_seen = 0;
  LoopOptions options() {
    LoopOptions options = AsItComes::options();
    options.probe = &metrics;
    return options;
  }
  void attach(Loop& loop) {
    loop.every(milliseconds(10), [this] { tasks_seen = metrics.snapshot().serial; }).value().detach();
  }
};

template <typename Setup = AsItComes>
class MillraceAdapter {
 public:
  explicit MillraceAdapter(bool) { setup_.attach(loop_); }

  template <typename F>
  void post(F f) {
    if (door_.post(Task(std::move(f))) != Admission::accepted) give_up("post refused");
  }
  template <typename F>
  void self_post(F f) {
    loop_.queue_microtask(std::move(f)).value();
  }
  void run() { static_cast<void>(loop_.run()); }
  void stop() { loop_.stop(); }

  using Timer = TimerHandle;
  void timer_new(Timer* timer) { new (timer) Timer; }
  void timer_add(Timer* timer, std::uint64_t ms, TimerCallback callback, void* argument) {
    *timer = loop_.schedule_at(loop_.now() + milliseconds(ms), [callback, argument] { callback(argument); }).value();
  }
  void timer_rearm(Timer* timer, std::uint64_t ms, TimerCallback, void*) { timer->refresh_at(loop_.now() + milliseconds(ms)); }
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

  Setup setup_;

 protected:
  Loop loop_{setup_.options()};
  Ingress door_ = loop_.ingress();

 private:
  LivenessHold alive_ = loop_.hold();
  WatchHandle acceptor_;
  std::deque<WatchHandle> connections_;
};

class Immediates : public MillraceAdapter<> {
 public:
  using MillraceAdapter::MillraceAdapter;
  template <typename F>
  void self_post(F f) {
    loop_.immediate(std::move(f)).value();
  }
};

template <typename Setup = AsItComes>
class ClockTimers : public MillraceAdapter<Setup> {
 public:
  using MillraceAdapter<Setup>::MillraceAdapter;
  void timer_add(TimerHandle* timer, std::uint64_t ms, TimerCallback callback, void* argument) {
    *timer = this->loop_.schedule(milliseconds(ms), [callback, argument] { callback(argument); }).value();
  }
  void timer_rearm(TimerHandle* timer, std::uint64_t, TimerCallback, void*) { timer->refresh(); }
};

// Other ways in.

/// Posts one by one and waits while there is no room.
template <typename Entrance>
struct SinglePosts {
  Entrance entrance;
  template <typename F>
  void post(F f) {
    Task task(std::move(f));
    while (entrance.post(task) != Admission::accepted) std::this_thread::yield();
  }
  void finish() {}
};
/// Collects 64 tasks and posts them together.
template <typename Entrance>
struct BatchPosts {
  static constexpr std::size_t kBatch = 64;
  Entrance entrance;
  std::vector<Task> collected{};
  template <typename F>
  void post(F f) {
    collected.emplace_back(std::move(f));
    if (collected.size() == kBatch) finish();
  }
  void finish() {
    for (std::span<Task> left = collected; !left.empty();) {
      const std::size_t accepted = entrance.post_batch(left).accepted;
      if (accepted == 0) std::this_thread::yield();
      left = left.subspan(accepted);
    }
    collected.clear();
  }
};

class DoorBatches : public MillraceAdapter<> {
 public:
  using MillraceAdapter::MillraceAdapter;
  auto producer() { return BatchPosts<Ingress>{door_}; }
};
class Lanes : public MillraceAdapter<> {
 public:
  using MillraceAdapter::MillraceAdapter;
  auto producer() { return SinglePosts<Lane>{open_lane()}; }

 protected:
  Lane open_lane() { return door_.open_lane({.capacity = 8192}).value(); }
};
class LaneBatches : public Lanes {
 public:
  using Lanes::Lanes;
  auto producer() { return BatchPosts<Lane>{open_lane()}; }
};

std::vector<Group> groups() {
  using Plain = MillraceAdapter<>;
  using Watched = MillraceAdapter<Observed>;
  using Metered = MillraceAdapter<Measured>;
  return {{"", kPosts<Plain>},
          {"door_batch", kPosts<DoorBatches>},
          {"lane", kPosts<Lanes>},
          {"lane_batch", kPosts<LaneBatches>},
          {"", kRoundTrips<Plain>},
          {"", kSelfPosts<Plain>},
          {"", kTimers<Plain>},
          {"", kPunctuality<ClockTimers<>>},  // from the call: what passed in the tick before is not the timer's
          {"", kEcho<Plain>},
          {"immediate", kSelfPosts<Immediates>},
          {"clock", kTimers<ClockTimers<>>},
          {"spin", kRoundTrips<MillraceAdapter<Spinning>>},
          {"lead", kPunctuality<ClockTimers<Leading>>},
          {"io_uring", kEcho<MillraceAdapter<OnIoUring>>},
          {"observed", kPosts<Watched>},
          {"observed", kRoundTrips<Watched>},
          {"observed", kSelfPosts<Watched>},
          {"observed", kTimers<Watched>},
          {"observed", kPunctuality<ClockTimers<Observed>>},
          {"observed", kEcho<Watched>},
          {"measured", kPosts<Metered>},
          {"measured", kRoundTrips<Metered>},
          {"measured", kSelfPosts<Metered>},
          {"measured", kTimers<Metered>},
          {"measured", kPunctuality<ClockTimers<Measured>>},
          {"measured", kEcho<Metered>}};
}

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  using namespace millrace::bench;
  return run_program({argv, static_cast<std::size_t>(argc)}, millrace::kVersion.data(), groups());
}
