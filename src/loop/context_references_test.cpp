// A context is let go as soon as the work that carries it is.
#include <millrace/context.h>

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include <millrace/loop.h>

#include "support/context_carriers.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;

constinit ContextKey<std::shared_ptr<int>> token_key;

struct TokenContext {
  Context make() { return Context{}.with(token_key, std::exchange(token, nullptr)); }
  std::shared_ptr<int> token = std::make_shared<int>(1);
  std::weak_ptr<int> freed = token;
};

TEST(ContextReferences, AreFreedOnceTheWorkHasRun) {
  for (const Carrier& carrier : carriers()) {
    SCOPED_TRACE(carrier.name);
    KindBench m;
    TokenContext context;
    {
      const ContextScope scope(m.loop, context.make());
      carrier.schedule(m, m.note("ran"));
    }
    EXPECT_FALSE(context.freed.expired());
    m.loop.run();
    EXPECT_EQ(m.log, Lines{"ran"});
    EXPECT_TRUE(context.freed.expired());
  }
}

TEST(ContextReferences, AreFreedByCancelAndByClosingAWatch) {
  KindBench m;
  TokenContext timer_context, interval_context, watch_context;
  TimerHandle timer;
  {
    const ContextScope scope(m.loop, timer_context.make());
    timer = m.loop.schedule(1h, [] {}).value();
  }
  {
    const ContextScope scope(m.loop, interval_context.make());
    m.interval = m.loop.every(1h, [] {}).value();
  }
  {
    const ContextScope scope(m.loop, watch_context.make());
    m.watch = m.loop.watch(m.event.get(), Interest::readable, [](Readiness) {}).value();
  }
  timer.cancel();
  EXPECT_TRUE(timer_context.freed.expired());
  m.interval.cancel();
  EXPECT_TRUE(interval_context.freed.expired());
  m.watch.close();
  EXPECT_TRUE(watch_context.freed.expired());
}

TEST(ContextReferences, AreFreedByACancelInsideTheCallback) {
  KindBench m;
  TokenContext context;
  {
    const ContextScope scope(m.loop, context.make());
    m.interval = m.loop
                     .every(1ms,
                            [&] {
                              m.interval.cancel();
                              EXPECT_NE(m.loop.context().find(token_key), nullptr) << "in use until the callback returns";
                            })
                     .value();
  }
  m.loop.run();
  EXPECT_TRUE(context.freed.expired());
}

TEST(ContextReferences, AreFreedByClose) {
  for (const bool in_callback : {false, true})
    for (const Carrier& carrier : carriers()) {
      SCOPED_TRACE(::testing::Message() << carrier.name << (in_callback ? ", inside" : ""));
      KindBench m;
      TokenContext context;
      if (in_callback) m.loop.next_tick([&m] { m.loop.close(); }).value();
      {
        const ContextScope scope(m.loop, context.make());
        carrier.schedule(m, [] {});
      }
      if (in_callback)
        m.loop.run();
      else
        m.loop.close();
      EXPECT_TRUE(context.freed.expired());
    }
}

TEST(ContextReferences, AreFreedWithARejectedPost) {
  ManualLoop m;
  TokenContext context;
  Task task{[] {}};
  task.set_context(context.make());
  ASSERT_EQ(m.loop.ingress().post(task), Admission::accepted);
  EXPECT_FALSE(context.freed.expired());
  m.loop.close();
  EXPECT_TRUE(context.freed.expired());
}

TEST(ContextReferences, AreNotKeptByWhatWasRefused) {
  ManualLoop m{{.limits = {.timers_max = 1, .queue_max = 1}}};
  m.loop.immediate([] {}).value();
  m.loop.queue_microtask([] {}).value();
  auto timer = m.loop.schedule(1h, [] {}).value();
  TokenContext context;
  {
    const ContextScope scope(m.loop, context.make());
    EXPECT_FALSE(m.loop.immediate([] {}));
    EXPECT_FALSE(m.loop.queue_microtask([] {}));
    EXPECT_FALSE(m.loop.schedule(1h, [] {}));
    EXPECT_FALSE(m.loop.watch(-1, Interest::readable, [](Readiness) {}));
  }
  EXPECT_TRUE(context.freed.expired());
}

TEST(ContextReferences, AreFreedThoughTheCallbackThrew) {
  for (const Carrier& carrier : carriers()) {
    SCOPED_TRACE(carrier.name);
    KindBench m{{.on_uncaught = [](const Error&) {}}};
    TokenContext context;
    {
      const ContextScope scope(m.loop, context.make());
      carrier.schedule(m, [] { throw 1; });
    }
    m.loop.run();
    EXPECT_TRUE(context.freed.expired());
  }
}

}  // namespace
}  // namespace millrace
