#include <millrace/observe/stall_detector.h>

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

namespace millrace::observe {
namespace {
using namespace std::chrono_literals;

/// A probe that is moved by hand.
class ProbeByHand final : public Probe {
 public:
  ProbeByHand() { set_on(true); }
  void turn(bool on) { set_on(on); }
  void entered(Instant) noexcept override {}
  void left(Instant, const LoopFigures&, const LoopDepths&) noexcept override {}
  void closed(const LoopFigures&, const LoopDepths&) noexcept override {}
  void task_begins(Work) noexcept override {}
  void task(const TaskMeasure&) noexcept override {}
  void tick(Instant, Duration) noexcept override {}
  void post_waited(Instant, Duration, std::uint64_t) noexcept override {}
  void state(Instant, bool, const LoopFigures&, const LoopDepths&) noexcept override {}
  void woke(Instant) noexcept override {}
};

struct Reports {
  std::mutex mutex;
  std::vector<Stall> all;
  std::counting_semaphore<1'000> came{0};
  StallDetectorOptions options(Duration threshold = 20ms) {
    return {.threshold = threshold, .repeat = 10s, .on_stall = [this](const Stall& stall) {
              {
                const std::lock_guard lock(mutex);
                all.push_back(stall);
              }
              came.release();
            }};
  }
  Stall next() {
    EXPECT_TRUE(came.try_acquire_for(20s));
    const std::lock_guard lock(mutex);
    return all.empty() ? Stall{} : all.back();
  }
  std::size_t count() {
    const std::lock_guard lock(mutex);
    return all.size();
  }
};

TEST(StallDetector, TellsWhenACallbackIsStuckAndWhenItIsOver) {
  Reports reports;
  auto detector = StallDetector::start(reports.options()).value();
  ProbeByHand probe;
  probe.note(Activity::working);
  const auto watch = detector->watch(probe, "main");
  Stall stall = reports.next();
  EXPECT_EQ(stall.loop, "main");
  EXPECT_FALSE(stall.over);
  EXPECT_GE(stall.lasted, 20ms);
  EXPECT_TRUE(stall.stack.empty());
  EXPECT_FALSE(stall.stack_missing.empty());
  static_cast<void>(probe.count(Work::timer));
  const Stall end = reports.next();
  EXPECT_TRUE(end.over);
  EXPECT_EQ(end.number, stall.number);
  EXPECT_GE(end.lasted, stall.lasted);
  EXPECT_EQ(detector->stalls(), 1U);
}

TEST(StallDetector, ALoopThatSleepsMovesOrIsOffIsNotStuck) {
  Reports reports;
  auto detector = StallDetector::start(reports.options(200ms)).value();
  ProbeByHand asleep, outside, off, moving;
  asleep.note(Activity::asleep);
  off.note(Activity::working);
  off.turn(false);
  moving.note(Activity::working);
  const auto a = detector->watch(asleep, "asleep");
  const auto b = detector->watch(outside, "outside");
  const auto c = detector->watch(off, "off");
  const auto d = detector->watch(moving, "moving");
  const auto end = std::chrono::steady_clock::now() + 600ms;
  while (std::chrono::steady_clock::now() < end) {
    static_cast<void>(moving.count(Work::timer));
    std::this_thread::sleep_for(1ms);
  }
  const std::lock_guard lock(reports.mutex);
  for (const Stall& stall : reports.all) EXPECT_EQ(stall.loop, "moving") << "and that only when this thread was held up";
}

TEST(StallDetector, IsReportedAgainAsLongAsItLasts) {
  Reports reports;
  StallDetectorOptions options = reports.options(10ms);
  options.repeat = 10ms;
  auto detector = StallDetector::start(options).value();
  ProbeByHand probe;
  probe.note(Activity::working);
  const auto watch = detector->watch(probe, "main");
  const Stall first = reports.next();
  const Stall second = reports.next();
  EXPECT_EQ(first.number, second.number);
  EXPECT_GE(second.lasted, first.lasted + 10ms);
  EXPECT_EQ(detector->stalls(), 1U);
}

[[gnu::noinline]] void stuck_right_here(std::atomic<bool>& go_on) {
  while (!go_on) std::this_thread::yield();
}

TEST(StallDetector, TheStackShowsWhereTheThreadIs) {
  Reports reports;
  StallDetectorOptions options = reports.options();
  options.stack_signal = SIGRTMIN + 5;
  auto detector = StallDetector::start(options).value();
  ProbeByHand probe;
  std::atomic<bool> go_on{false};
  std::thread loop([&] {
    probe.note_thread();
    probe.note(Activity::working);
    stuck_right_here(go_on);
  });
  {
    const auto watch = detector->watch(probe, "main");
    const Stall stall = reports.next();
    EXPECT_EQ(stall.stack_missing, "");
    EXPECT_GE(stall.stack.size(), 3U);
    bool ours = false;
    for (const std::string& frame : stall.stack) ours = ours || frame.find("observe_test+0x") != std::string::npos;
    EXPECT_TRUE(ours) << "a frame of this program";
  }
  go_on = true;
  loop.join();
}

TEST(StallDetector, AThreadThatDoesNotAnswerIsSaidSo) {
  Reports reports;
  StallDetectorOptions options = reports.options();
  options.stack_signal = SIGRTMIN + 5;
  auto detector = StallDetector::start(options).value();
  ProbeByHand probe;
  std::atomic<bool> go_on{false};
  std::thread loop([&] {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    probe.note_thread();
    probe.note(Activity::working);
    stuck_right_here(go_on);
  });
  {
    const auto watch = detector->watch(probe, "main");
    const Stall stall = reports.next();
    EXPECT_TRUE(stall.stack.empty());
    EXPECT_NE(stall.stack_missing.find("did not take the signal"), std::string::npos) << stall.stack_missing;
  }
  detector.reset();
  go_on = true;
  loop.join();
}

TEST(StallDetector, ASignalThatStillWaitsWhenTheDetectorGoesDoesNoHarm) {
  Reports reports;
  StallDetectorOptions options = reports.options();
  options.stack_signal = SIGRTMIN + 5;
  auto detector = StallDetector::start(options).value();
  ProbeByHand probe;
  std::atomic<bool> go_on{false};
  std::thread loop([&] {
    sigset_t ours, before;
    sigemptyset(&ours);
    sigaddset(&ours, SIGRTMIN + 5);
    pthread_sigmask(SIG_BLOCK, &ours, &before);
    probe.note_thread();
    probe.note(Activity::working);
    stuck_right_here(go_on);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);  // what waited until now would be delivered here
  });
  {
    const auto watch = detector->watch(probe, "main");
    EXPECT_TRUE(reports.next().stack.empty());
  }
  detector.reset();
  go_on = true;
  loop.join();
}

TEST(StallDetector, AnotherLoopsStackIsTakenWhileOneDoesNotAnswer) {
  Reports reports;
  StallDetectorOptions options = reports.options();
  options.stack_signal = SIGRTMIN + 5;
  auto detector = StallDetector::start(options).value();
  ProbeByHand deaf, open;
  std::atomic<bool> go_on{false};
  std::thread first([&] {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    deaf.note_thread();
    deaf.note(Activity::working);
    stuck_right_here(go_on);
  });
  {
    const auto watch = detector->watch(deaf, "deaf");
    EXPECT_TRUE(reports.next().stack.empty());
  }
  std::thread second([&] {
    open.note_thread();
    open.note(Activity::working);
    stuck_right_here(go_on);
  });
  {
    const auto watch = detector->watch(open, "open");
    EXPECT_FALSE(reports.next().stack.empty());
  }
  detector.reset();
  go_on = true;
  first.join();
  second.join();
}

TEST(StallDetector, AThreadThatEndedIsSaidSo) {
  Reports reports;
  StallDetectorOptions options = reports.options();
  options.stack_signal = SIGRTMIN + 5;
  auto detector = StallDetector::start(options).value();
  ProbeByHand probe;
  std::thread([&] { probe.note_thread(); }).join();
  probe.note(Activity::working);
  const auto watch = detector->watch(probe, "main");
  EXPECT_EQ(reports.next().stack_missing, "the loop's thread has ended");
}

TEST(StallDetector, AListenerThatThrowsIsCounted) {
  std::atomic<int> calls{0};
  auto detector = StallDetector::start({.threshold = 5ms,
                                        .repeat = 5ms,
                                        .on_stall =
                                            [&](const Stall&) {
                                              ++calls;
                                              throw 1;
                                            }})
                      .value();
  ProbeByHand probe;
  probe.note(Activity::working);
  const auto watch = detector->watch(probe, "main");
  while (calls < 2) std::this_thread::sleep_for(1ms);
  EXPECT_GE(detector->failures(), 1U);
}

TEST(StallDetector, AWatchMayEndInsideItsOwnReport) {
  Reports reports;
  std::optional<StallDetector::Watch> watch;
  std::binary_semaphore set{0};
  std::binary_semaphore ended{0};
  auto detector = StallDetector::start({.threshold = 5ms,
                                        .repeat = 5ms,
                                        .on_stall =
                                            [&](const Stall&) {
                                              set.acquire();
                                              watch.reset();
                                              ended.release();
                                            }})
                      .value();
  ProbeByHand probe;
  probe.note(Activity::working);
  watch = detector->watch(probe, "main");
  set.release();
  EXPECT_TRUE(ended.try_acquire_for(20s));
}

TEST(StallDetector, SaysWhatIsWrongWithItsOptions) {
  const auto nothing = [](const Stall&) {};
  EXPECT_EQ(StallDetector::start({.threshold = 1us, .on_stall = nothing}).error().code(), Errc::invalid_argument);
  EXPECT_EQ(StallDetector::start({.on_stall = {}}).error().code(), Errc::invalid_argument);
  EXPECT_EQ(StallDetector::start({.repeat = 1ms, .on_stall = nothing}).error().code(), Errc::invalid_argument);
  EXPECT_EQ(StallDetector::start({.on_stall = nothing, .stack_signal = SIGUSR1}).error().code(), Errc::invalid_argument);
  auto first = StallDetector::start({.on_stall = nothing, .stack_signal = SIGRTMIN + 6}).value();
  EXPECT_EQ(StallDetector::start({.on_stall = nothing, .stack_signal = SIGRTMIN + 6}).error().code(), Errc::full);
  first.reset();
  EXPECT_TRUE(StallDetector::start({.on_stall = nothing, .stack_signal = SIGRTMIN + 6}));
}

}  // namespace
}  // namespace millrace::observe
