// Work that arrives through the door, seen from the loop.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/manual_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::Lines;
using testing::ManualLoop;
using Reason = RunOutcome::Reason;

void post(ManualLoop& m, Task task) { ASSERT_EQ(m.loop.ingress().post(task), Admission::accepted); }

TEST(LoopIngress, EachPostIsACallbackWithItsOwnCheckpoint) {
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
  ManualLoop m{{.limits = {.ingress_batch_max = 2}}};
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
  ManualLoop m{{.limits = {.ingress_max = 3, .ingress_batch_max = 2}}};
  Ingress door = m.loop.ingress();
  int ran = 0;
  const auto count = [&ran] { ++ran; };
  EXPECT_EQ(door.post([&] {
    ++ran;
    // Two of the first batch and its rest wait; this one does not.
    EXPECT_EQ(door.post(count), Admission::accepted);
    EXPECT_EQ(door.post(count), Admission::full);
  }), Admission::accepted);
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
  ManualLoop m{{.limits = {.ingress_batch_max = 3}}};
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

}  // namespace
}  // namespace millrace
