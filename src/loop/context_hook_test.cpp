// The context hook: what it hears of switches, and what it decides.
#include <millrace/context.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>

#include <millrace/loop.h>

#include "support/context_carriers.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

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

}  // namespace
}  // namespace millrace
