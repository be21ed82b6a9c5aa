// The workloads of `./dev bench core`, written once against a small adapter per library, so that all of them do the same work.
//
// An adapter L offers, where it takes part:
//   static const char* version()               what is measured
//   L(bool threads)                            threads: post() will be called from other threads
//   void post(F)                               any thread
//   producer()                                 only where the library has something for each posting thread: post(F), finish()
//   void self_post(F)                          loop thread: the cheapest documented way to run F soon, outside the current callback
//   void run(), void stop()                    run() ends by stop() alone; stop() is called on the loop thread
//   Timer, timer_new(Timer*), timer_delete(Timer*)            Timer lives in raw storage
//   timer_add(Timer*, ms, TimerCallback, void*)               one-shot
//   timer_rearm(Timer*, ms, TimerCallback, void*)             the same delay again, whether it has fired or not
//   timer_cancel(Timer*), timer_settle()                      settle: whatever the library still has to do after cancelling
//   timer_constant(ms)                                        all further timers have this delay; a library may prepare for it
//   void echo(int listener)                                   serve a non-blocking listening socket
//
// Wall time where threads work together, thread CPU time where one thread works alone.
// A library that can do one thing in several ways has an adapter for each; they are variants of the same workloads: post_1@lane.
#pragma once

#include <cstring>
#include <new>
#include <span>
#include <thread>

#include "common.h"
#include "program.h"

namespace millrace::bench {

using TimerCallback = void (*)(void*);

constexpr int kProducerCore = 0;
constexpr int kLoopCore = 1;
constexpr unsigned kStartUpUs = 20'000;  // long enough for a loop thread to fall asleep

// ---- Posting from other threads -------------------------------------------------------------------------------------------------

struct PostLoad {
  const char* name;
  std::size_t producers;
  std::size_t tasks_each;
  /// At most this many tasks wait at once, so that the queue stays warm. Zero: no bound, the queue grows and page faults count.
  std::size_t window;
};

/// What the posted tasks share. Written by the loop thread but for `seen`, which it publishes to the producers.
template <typename L>
struct PostProgress {
  L* loop;
  std::size_t total;
  std::size_t done = 0;
  std::uint64_t end_ns = 0;
  alignas(64) std::atomic<std::size_t> seen{0};
};

/// 32 bytes, as a task with a pointer and a few values has: more than the inline buffer of std::function. 16 fit.
template <typename L, std::size_t Bytes>
struct PostedTask {
  PostProgress<L>* progress;
  std::uint64_t payload[Bytes / 8 - 1];
  void operator()() const {
    PostProgress<L>& p = *progress;
    ++p.done;
    if (p.done % 64 == 0) p.seen.store(p.done, std::memory_order_release);  // pairs with the producers' window
    if (p.done == p.total) {
      p.end_ns = wall_ns();
      p.loop->stop();
    }
  }
};

/// How a thread posts where the library has nothing for each of them.
template <typename L>
struct PlainProducer {
  L& loop;
  template <typename F>
  void post(F f) {
    loop.post(std::move(f));
  }
  void finish() {}
};
template <typename L>
auto producer_of(L& loop) {
  if constexpr (requires { loop.producer(); })
    return loop.producer();
  else
    return PlainProducer<L>{loop};
}

template <typename L, std::size_t Bytes = 32>
void measure_post(const PostLoad& load) {
  using Posted = PostedTask<L, Bytes>;
  static_assert(sizeof(Posted) == Bytes);
  L loop(true);
  PostProgress<L> progress{.loop = &loop, .total = load.producers * load.tasks_each};
  std::atomic<std::size_t> ready{0};
  std::atomic<bool> go{false};
  const bool one_producer = load.producers == 1;
  std::thread loop_thread([&] {
    if (one_producer) pin_to_core(kLoopCore);
    ++ready;
    loop.run();
  });
  std::vector<std::thread> producers;
  for (std::size_t p = 0; p < load.producers; ++p) {
    producers.emplace_back([&] {
      if (one_producer) pin_to_core(kProducerCore);
      auto producer = producer_of(loop);
      ++ready;
      while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
      for (std::size_t i = 1; i <= load.tasks_each; ++i) {
        if constexpr (Bytes == 32)
          producer.post(Posted{&progress, {i, i, i}});
        else
          producer.post(Posted{&progress, {i}});
        if (load.window != 0 && i % 256 == 0)
          while (i * load.producers > progress.seen.load(std::memory_order_acquire) + load.window) std::this_thread::yield();
      }
      producer.finish();
    });
  }
  while (ready < load.producers + 1) std::this_thread::yield();
  usleep(kStartUpUs);
  const std::uint64_t cpu_before = process_cpu_ns();
  const std::uint64_t start = wall_ns();
  go = true;
  for (std::thread& producer : producers) producer.join();
  loop_thread.join();
  report(load.name, "time", "ns/task", per(progress.end_ns - start, progress.total));
  report(load.name, "cpu", "ns/task", per(process_cpu_ns() - cpu_before, progress.total));
}

// ---- Round trip: a thread posts to a sleeping loop and waits for the answer -----------------------------------------------------

struct PingPong {
  const char* name;
  bool poster_sleeps;  ///< false: it spins, so only the loop's wake-up is paid
  int poster_core;
  int loop_core;
  /// The poster waits this long before each round, spinning, so that the loop is surely asleep. Without it a poster that spins often
  /// comes before the loop has fallen asleep, and the figures of one library jump between two values.
  std::uint64_t pause_ns = 0;
};

template <typename L>
void measure_ping_pong(const PingPong& how, std::size_t rounds) {
  L loop(true);
  Flag answered;
  std::atomic<bool> up{false};
  std::thread loop_thread([&] {
    pin_to_core(how.loop_core);
    up = true;
    loop.run();
  });
  pin_to_core(how.poster_core);
  while (!up) std::this_thread::yield();
  usleep(kStartUpUs);
  std::vector<std::uint64_t> round_trips;
  round_trips.reserve(rounds);
  for (std::size_t i = 0; i < rounds; ++i) {
    std::uint64_t start = wall_ns();
    for (const std::uint64_t pause_end = start + how.pause_ns; start < pause_end;) start = wall_ns();
    if (how.poster_sleeps) {
      loop.post([&answered] { answered.raise_and_wake(); });
      answered.await_sleeping();
    } else {
      loop.post([&answered] { answered.raise(); });
      answered.await_spinning();
    }
    round_trips.push_back(wall_ns() - start);
  }
  loop.post([&loop] { loop.stop(); });
  loop_thread.join();
  report(how.name, "p50", "us", percentile(round_trips, 0.5) / 1000);
  report(how.name, "p99", "us", percentile(round_trips, 0.99) / 1000);
}

/// Hardly any work: one post every 50 ms. How much of a core does the loop's thread use meanwhile?
template <typename L>
void measure_idle(std::size_t posts) {
  constexpr unsigned kQuietUs = 50'000;
  L loop(true);
  std::thread loop_thread([&loop] { loop.run(); });
  usleep(kStartUpUs);
  clockid_t loop_clock{};
  pthread_getcpuclockid(loop_thread.native_handle(), &loop_clock);
  const std::uint64_t cpu_before = read_clock_ns(loop_clock);
  const std::uint64_t start = wall_ns();
  for (std::size_t i = 0; i < posts; ++i) {
    loop.post([] {});
    usleep(kQuietUs);
  }
  report("idle", "cpu", "%", per((read_clock_ns(loop_clock) - cpu_before) * 100, wall_ns() - start));
  loop.post([&loop] { loop.stop(); });
  loop_thread.join();
}

// ---- Posting from inside the loop -----------------------------------------------------------------------------------------------

/// One task queues the next.
template <typename L>
void measure_self_chain(std::size_t tasks) {
  struct Step {
    L* loop;
    std::size_t* left;
    void operator()() const {
      if (--*left == 0)
        loop->stop();
      else
        loop->self_post(*this);
    }
  };
  L loop(false);
  std::size_t left = tasks;
  loop.self_post(Step{&loop, &left});
  const std::uint64_t start = thread_cpu_ns();
  loop.run();
  report("self_chain", "time", "ns/task", per(thread_cpu_ns() - start, tasks));
}

/// One task queues 999 that do nothing much and itself again.
template <typename L>
void measure_self_batch(std::size_t tasks) {
  struct Count {
    std::size_t* done;
    void operator()() const { ++*done; }
  };
  struct Batch {
    L* loop;
    std::size_t* done;
    std::size_t total;
    void operator()() const {
      if (*done >= total) return loop->stop();
      for (int i = 0; i < 999; ++i) loop->self_post(Count{done});
      ++*done;
      loop->self_post(*this);
    }
  };
  L loop(false);
  std::size_t done = 0;
  loop.self_post(Batch{&loop, &done, tasks});
  const std::uint64_t start = thread_cpu_ns();
  loop.run();
  report("self_batch", "time", "ns/task", per(thread_cpu_ns() - start, done));
}

// ---- Timers ---------------------------------------------------------------------------------------------------------------------

/// Raw storage side by side: kind to libraries whose users embed the timer. Never freed, because a handle may have to outlive its
/// cancellation, and the process ends after one workload.
template <typename Timer>
std::span<Timer> timer_storage(std::size_t count) {
  void* storage = std::malloc(count * sizeof(Timer));
  if (storage == nullptr) give_up("malloc");
  return {static_cast<Timer*>(storage), count};
}

struct Countdown {
  std::size_t left;
  std::uint64_t end_cpu_ns = 0;
  void (*stop)(void*) = nullptr;
  void* loop = nullptr;
  static void one_fired(void* self) {
    auto& c = *static_cast<Countdown*>(self);
    if (--c.left > 0) return;
    c.end_cpu_ns = thread_cpu_ns();
    c.stop(c.loop);
  }
};

/// Timers of 1 s to 1 h, all cancelled in another, random order before any is due: what time-outs of requests do.
template <typename L>
void measure_timer_cancel(std::size_t count) {
  L loop(false);
  Countdown never{.left = count};
  std::vector<std::uint32_t> order(count), delays_ms(count);
  Rng random;
  for (std::size_t i = 0; i < count; ++i) {
    order[i] = static_cast<std::uint32_t>(i);
    delays_ms[i] = static_cast<std::uint32_t>(1000 + random() % 3'600'000);
  }
  for (std::size_t i = count - 1; i > 0; --i) std::swap(order[i], order[random() % (i + 1)]);
  const std::size_t heap_before = heap_bytes();
  const auto timers = timer_storage<typename L::Timer>(count);
  const std::uint64_t add_start = thread_cpu_ns();
  for (std::size_t i = 0; i < count; ++i) {
    loop.timer_new(&timers[i]);
    loop.timer_add(&timers[i], delays_ms[i], Countdown::one_fired, &never);
  }
  const std::uint64_t add_end = thread_cpu_ns();
  const std::size_t heap_after = heap_bytes();
  const std::uint64_t cancel_start = thread_cpu_ns();
  for (std::size_t i = 0; i < count; ++i) loop.timer_cancel(&timers[order[i]]);
  loop.timer_settle();
  const std::uint64_t cancel_end = thread_cpu_ns();
  for (auto& timer : timers) loop.timer_delete(&timer);
  report("timer_1M", "add", "ns/timer", per(add_end - add_start, count));
  report("timer_1M", "cancel", "ns/timer", per(cancel_end - cancel_start, count));
  report("timer_1M", "memory", "bytes/timer", per(heap_after - heap_before, count));
}

struct FireLoad {
  const char* name;
  std::size_t count;
  std::uint64_t same_ms;  ///< the delay of all; zero: 1 to 100 ms, at random
};

/// Everything is overdue when the loop starts, so the time is that of finding and calling, not of waiting.
template <typename L>
void measure_timer_fire(const FireLoad& load) {
  L loop(false);
  Countdown countdown{.left = load.count, .stop = [](void* l) { static_cast<L*>(l)->stop(); }, .loop = &loop};
  if (load.same_ms != 0) loop.timer_constant(load.same_ms);
  Rng random;
  const auto timers = timer_storage<typename L::Timer>(load.count);
  const std::uint64_t add_start = thread_cpu_ns();
  for (auto& timer : timers) {
    loop.timer_new(&timer);
    loop.timer_add(&timer, load.same_ms != 0 ? load.same_ms : 1 + random() % 100, Countdown::one_fired, &countdown);
  }
  const std::uint64_t add_end = thread_cpu_ns();
  usleep(150'000);
  const std::uint64_t fire_start = thread_cpu_ns();
  loop.run();
  report(load.name, "add", "ns/timer", per(add_end - add_start, load.count));
  report(load.name, "fire", "ns/timer", per(countdown.end_cpu_ns - fire_start, load.count));
  for (auto& timer : timers) loop.timer_delete(&timer);
}

/// One of many live 30 s timers starts again: what idle time-outs of connections do.
template <typename L>
void measure_timer_churn(std::size_t live, std::size_t rounds) {
  constexpr std::uint64_t kDelayMs = 30'000;
  L loop(false);
  Countdown never{.left = live};
  loop.timer_constant(kDelayMs);
  const auto timers = timer_storage<typename L::Timer>(live);
  for (auto& timer : timers) {
    loop.timer_new(&timer);
    loop.timer_add(&timer, kDelayMs, Countdown::one_fired, &never);
  }
  Rng random;
  const std::uint64_t start = thread_cpu_ns();
  for (std::size_t i = 1; i <= rounds; ++i) {
    loop.timer_rearm(&timers[random() % live], kDelayMs, Countdown::one_fired, &never);
    if (i % 1024 == 0) loop.timer_settle();
  }
  report("timer_churn10k", "rearm", "ns/timer", per(thread_cpu_ns() - start, rounds));
  for (auto& timer : timers) loop.timer_cancel(&timer);
  loop.timer_settle();
  for (auto& timer : timers) loop.timer_delete(&timer);
}

constexpr std::uint64_t kOneMsInNs = 1'000'000;

/// One 1 ms timer after the other: how late is each? Early is wrong, not better, so it is counted apart.
template <typename L>
void measure_timer_accuracy(std::size_t rounds) {
  struct Sequence {
    L* loop;
    typename L::Timer* timer;
    std::size_t left;
    std::uint64_t armed_ns = 0;
    std::size_t early = 0;
    std::vector<std::uint64_t> late_ns{};
    static void fired(void* self) {
      auto& s = *static_cast<Sequence*>(self);
      const std::uint64_t lasted_ns = wall_ns() - s.armed_ns;
      if (lasted_ns < kOneMsInNs) ++s.early;
      s.late_ns.push_back(std::max(lasted_ns, kOneMsInNs) - kOneMsInNs);
      if (--s.left == 0) return s.loop->stop();
      s.armed_ns = wall_ns();
      s.loop->timer_rearm(s.timer, 1, fired, self);
    }
  };
  L loop(false);
  const auto timer = timer_storage<typename L::Timer>(1);
  Sequence sequence{.loop = &loop, .timer = timer.data(), .left = rounds};
  loop.timer_new(timer.data());
  const std::uint64_t cpu_before = thread_cpu_ns();
  sequence.armed_ns = wall_ns();
  loop.timer_add(timer.data(), 1, Sequence::fired, &sequence);
  loop.run();
  const std::uint64_t cpu_after = thread_cpu_ns();
  const double late_p50_us = percentile(sequence.late_ns, 0.5) / 1000;
  report("timer_1ms", "late_p50", "us", late_p50_us);
  report("timer_1ms", "late_p99", "us", percentile(sequence.late_ns, 0.99) / 1000);
  report("timer_1ms", "lasts_p50", "us", 1000 + late_p50_us);
  report("timer_1ms", "early", "%", per(sequence.early * 100, rounds));
  report("timer_1ms", "cpu", "us/timer", per(cpu_after - cpu_before, rounds) / 1000);
  loop.timer_delete(timer.data());
}

// ---- Echo: messages of 64 bytes on loopback connections -------------------------------------------------------------------------

inline void measure_echo_clients(std::uint16_t port, std::size_t connections, std::size_t messages, clockid_t server_clock) {
  char buffer[4096];
  std::memset(buffer, 'x', sizeof buffer);
  constexpr ssize_t kSize = 64;
  const int poller = epoll_create1(EPOLL_CLOEXEC);
  std::vector<int> clients;
  for (std::size_t i = 0; i < connections; ++i) {
    const int fd = connect_to_loopback(port);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.fd = fd;
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &interest);
    clients.push_back(fd);
  }
  const std::uint64_t server_before = read_clock_ns(server_clock);
  const std::uint64_t start = wall_ns();
  for (const int fd : clients)
    if (send(fd, buffer, kSize, 0) != kSize) give_up("send");
  std::size_t answered = 0;
  epoll_event events[64];
  while (answered < messages) {
    const int ready = epoll_wait(poller, events, 64, -1);
    for (int i = 0; i < ready; ++i) {
      const int fd = events[i].data.fd;
      const ssize_t count = recv(fd, buffer, sizeof buffer, 0);
      if (count < 0 && errno == EAGAIN) continue;
      if (count != kSize) give_up("echo: a message came back torn");
      ++answered;
      if (send(fd, buffer, kSize, 0) != kSize) give_up("send");
    }
  }
  report("echo64", "server_cpu", "us/message", per(read_clock_ns(server_clock) - server_before, answered) / 1000);
  report("echo64", "time", "us/message", per(wall_ns() - start, answered) / 1000);
}

template <typename L>
void measure_echo(std::size_t connections, std::size_t messages) {
  std::uint16_t port = 0;
  const int listener = listen_on_loopback(port);
  std::thread server([listener] {
    pin_to_core(kLoopCore);
    static L loop(false);  // outlives the process's orderly part: see below
    loop.echo(listener);
    loop.run();
  });
  pin_to_core(kProducerCore);
  usleep(kStartUpUs);
  clockid_t server_clock{};
  pthread_getcpuclockid(server.native_handle(), &server_clock);
  measure_echo_clients(port, connections, messages, server_clock);
  std::fflush(stdout);
  _exit(0);  // the server never stops: nothing after the last message is measured
}

// ---- The program ----------------------------------------------------------------------------------------------------------------

// An adapter need not offer more than its groups use.
template <typename L>
constexpr Workload kPosts[] = {
    {"post_1", [](std::size_t d) { measure_post<L>({"post_1", 1, 1'000'000 / d, 0}); }},
    {"post_4", [](std::size_t d) { measure_post<L>({"post_4", 4, 500'000 / d, 0}); }},
    {"post_1_window", [](std::size_t d) { measure_post<L>({"post_1_window", 1, 1'000'000 / d, 8192}); }},
    {"post_4_window", [](std::size_t d) { measure_post<L>({"post_4_window", 4, 500'000 / d, 8192}); }},
    {"post_4_small", [](std::size_t d) { measure_post<L, 16>({"post_4_small", 4, 500'000 / d, 8192}); }},
};
template <typename L>
constexpr Workload kRoundTrips[] = {
    {"pingpong_spin", [](std::size_t d) { measure_ping_pong<L>({"pingpong_spin", false, kProducerCore, kLoopCore}, 10'000 / d); }},
    {"pingpong_pause",
     [](std::size_t d) { measure_ping_pong<L>({"pingpong_pause", false, kProducerCore, kLoopCore, 150'000}, 3'000 / d); }},
    {"pingpong_block", [](std::size_t d) { measure_ping_pong<L>({"pingpong_block", true, kProducerCore, kLoopCore}, 10'000 / d); }},
    {"pingpong_same_core", [](std::size_t d) { measure_ping_pong<L>({"pingpong_same_core", true, 0, 0}, 10'000 / d); }},
    {"idle", [](std::size_t) { measure_idle<L>(10); }},
};
template <typename L>
constexpr Workload kSelfPosts[] = {
    {"self_chain", [](std::size_t d) { measure_self_chain<L>(1'000'000 / d); }},
    {"self_batch", [](std::size_t d) { measure_self_batch<L>(1'000'000 / d); }},
};
template <typename L>
constexpr Workload kTimers[] = {
    {"timer_1M", [](std::size_t d) { measure_timer_cancel<L>(1'000'000 / d); }},
    {"timer_fire_1M", [](std::size_t d) { measure_timer_fire<L>({"timer_fire_1M", 1'000'000 / d, 0}); }},
    {"timer_same_100k", [](std::size_t d) { measure_timer_fire<L>({"timer_same_100k", 100'000 / d, 10}); }},
    {"timer_churn10k", [](std::size_t d) { measure_timer_churn<L>(10'000, 1'000'000 / d); }},
};
template <typename L>
constexpr Workload kPunctuality[] = {
    {"timer_1ms", [](std::size_t d) { measure_timer_accuracy<L>(500 / d); }},
};
template <typename L>
constexpr Workload kEcho[] = {
    {"echo64", [](std::size_t d) { measure_echo<L>(64, 300'000 / d); }},
};

template <typename L>
std::vector<Group> all_workloads() {
  return {{"", kPosts<L>}, {"", kRoundTrips<L>}, {"", kSelfPosts<L>}, {"", kTimers<L>}, {"", kPunctuality<L>}, {"", kEcho<L>}};
}

/// For a library that takes part in everything, in one way.
template <typename L>
int bench_main(std::span<char*> arguments) {
  return run_program(arguments, L::version(), all_workloads<L>());
}

}  // namespace millrace::bench
