// Between any two steps of a run: what arrives there is seen at once.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <functional>
#include <string_view>
#include <utility>

#include <millrace/scripted_poller.h>

namespace millrace {
namespace {
using namespace std::chrono_literals;
using Reason = RunOutcome::Reason;

/// A manual clock that acts at its n-th reading: the loop reads it at many points of a tick, so that what other threads would ask for
/// arrives at each of them.
class MeddlingClock final : public Clock {
 public:
  explicit MeddlingClock(const ManualClock& clock) : clock_(clock) {}
  [[nodiscard]] Instant now() const noexcept override {
    if (--until_act_ == 0) act();
    return clock_.now();
  }
  void arm(int reading, std::function<void()> what) {
    until_act_ = reading;
    act = std::move(what);
  }
  [[nodiscard]] bool acted() const { return until_act_ <= 0; }

 private:
  const ManualClock& clock_;
  mutable int until_act_ = 0;
  std::function<void()> act;
};

TEST(LifeCycleWindows, AStopShutdownOrCloseAtEachReadingOfTheClockEndsTheRunAtOnce) {
  struct Case {
    std::string_view name;
    void (*ask)(Loop&);
    Reason reason;
    bool drain_first;
  };
  for (const Case& c : {Case{"stop", [](Loop& loop) { loop.stop(); }, Reason::stopped, false},
                        Case{"shutdown", [](Loop& loop) { loop.shutdown(0ms); }, Reason::closed, false},
                        Case{"close", [](Loop& loop) { loop.close(); }, Reason::closed, false},
                        Case{"an earlier deadline", [](Loop& loop) { loop.shutdown(0ms); }, Reason::closed, true},
                        Case{"close of a drain", [](Loop& loop) { loop.close(); }, Reason::closed, true}}) {
    int reading = 1;
    for (bool acted = true; acted; ++reading) {
      ASSERT_LT(reading, 1'000);
      SCOPED_TRACE(::testing::Message() << c.name << " at reading " << reading);
      ManualClock time;
      MeddlingClock clock{time};
      ScriptedPoller poller{time};
      Loop loop{{.clock = &clock, .poller = &poller}};
      LivenessHold hold = loop.hold();
      auto interval = loop.every(1h, [] {}).value();
      for (int i = 0; i < 3; ++i) ASSERT_EQ(loop.ingress().post([] {}), Admission::accepted);
      loop.immediate([] {}).value();
      auto end = loop.schedule(90min,
                               [&hold, &interval] {
                                 interval.cancel();
                                 hold.release();
                               })
                     .value();
      if (c.drain_first) loop.shutdown(100h);
      Instant asked_at;
      clock.arm(reading, [&] {
        asked_at = time.now();
        c.ask(loop);
      });
      const RunOutcome outcome = loop.run();
      acted = clock.acted();
      if (!acted) break;
      if (outcome.reason() == Reason::idle) {  // the last reading came with the decision to return
        EXPECT_EQ(loop.state(), c.reason == Reason::stopped ? LoopState::stopping : LoopState::draining);
        continue;
      }
      EXPECT_EQ(outcome.reason(), c.reason);
      EXPECT_EQ(time.now(), asked_at) << "the loop slept on";
    }
    EXPECT_GT(reading, 5) << "too few readings to have shown anything";
  }
}

}  // namespace
}  // namespace millrace
