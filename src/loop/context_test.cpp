// How a context follows work from where it was scheduled to where it runs; the value itself is tested in base/context_test.cpp, the hook
// and how long references live in files of their own.
#include <millrace/context.h>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <millrace/loop.h>

#include "support/context_carriers.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

// Carried

TEST(LoopContext, IsEmptyOutsideAndInWorkScheduledWithout) {
  for (const Carrier& carrier : carriers()) {
    SCOPED_TRACE(carrier.name);
    KindBench m;
    EXPECT_TRUE(m.loop.context().empty());
    carrier.schedule(m, [&m] { m.log.push_back(m.loop.context().empty() ? "empty" : "not empty"); });
    m.loop.run();
    EXPECT_EQ(m.log, Lines{"empty"});
    EXPECT_TRUE(m.loop.context().empty());
  }
}

TEST(LoopContext, IsCarriedByEveryKindOfWork) {
  for (const Carrier& carrier : carriers()) {
    SCOPED_TRACE(carrier.name);
    KindBench m;
    const Context context = named("request");
    {
      const ContextScope scope(m.loop, context);
      carrier.schedule(m, [&] {
        note_name(m)();
        EXPECT_TRUE(m.loop.context() == context) << "the same, not a copy of its values";
      });
    }
    EXPECT_TRUE(m.loop.context().empty());
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(m.log, Lines{"request"});
    EXPECT_TRUE(m.loop.context().empty());
  }
}

TEST(LoopContext, IsInheritedByWorkThatSuchWorkSchedules) {
  for (const Carrier& outer : carriers())
    for (const Carrier& inner : carriers()) {
      SCOPED_TRACE(::testing::Message() << outer.name << " then " << inner.name);
      KindBench m;
      {
        const ContextScope scope(m.loop, named("request"));
        outer.schedule(m, [&m, &inner] {
          inner.schedule(m, [&m] {
            note_name(m)();
            m.loop.immediate(note_name(m)).value();
          });
        });
      }
      EXPECT_EQ(m.loop.run().reason(), Reason::idle);
      EXPECT_EQ(m.log, (Lines{"request", "request"}));
    }
}

TEST(LoopContext, IsThatOfTheSchedulingNotOfTheRunning) {
  for (const Carrier& carrier : carriers()) {
    SCOPED_TRACE(carrier.name);
    KindBench m;
    carrier.schedule(m, note_name(m));
    const ContextScope scope(m.loop, named("host"));
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(m.log, Lines{"-"}) << "work scheduled without a context runs without one, whatever is around run()";
    EXPECT_EQ(name_in(m.loop.context()), "host");
  }
}

TEST(LoopContext, AnIntervalHasItAtEachFiring) {
  ManualLoop m;
  TimerHandle interval;
  {
    const ContextScope scope(m.loop, named("interval"));
    interval = m.loop
                   .every(10ms,
                          [&] {
                            note_name(m)();
                            m.loop.queue_microtask(note_name(m, "microtask ")).value();
                            if (m.log.size() >= 5) interval.cancel();
                          })
                   .value();
  }
  m.loop.schedule(15ms, note_name(m, "other ")).value().detach();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"interval", "microtask interval", "other -", "interval", "microtask interval", "interval",
                          "microtask interval"}));
}

TEST(LoopContext, ARefreshedTimerKeepsIt) {
  ManualLoop m;
  TimerHandle timer;
  {
    const ContextScope scope(m.loop, named("first"));
    timer = m.loop.schedule(1ms, note_name(m)).value();
  }
  m.loop.run();
  {
    const ContextScope scope(m.loop, named("second"));
    timer.refresh();
  }
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"first", "first"})) << "scheduled where schedule() was called";
}

TEST(LoopContext, AWatchHasItAtEachCall) {
  KindBench m;
  {
    const ContextScope scope(m.loop, named("watch"));
    m.watch = m.loop
                  .watch(m.event.get(), Interest::readable,
                         [&m](Readiness) {
                           note_name(m)();
                           if (m.log.size() == 3) m.watch.close();
                         })
                  .value();
  }
  for (const auto at : {1ms, 2ms, 3ms}) m.poller.script(m.at(at), m.poller.last_added_fd(), {.readable = true});
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"watch", "watch", "watch"}));
}

TEST(LoopContext, DoesNotLeakIntoTheNextCallbackOrItsCheckpoint) {
  for (const Carrier& first : carriers())
    for (const Carrier& second : carriers()) {
      SCOPED_TRACE(::testing::Message() << first.name << " and " << second.name);
      if (first.name == second.name && (first.name == "interval" || first.name == "readiness")) continue;  // one on this bench
      KindBench m;
      std::size_t with = 0, without = 0;
      const auto count = [&m, &with, &without](bool expected) {
        return [&m, &with, &without, expected] {
          const bool has = !m.loop.context().empty();
          EXPECT_EQ(has, expected);
          ++(has ? with : without);
          m.loop.queue_microtask([&m, expected] { EXPECT_EQ(!m.loop.context().empty(), expected); }).value();
        };
      };
      {
        const ContextScope scope(m.loop, named("request"));
        first.schedule(m, count(true));
      }
      second.schedule(m, count(false));
      m.loop.run();
      EXPECT_EQ(with, 1u);
      EXPECT_EQ(without, 1u);
    }
}

TEST(LoopContext, JobsOfOneCheckpointHaveEachTheirOwn) {
  ManualLoop m;
  m.loop
      .immediate([&m] {
        for (const std::string name : {"a", "b"}) {
          const ContextScope scope(m.loop, named(name));
          m.loop.queue_microtask(note_name(m, "microtask ")).value();
          m.loop.next_tick(note_name(m, "tick ")).value();
        }
        m.loop.queue_microtask(note_name(m, "microtask ")).value();
      })
      .value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"tick a", "tick b", "microtask a", "microtask b", "microtask -"}));
}

TEST(LoopContext, IsRestoredAfterACallbackThatThrew) {
  for (const Carrier& carrier : carriers()) {
    SCOPED_TRACE(carrier.name);
    std::optional<KindBench> m;
    int handled = 0;
    m.emplace(LoopOptions{.on_uncaught = [&handled](const Error&) { ++handled; }});
    {
      const ContextScope scope(m->loop, named("request"));
      carrier.schedule(*m, [&m] {
        const ContextScope inner(m->loop, named("inner"));
        m->loop.queue_microtask(note_name(*m, "microtask ")).value();
        throw std::runtime_error("broken");
      });
    }
    m->loop.at_closing(note_name(*m, "next ")).value();
    m->loop.schedule(10ms, note_name(*m, "timer ")).value().detach();
    EXPECT_EQ(m->loop.run().reason(), Reason::idle);
    EXPECT_EQ(handled, 1);
    EXPECT_TRUE(m->loop.context().empty());
    std::erase(m->log, "microtask inner");
    EXPECT_EQ(m->log, (Lines{"next -", "timer -"}));
  }
}

TEST(LoopContext, IsEmptyAfterARunThatFailedStoppedOrClosed) {
  for (const int how : {0, 1, 2}) {
    ManualLoop m;
    {
      const ContextScope scope(m.loop, named("request"));
      m.loop
          .immediate([&m, how] {
            if (how == 0) throw 1;
            how == 1 ? m.loop.stop() : m.loop.close();
          })
          .value();
    }
    m.loop.run();
    EXPECT_TRUE(m.loop.context().empty());
  }
}

TEST(ContextScope, NestsAndRestores) {
  ManualLoop m;
  {
    const ContextScope outer(m.loop, named("outer"));
    EXPECT_EQ(name_in(m.loop.context()), "outer");
    {
      const ContextScope inner(m.loop, m.loop.context().with(number_key, 1));
      EXPECT_EQ(name_in(m.loop.context()), "outer");
      EXPECT_EQ(*m.loop.context().find(number_key), 1);
      {
        const ContextScope none(m.loop, Context{});
        EXPECT_TRUE(m.loop.context().empty());
        m.loop.immediate(note_name(m)).value();
      }
      EXPECT_NE(m.loop.context().find(number_key), nullptr);
    }
    EXPECT_EQ(m.loop.context().find(number_key), nullptr);
    EXPECT_EQ(name_in(m.loop.context()), "outer");
    m.loop.immediate(note_name(m)).value();
  }
  EXPECT_TRUE(m.loop.context().empty());
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"-", "outer"}));
}

TEST(ContextScope, InsideACallbackCoversTheRestOfItsBlock) {
  ManualLoop m;
  {
    const ContextScope scope(m.loop, named("request"));
    m.loop
        .immediate([&m] {
          {
            const ContextScope inner(m.loop, named("part"));
            m.loop.immediate(note_name(m, "scheduled in the part: ")).value();
          }
          note_name(m, "after the part: ")();
          const ContextScope none(m.loop, Context{});
          m.loop.immediate(note_name(m, "scheduled in none: ")).value();
        })
        .value();
  }
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"after the part: request", "scheduled in the part: part", "scheduled in none: -"}));
}

TEST(ContextScope, IsLeftByAnException) {
  ManualLoop m;
  try {
    const ContextScope scope(m.loop, named("a"));
    throw 1;
  } catch (int) {
  }
  EXPECT_TRUE(m.loop.context().empty());
}

// A task's own context

TEST(TaskContext, ATaskThatHasOneKeepsIt) {
  for (const CallbackKind& kind : kCallbackKinds) {
    if (kind.name == "readiness" || kind.name == "interval") continue;  // wrapped on this bench
    SCOPED_TRACE(kind.name);
    KindBench m;
    Task task{note_name(m)};
    EXPECT_FALSE(task.has_context());
    task.set_context(named("own"));
    EXPECT_TRUE(task.has_context());
    const ContextScope scope(m.loop, named("around"));
    kind.enqueue(m, std::move(task));
    m.loop.run();
    EXPECT_EQ(m.log, Lines{"own"});
  }
}

TEST(TaskContext, APostedOneIsCarriedThroughTheDoor) {
  ManualLoop m;
  Task task{note_name(m)};
  task.set_context(named("producer"));
  std::jthread{[door = m.loop.ingress(), &task]() mutable { EXPECT_EQ(door.post(task), Admission::accepted); }}.join();
  EXPECT_EQ(m.loop.ingress().post(note_name(m)), Admission::accepted);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"producer", "-"}));
}

TEST(TaskContext, ARefusedPostKeepsTheTasksContext) {
  ManualLoop m;
  m.loop.close();
  Task task{[] {}};
  task.set_context(named("mine"));
  EXPECT_EQ(m.loop.ingress().post(task), Admission::closed);
  EXPECT_EQ(name_in(task.context()), "mine");
  EXPECT_EQ(name_in(task.take_context()), "mine");
  EXPECT_FALSE(task.has_context());
}

}  // namespace
}  // namespace millrace
