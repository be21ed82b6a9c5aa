#include <millrace/observe/stall_detector.h>

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
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

[[gnu::noinline]] void stuck_right_here(const std::atomic<bool>& go_on) {
  while (!go_on) std::this_thread::yield();
}

/// A detector, what it reports, and threads of loops that are stuck until the test is over.
class StallDetectorTest : public ::testing::Test {
 protected:
  ~StallDetectorTest() override {
    detector.reset();  // before the threads go on: what they were asked and have not answered must do no harm later
    go_on = true;
    for (std::thread& thread : stuck) thread.join();
  }

  void start(Duration threshold = 20ms, Duration repeat = 10s, int by_signal = 0) {
    detector = StallDetector::start({.threshold = threshold,
                                     .repeat = repeat,
                                     .on_stall =
                                         [this](const Stall& stall) {
                                           {
                                             const std::lock_guard lock(mutex);
                                             reports.push_back(stall);
                                           }
                                           came.release();
                                         },
                                     .stack_signal = by_signal})
                   .value();
  }
  void start_with_stacks() { start(20ms, 10s, stack_signal); }

  /// Reports in their order, each as soon as it has come.
  Stall next() {
    EXPECT_TRUE(came.try_acquire_for(20s));
    const std::lock_guard lock(mutex);
    return taken < reports.size() ? reports[taken++] : Stall{};
  }

  /// The thread of a loop that `by_hand` tells of, in a callback that does not end before the test does; `masked` are held back meanwhile.
  void be_stuck(ProbeByHand& by_hand, const sigset_t& masked) {
    stuck.emplace_back([this, &by_hand, masked] {
      sigset_t before;
      pthread_sigmask(SIG_BLOCK, &masked, &before);
      by_hand.note_thread();
      by_hand.note(Activity::working);
      stuck_right_here(go_on);
      pthread_sigmask(SIG_SETMASK, &before, nullptr);  // what waited until now is delivered here
    });
  }
  static sigset_t no_signals() {
    sigset_t none;
    sigemptyset(&none);
    return none;
  }
  static sigset_t all_signals() {
    sigset_t all;
    sigfillset(&all);
    return all;
  }

  const int stack_signal = SIGRTMIN + 5;
  ProbeByHand probe, other;
  std::unique_ptr<StallDetector> detector;
  std::mutex mutex;
  std::vector<Stall> reports;  // under mutex, as the next
  std::size_t taken = 0;
  std::counting_semaphore<1'000> came{0};
  std::atomic<bool> go_on{false};
  std::vector<std::thread> stuck;
};

TEST_F(StallDetectorTest, TellsWhenACallbackIsStuckAndWhenItIsOver) {
  start();
  probe.note(Activity::working);
  const auto watch = detector->watch(probe, "main");
  const Stall stall = next();
  EXPECT_EQ(stall.loop, "main");
  EXPECT_FALSE(stall.over);
  EXPECT_GE(stall.lasted, 20ms);
  EXPECT_TRUE(stall.stack.empty());
  EXPECT_FALSE(stall.stack_missing.empty());
  EXPECT_EQ(detector->stalls(), 1U);
  static_cast<void>(probe.count(Work::timer));
  const Stall end = next();
  EXPECT_TRUE(end.over);
  EXPECT_EQ(end.number, stall.number);
  EXPECT_GE(end.lasted, stall.lasted);
}

TEST_F(StallDetectorTest, ALoopThatSleepsMovesOrIsOffIsNotStuck) {
  start(200ms);
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
  const std::lock_guard lock(mutex);
  for (const Stall& stall : reports) EXPECT_EQ(stall.loop, "moving") << "and that only when this thread was held up";
}

TEST_F(StallDetectorTest, IsReportedAgainAsLongAsItLasts) {
  start(10ms, 10ms);
  probe.note(Activity::working);
  const auto watch = detector->watch(probe, "main");
  const Stall first = next();
  const Stall second = next();
  EXPECT_EQ(first.number, second.number);
  EXPECT_GE(second.lasted, first.lasted + 10ms);
  EXPECT_EQ(detector->stalls(), 1U);
}

TEST_F(StallDetectorTest, TheStackShowsWhereTheThreadIs) {
  start_with_stacks();
  be_stuck(probe, no_signals());
  const auto watch = detector->watch(probe, "main");
  const Stall stall = next();
  EXPECT_EQ(stall.stack_missing, "");
  EXPECT_GE(stall.stack.size(), 3U);
  bool ours = false;
  for (const std::string& frame : stall.stack) ours = ours || frame.find("observe_test+0x") != std::string::npos;
  EXPECT_TRUE(ours) << "a frame of this program";
}

TEST_F(StallDetectorTest, AThreadThatDoesNotAnswerIsSaidSo) {
  start_with_stacks();
  be_stuck(probe, all_signals());
  const auto watch = detector->watch(probe, "main");
  const Stall stall = next();
  EXPECT_TRUE(stall.stack.empty());
  EXPECT_NE(stall.stack_missing.find("did not take the signal"), std::string::npos) << stall.stack_missing;
}

TEST_F(StallDetectorTest, ASignalThatStillWaitsWhenTheDetectorGoesDoesNoHarm) {
  start_with_stacks();
  sigset_t ours = no_signals();
  sigaddset(&ours, stack_signal);
  be_stuck(probe, ours);
  const auto watch = detector->watch(probe, "main");
  EXPECT_TRUE(next().stack.empty());
  // The detector goes, and then the thread takes the signal.
}

TEST_F(StallDetectorTest, AnotherLoopsStackIsTakenWhileOneDoesNotAnswer) {
  start_with_stacks();
  be_stuck(probe, all_signals());
  {
    const auto watch = detector->watch(probe, "deaf");
    EXPECT_TRUE(next().stack.empty());
  }
  be_stuck(other, no_signals());
  const auto watch = detector->watch(other, "open");
  EXPECT_FALSE(next().stack.empty());
}

TEST_F(StallDetectorTest, AThreadThatEndedIsSaidSo) {
  start_with_stacks();
  std::thread([this] { probe.note_thread(); }).join();
  probe.note(Activity::working);
  const auto watch = detector->watch(probe, "main");
  EXPECT_EQ(next().stack_missing, "the loop's thread has ended");
}

TEST_F(StallDetectorTest, AListenerThatThrowsIsCounted) {
  std::atomic<int> calls{0};
  detector = StallDetector::start({.threshold = 5ms,
                                   .repeat = 5ms,
                                   .on_stall =
                                       [&](const Stall&) {
                                         ++calls;
                                         throw 1;
                                       }})
                 .value();
  probe.note(Activity::working);
  const auto watch = detector->watch(probe, "main");
  while (calls < 2) std::this_thread::sleep_for(1ms);
  EXPECT_GE(detector->failures(), 1U);
}

TEST_F(StallDetectorTest, AWatchMayEndInsideItsOwnReport) {
  std::optional<StallDetector::Watch> watch;
  std::binary_semaphore set{0};
  std::binary_semaphore ended{0};
  detector = StallDetector::start({.threshold = 5ms,
                                   .repeat = 5ms,
                                   .on_stall =
                                       [&](const Stall&) {
                                         set.acquire();
                                         watch.reset();
                                         ended.release();
                                       }})
                 .value();
  probe.note(Activity::working);
  watch = detector->watch(probe, "main");
  set.release();
  EXPECT_TRUE(ended.try_acquire_for(20s));
  detector.reset();  // before what its listener uses
}

TEST_F(StallDetectorTest, SaysWhatIsWrongWithItsOptions) {
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
