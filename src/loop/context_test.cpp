// How a context follows work from where it was scheduled to where it runs; the value itself is tested in base/context_test.cpp.
#include <millrace/context.h>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <millrace/loop.h>

#include "support/callback_kinds.h"
#include "support/named_context.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using testing::CallbackKind;
using testing::kCallbackKinds;
using testing::KindBench;
using testing::Lines;
using testing::ManualLoop;
using testing::name_in;
using testing::named;
using Reason = RunOutcome::Reason;

constinit ContextKey<int> number_key;
constinit ContextKey<std::shared_ptr<int>> token_key;

/// A task that notes the name it runs in.
auto note_name(ManualLoop& m, const std::string& prefix = "") {
  return [&m, prefix] { m.log.push_back(prefix + name_in(m.loop.context())); };
}

// Carried

/// Every way to schedule work that takes the current context along; ingress is the door for threads that have none.
struct Carrier {
  std::string_view name;
  void (*schedule)(KindBench&, Task task);
};
std::vector<Carrier> carriers() {
  std::vector<Carrier> all;
  for (const CallbackKind& kind : kCallbackKinds)
    if (kind.name != "ingress") all.push_back({kind.name, kind.enqueue});
  all.push_back(
      {"schedule_at", [](KindBench& m, Task task) { m.loop.schedule_at(m.loop.now() + 1ms, std::move(task)).value().detach(); }});
  all.push_back({"closed watch", [](KindBench& m, Task task) {
                   WatchHandle watch = m.loop.watch(m.event.get(), Interest::writable, [](Readiness) {}).value();
                   watch.close(std::move(task));
                 }});
  return all;
}

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

// The hook

/// Mirrors the current context, as a program would into a thread-local; throws if told to.
struct HookDouble final : ContextHook {
  [[nodiscard]] Context capture(const Context& current) override {
    ++captures;
    if (throws) throw std::runtime_error("capture");
    return add_number ? current.with(number_key, captures) : current;
  }
  void switched(const Context& from, const Context& to) override {
    heard.push_back(name_in(from) + " > " + name_in(to));
    EXPECT_TRUE(from == mirror) << "a switch does not begin where the one before it ended";
    EXPECT_FALSE(from == to) << "told of no change";
    mirror = to;
    if (throws) throw std::runtime_error("switched");
  }
  Lines heard;
  Context mirror;
  int captures = 0;
  bool throws = false;
  bool add_number = false;
};

TEST(ContextHook, HearsEverySwitchThereAndBack) {
  HookDouble hook;
  ManualLoop m{{.context_hook = &hook}};
  {
    const ContextScope scope(m.loop, named("a"));
    m.loop.immediate(m.note("ran")).value();
  }
  EXPECT_EQ(hook.heard, (Lines{"- > a", "a > -"})) << "a scope is a switch, too";
  hook.heard.clear();
  m.loop.run();
  EXPECT_EQ(hook.heard, (Lines{"- > a", "a > -"}));
  hook.heard.clear();
  m.loop.immediate([] {}).value();
  m.loop.run();
  EXPECT_EQ(hook.heard, Lines{}) << "from none to none is no switch";
}

TEST(ContextHook, ItsMirrorIsRightInEveryCallback) {
  for (const Carrier& carrier : carriers()) {
    SCOPED_TRACE(carrier.name);
    HookDouble hook;
    KindBench m{{.context_hook = &hook}};
    int checked = 0;
    const auto check = [&] {
      EXPECT_TRUE(hook.mirror == m.loop.context());
      ++checked;
    };
    {
      const ContextScope scope(m.loop, named("a"));
      carrier.schedule(m, [&] {
        check();
        {
          const ContextScope inner(m.loop, named("b"));
          check();
          m.loop.queue_microtask(check).value();
        }
        check();
        m.loop.next_tick(check).value();
      });
    }
    m.loop.schedule(5ms, check).value().detach();
    m.loop.run();
    EXPECT_EQ(checked, 6);
    EXPECT_TRUE(hook.mirror.empty());
  }
}

TEST(ContextHook, DecidesWhatWorkTakesAlong) {
  for (const Carrier& carrier : carriers()) {
    SCOPED_TRACE(carrier.name);
    HookDouble hook;
    hook.add_number = true;
    KindBench m{{.context_hook = &hook}};
    const auto look = [&m] {
      const int* number = m.loop.context().find(number_key);
      m.log.push_back(name_in(m.loop.context()) + (number == nullptr ? " without" : " with"));
    };
    carrier.schedule(m, look);
    EXPECT_GE(hook.captures, 1) << "asked even where no context is";
    m.loop.run();
    {
      const ContextScope scope(m.loop, named("a"));
      carrier.schedule(m, look);
    }
    m.loop.run();
    EXPECT_EQ(m.log, (Lines{"- with", "a with"}));
  }
}

TEST(ContextHook, WhatItThrowsIsContainedAndCountedAndTheContextIsRightAnyway) {
  for (const Carrier& carrier : carriers()) {
    SCOPED_TRACE(carrier.name);
    HookDouble hook;
    hook.throws = true;
    KindBench m{{.context_hook = &hook}};
    {
      const ContextScope scope(m.loop, named("a"));
      carrier.schedule(m, note_name(m));
    }
    m.loop.schedule(5ms, note_name(m)).value().detach();
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(m.log, (Lines{"a", "-"}));
    EXPECT_EQ(m.loop.figures().observer_failures, static_cast<std::uint64_t>(hook.captures) + hook.heard.size());
    EXPECT_EQ(m.loop.figures().uncaught, 0u);
  }
}

// References

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
