// Work that arrives through the door, seen from the loop.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/manual_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::Lines;
using testing::ManualLoop;
using Reason = RunOutcome::Reason;

void post(ManualLoop& m, Task task) { ASSERT_EQ(m.loop.ingress().post(task), Admission::accepted); }

TEST(LoopIngress, EachPostIsItsOwnCallbackWithItsOwnCheckpoint) {
  ManualLoop m;
  for (int i = 0; i < 3; ++i)
    post(m, [&m, i] {
      m.log.push_back("post " + std::to_string(i));
      m.loop.queue_microtask(m.note("microtask")).value();
    });
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, (Lines{"post 0", "microtask", "post 1", "microtask", "post 2", "microtask"}));
}

TEST(LoopIngress, APostFromInsideACallbackRunsInTheNextTickWithoutSleeping) {
  ManualLoop m;
  post(m, [&m] {
    post(m, m.note_time("inner "));
    m.loop.immediate(m.note("immediate")).value();
  });
  m.loop.schedule(1h, m.note("timer")).value().detach();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"immediate", "inner 0", "timer"}));
  EXPECT_EQ(m.poller.wakes(), 0u);
}

TEST(LoopIngress, APostFromTheLastCallbackOfATickIsSeenBeforeTheSleep) {
  ManualLoop m;
  m.loop.schedule(1ms, [&m] { post(m, m.note_time("post ")); }).value().detach();
  m.loop.schedule(1h, m.note("timer")).value().detach();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"post 1", "timer"}));
}

TEST(LoopIngress, ABatchLimitLetsADueTimerRunBetweenBatches) {
  ManualLoop m{{.batch = {.tasks_max = 2, .time_max = Duration::zero()}}};
  m.loop.schedule(10ms, m.note("timer")).value().detach();
  for (int i = 0; i < 5; ++i)
    post(m, [&m, i] {
      m.log.push_back(std::to_string(i));
      m.clock.advance(10ms);
    });
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"0", "1", "timer", "2", "3", "4"}));
  EXPECT_EQ(m.loop.figures().ingress_tasks, 5u);
}

TEST(LoopIngress, TheLimitCountsEverythingThatWaitsAndNothingElse) {
  ManualLoop m{{.limits = {.ingress_max = 3}, .batch = {.tasks_max = 2}}};
  Ingress door = m.loop.ingress();
  int ran = 0;
  const auto count = [&ran] { ++ran; };
  EXPECT_EQ(door.post([&] {
    ++ran;
    // Two of the first batch and its rest wait; this one does not.
    EXPECT_EQ(door.post(count), Admission::accepted);
    EXPECT_EQ(door.post(count), Admission::full);
  }),
            Admission::accepted);
  EXPECT_EQ(door.post(count), Admission::accepted);
  EXPECT_EQ(door.post(count), Admission::accepted);
  EXPECT_EQ(door.post(count), Admission::full);
  ASSERT_TRUE(m.loop.run_once());
  EXPECT_EQ(ran, 2);
  EXPECT_EQ(door.post(count), Admission::accepted);
  EXPECT_EQ(door.post(count), Admission::full);
  m.loop.run();
  EXPECT_EQ(ran, 5);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(door.post(count), Admission::accepted);
  EXPECT_EQ(door.post(count), Admission::full);
}

TEST(LoopIngress, EverythingAcceptedIsExecutedOrRejected) {
  ManualLoop m{{.batch = {.tasks_max = 3}}};
  const auto token = std::make_shared<int>(1);
  int executed = 0;
  for (int i = 0; i < 10; ++i)
    post(m, [&, token] {
      if (++executed == 5) {
        post(m, [token] {});  // waits in the door, the others in the loop's batch
        m.loop.close();
      }
    });
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(executed, 5);
  EXPECT_EQ(m.loop.figures().ingress_tasks, 5u);
  EXPECT_EQ(m.loop.figures().rejected, 6u);
  EXPECT_EQ(token.use_count(), 1);
}

TEST(LoopIngress, ATasksCapturesGoBeforeItsCheckpoint) {
  ManualLoop m;
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> freed = token;
  post(m, [&m, &freed, token = std::move(token)] {
    m.loop.queue_microtask([&m, &freed] { m.log.push_back(freed.expired() ? "freed" : "kept"); }).value();
  });
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"freed"});
}

/// Forwards to a scripted poller; what other threads would do while the loop sleeps happens inside wait().
class SleepingPoller final : public Poller {
 public:
  /// Counts wakes, and refuses as many as it is told to.
  struct CountingWaker final : Waker {
    [[nodiscard]] bool wake() noexcept override { return ++calls > refuse; }
    int calls = 0;
    int refuse = 0;
  };
  explicit SleepingPoller(ManualClock& clock) : scripted_(clock) {}
  [[nodiscard]] std::string_view name() const noexcept override { return "sleeping"; }
  [[nodiscard]] Result<void> add(int fd, Interest interest, std::uint64_t token) override {
    return scripted_.add(fd, interest, token);
  }
  [[nodiscard]] Result<void> modify(int fd, Interest interest, std::uint64_t token) override {
    return scripted_.modify(fd, interest, token);
  }
  [[nodiscard]] Result<void> remove(int fd) override { return scripted_.remove(fd); }
  [[nodiscard]] Result<std::size_t> wait(std::span<ReadyEvent> out, std::optional<Duration> timeout) override {
    if (auto act = std::exchange(during_next_wait, {})) act();
    return scripted_.wait(out, timeout);
  }
  [[nodiscard]] std::shared_ptr<Waker> waker() override { return own_waker; }

  std::function<void()> during_next_wait;
  std::shared_ptr<CountingWaker> own_waker = std::make_shared<CountingWaker>();

 private:
  ScriptedPoller scripted_;
};

struct SleepingLoop {
  ManualClock clock;
  SleepingPoller poller{clock};
  Loop loop{{.clock = &clock, .poller = &poller}};
  int ran = 0;
  void post() {
    ASSERT_EQ(loop.ingress().post([this] { ++ran; }), Admission::accepted);
  }
};

TEST(LoopIngress, ManyPostsIntoOneSleepMakeOneWake) {
  SleepingLoop m;
  m.loop.schedule(1ms, [] {}).value().detach();
  m.poller.during_next_wait = [&m] {
    for (int i = 0; i < 3; ++i) m.post();
  };
  m.loop.run();
  EXPECT_EQ(m.ran, 3);
  EXPECT_EQ(m.poller.own_waker->calls, 1);
}

TEST(LoopIngress, AStopIntoASleepWakesAndOneBeforeTheSleepDoesNot) {
  SleepingLoop m;
  auto timer = m.loop.schedule(1ms, [] {}).value();
  m.poller.during_next_wait = [&m] { m.loop.stop(); };
  EXPECT_EQ(m.loop.run().reason(), Reason::stopped);
  EXPECT_EQ(m.poller.own_waker->calls, 1);
  m.loop.stop();
  EXPECT_EQ(m.loop.run().reason(), Reason::stopped);
  EXPECT_EQ(m.poller.own_waker->calls, 1);
}

TEST(LoopIngress, ARefusedWakeIsCountedAndTriedAgainAndTheTaskRunsAnyway) {
  SleepingLoop m;
  m.poller.own_waker->refuse = 2;
  m.loop.schedule(1ms, [] {}).value().detach();
  m.poller.during_next_wait = [&m] {
    for (int i = 0; i < 4; ++i) m.post();
  };
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.ran, 4);
  EXPECT_EQ(m.poller.own_waker->calls, 3);
  EXPECT_EQ(m.loop.figures().failed_wakes, 2u);
}

TEST(LoopIngress, MayOutliveTheLoop) {
  auto m = std::make_unique<ManualLoop>();
  Ingress door = m->loop.ingress();
  Ingress copy = door;
  m.reset();
  int ran = 0;
  Task task{[&ran] { ++ran; }};
  EXPECT_EQ(copy.post(task), Admission::closed);
  ASSERT_TRUE(task);
  task();
  EXPECT_EQ(ran, 1);
}

TEST(LoopIngress, InternalPostsRunBeforeWhatWaitsAndDespiteAPolicy) {
  ManualLoop m{{.admission = {.depth_max = 2}}};
  Ingress door = m.loop.ingress();
  EXPECT_EQ(door.post(m.note("1")), Admission::accepted);
  EXPECT_EQ(door.post(m.note("2")), Admission::accepted);
  EXPECT_EQ(door.post(m.note("refused")), Admission::full);
  EXPECT_EQ(door.post_internal(m.note("internal")), Admission::accepted);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"internal", "1", "2"}));
  EXPECT_EQ(m.loop.figures().refused_full, 1u);
}

TEST(LoopIngress, ABatchStaysTogetherAndALaneHasItsTurn) {
  ManualLoop m;
  Ingress door = m.loop.ingress();
  Lane lane = door.open_lane({.capacity = 4}).value();
  std::vector<Task> batch;
  for (const char* name : {"a", "b", "c"}) batch.emplace_back(m.note(name));
  const BatchAdmission answer = door.post_batch(batch);
  EXPECT_EQ(answer.accepted, 3u);
  EXPECT_EQ(answer.reason, Admission::accepted);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(lane.post(m.note("lane")), i < 4 ? Admission::accepted : Admission::full);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"a", "b", "c", "lane", "lane", "lane", "lane"}));
  m.loop.close();
  EXPECT_EQ(lane.post(m.note("never")), Admission::closed);
}

TEST(LoopIngress, ATokenBucketIsFilledByTheLoopsClock) {
  ManualLoop m{{.admission = {.tasks_per_second = 1'000, .burst = 2}}};
  Ingress door = m.loop.ingress();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(door.post([] {}), i < 2 ? Admission::accepted : Admission::throttled);
  m.clock.advance(1ms);
  EXPECT_EQ(door.post([] {}), Admission::accepted);
  EXPECT_EQ(door.post([] {}), Admission::throttled);
  ASSERT_TRUE(m.loop.set_admission_policy({}));
  EXPECT_EQ(door.post([] {}), Admission::accepted);
  EXPECT_EQ(m.loop.set_admission_policy({.tasks_per_second = -1}).error().code(), Errc::invalid_argument);
  m.loop.run();
  EXPECT_EQ(m.loop.figures().refused_throttled, 2u);
}

TEST(LoopIngress, InFlightCountsATaskThatGoesOnAfterItReturned) {
  ManualLoop m{{.admission = {.in_flight_max = 1}}};
  Ingress door = m.loop.ingress();
  InFlight work;
  ASSERT_EQ(door.post([&] { work = m.loop.keep_in_flight(); }), Admission::accepted);
  EXPECT_EQ(door.post([] {}), Admission::full);
  m.loop.run();
  EXPECT_EQ(door.post([] {}), Admission::full);
  work = {};
  EXPECT_EQ(door.post([] {}), Admission::accepted);
}

TEST(LoopIngress, TasksRunInTheContextOfTheirHandle) {
  static constexpr ContextKey<std::string> kTenant;
  ManualLoop m;
  Ingress door = m.loop.ingress().with_context(Context{}.with(kTenant, "north"));
  Lane lane = door.open_lane().value();
  const auto tell = [&m] { m.log.push_back(*m.loop.context().find(kTenant)); };
  EXPECT_EQ(door.post(tell), Admission::accepted);
  EXPECT_EQ(lane.post(tell), Admission::accepted);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"north", "north"}));
  EXPECT_TRUE(m.loop.context().empty());
}

}  // namespace
}  // namespace millrace
