// Exceptions of listeners: they stop nobody, and the loop or a sink hears of them.
#include <millrace/event_target.h>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>

#include "support/event_bench.h"

namespace millrace {
namespace {
using namespace testing;

TEST(EventTarget, AnExceptionStopsNobodyAndIsUncaughtInANextTick) {
  Lines order;
  EventBench b({.on_uncaught = [&order](const Error& error) { order.push_back("uncaught " + error.message()); }});
  b.target.add_event_listener("go", [] { throw std::runtime_error("one"); }).detach();
  b.target.add_event_listener("go", [&order] { order.push_back("second"); }).detach();
  b.target.add_event_listener("go", [] { throw std::runtime_error("two"); }).detach();
  b.m.loop
      .immediate([&] {
        b.m.loop.queue_microtask([&order] { order.push_back("microtask"); }).value();
        EXPECT_TRUE(b.go());
        order.push_back("dispatched");
      })
      .value();
  b.m.loop.run();
  EXPECT_EQ(order, (Lines{"second", "dispatched", "uncaught one", "uncaught two", "microtask"}));
  EXPECT_EQ(b.m.loop.figures().uncaught, 2u);
}

TEST(EventTarget, WithoutAHandlerTheExceptionFailsTheRun) {
  EventBench b;
  b.target.add_event_listener("go", [] { throw ErrorException(Error(Errc::not_found, "lost")); }).detach();
  b.go();
  const RunOutcome outcome = b.m.loop.run();
  ASSERT_EQ(outcome.reason(), RunOutcome::Reason::failed);
  EXPECT_EQ(outcome.error()->code(), Errc::not_found);
}

TEST(EventTarget, OnAClosedLoopAnExceptionIsCountedAndTheObserverToldWithoutAHandler) {
  struct Told final : Observer {
    Lines heard;
    void task_failed(const Error& error) override { heard.push_back(error.message()); }
  } told;
  int handled = 0;
  EventBench b({.observer = &told, .on_uncaught = [&handled](const Error&) { ++handled; }});
  b.target.add_event_listener("go", [] { throw std::runtime_error("late"); }).detach();
  b.listen("goes on");
  b.m.loop.close();
  EXPECT_TRUE(b.go());
  EXPECT_EQ(b.m.log, Lines{"goes on"});
  EXPECT_EQ(b.m.loop.figures().uncaught, 1u);
  EXPECT_EQ(told.heard, Lines{"late"});
  EXPECT_EQ(handled, 0);
}

TEST(EventTarget, AtTheLimitOfNextTicksAnExceptionIsCountedAsWell) {
  EventBench b({.limits = {.queue_max = 1}, .on_uncaught = [](const Error&) {}});
  b.target.add_event_listener("go", [] { throw 1; }).detach();
  b.go();
  b.go();
  EXPECT_EQ(b.m.loop.figures().uncaught, 1u) << "the second, at once";
  b.m.loop.run();
  EXPECT_EQ(b.m.loop.figures().uncaught, 2u);
}

TEST(EventTarget, ASinkHearsOfExceptionsAtOnceAndWhatItThrowsIsDropped) {
  Lines order;
  EventTarget target([&order](const Error& error) {
    order.push_back("sink " + error.message());
    throw std::runtime_error("sink");
  });
  target.add_event_listener("go", [] { throw std::runtime_error("listener"); }).detach();
  target.add_event_listener("go", [&order] { order.push_back("second"); }).detach();
  Event event("go");
  EXPECT_TRUE(target.dispatch(event));
  EXPECT_EQ(order, (Lines{"sink listener", "second"}));
}

TEST(EventTarget, ASinkMayDestroyTheTarget) {
  std::optional<EventTarget> target;
  target.emplace([&target](const Error&) { target.reset(); });
  bool called = false;
  target->add_event_listener("go", [] { throw 1; }).detach();
  target->add_event_listener("go", [&called] { called = true; }).detach();
  Event event("go");
  EXPECT_TRUE(target->dispatch(event));
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace millrace
