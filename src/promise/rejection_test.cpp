// Who hears of a rejection that nobody handles, when, and in which order: docs/semantics.md, rules 22 to 24.
#include <millrace/promise.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/callback_kinds.h"
#include "support/manual_loop.h"

namespace millrace {
namespace {

using testing::CallbackKind;
using testing::kCallbackKinds;
using testing::KindBench;
using testing::Lines;
using testing::ManualLoop;
using Mode = UnhandledRejections;
using Reason = RunOutcome::Reason;

Error broken(const std::string& message = "broken") { return {Errc::invalid_argument, message}; }
Promise<void> reject(Loop& loop, const std::string& message) { return Promise<void>::rejected(loop, broken(message)); }

/// What a loop tells about rejections, in one log.
struct Hearing final : Observer {
  void rejection_unhandled(const Error& reason) override { observed.push_back(reason.message()); }
  Lines observed;
};
/// A loop whose rejections go to the log. `handled` is the number of the report, from 1.
struct Bench : KindBench {
  explicit Bench(LoopOptions options = {}) : KindBench(std::move(options)) { set_rejection_policy(loop, policy()); }
  RejectionPolicy policy(Mode mode = Mode::raise) {
    return {.mode = mode,
            .on_unhandled =
                [this](const UnhandledRejection& report) {
                  ids.push_back(report.id);
                  log.push_back("unhandled " + report.reason.message());
                },
            .on_handled =
                [this](std::uint64_t id) {
                  for (std::size_t i = 0; i < ids.size(); ++i)
                    if (ids[i] == id) log.push_back("handled " + std::to_string(i + 1));
                },
            .on_warning = [this](const UnhandledRejection& report) { log.push_back("warning " + report.reason.message()); }};
  }
  auto caught() {
    return [this](const Error& error) { log.push_back("caught " + error.message()); };
  }
  std::vector<std::uint64_t> ids;
};

// Rule 24: modes

TEST(Rejection, GoesWhereTheModeSays) {
  struct Case {
    std::string name;
    Mode mode;
    bool listener;
    Lines log;
    int exit_code = 0;
  };
  for (const Case& c : {Case{"raise", Mode::raise, false, {"uncaught one", "uncaught two"}},
                        Case{"raise", Mode::raise, true, {"unhandled one", "unhandled two"}},
                        Case{"strict", Mode::strict, false, {"uncaught one", "uncaught two"}},
                        Case{"strict", Mode::strict, true, {"uncaught one", "unhandled one", "uncaught two", "unhandled two"}},
                        Case{"warn", Mode::warn, false, {"warning one", "warning two"}},
                        Case{"warn", Mode::warn, true, {"unhandled one", "warning one", "unhandled two", "warning two"}},
                        Case{"none", Mode::none, false, {}}, Case{"none", Mode::none, true, {"unhandled one", "unhandled two"}},
                        Case{"warn_with_error_code", Mode::warn_with_error_code, false, {"warning one", "warning two"}, 1},
                        Case{"warn_with_error_code", Mode::warn_with_error_code, true, {"unhandled one", "unhandled two"}}}) {
    SCOPED_TRACE(c.name + (c.listener ? " with on_unhandled" : ""));
    Hearing observer;
    std::optional<Bench> m;
    m.emplace(LoopOptions{.observer = &observer,
                          .on_uncaught = [&m](const Error& error) { m->log.push_back("uncaught " + error.message()); }});
    RejectionPolicy policy = m->policy(c.mode);
    if (!c.listener) policy.on_unhandled = nullptr;
    set_rejection_policy(m->loop, policy);
    reject(m->loop, "one");
    reject(m->loop, "two");
    const RunOutcome outcome = m->loop.run();
    EXPECT_EQ(outcome.reason(), Reason::idle);
    EXPECT_EQ(outcome.exit_code(), c.exit_code);
    EXPECT_EQ(m->log, c.log);
    EXPECT_EQ(observer.observed, (Lines{"one", "two"})) << "the observer hears of each, whatever the mode";
    EXPECT_EQ(promise_figures(m->loop).unhandled, 2u);
    EXPECT_EQ(m->loop.run().exit_code(), 0) << "a code belongs to one run";
  }
}

TEST(Rejection, WithoutAPolicyOrAHandlerEndsTheRunWithItsReason) {
  for (const CallbackKind& kind : kCallbackKinds) {
    SCOPED_TRACE(kind.name);
    KindBench m;
    kind.enqueue(m, [&m] { reject(m.loop, "broken"); });
    m.loop.schedule(std::chrono::milliseconds(5), m.note("later")).value().detach();
    const RunOutcome outcome = m.loop.run();
    EXPECT_EQ(outcome.reason(), Reason::failed);
    ASSERT_TRUE(outcome.error());
    EXPECT_EQ(outcome.error()->message(), "broken");
    EXPECT_TRUE(outcome.error()->matches(make_error_code(Errc::invalid_argument)));
    EXPECT_EQ(outcome.exit_code(), 1);
    EXPECT_EQ(m.log, Lines{});
    EXPECT_EQ(m.loop.run().reason(), Reason::idle) << "told once";
    EXPECT_EQ(m.log, Lines{"later"});
  }
}

TEST(Rejection, TheRunThatTheFirstOneEndsTellsTheObserverAloneOfTheOthers) {
  for (const bool strict : {false, true}) {
    Hearing observer;
    Bench m{{.observer = &observer}};
    RejectionPolicy policy = m.policy(strict ? Mode::strict : Mode::raise);
    if (!strict) policy.on_unhandled = nullptr;
    set_rejection_policy(m.loop, policy);
    for (const char* each : {"one", "two", "three"}) reject(m.loop, each);
    const RunOutcome outcome = m.loop.run();
    ASSERT_TRUE(outcome.error());
    EXPECT_EQ(outcome.error()->message(), "one");
    EXPECT_EQ(m.log, Lines{}) << "strict asks on_unhandled only if the loop goes on";
    EXPECT_EQ(m.loop.figures().uncaught, 1u);
    EXPECT_EQ(m.loop.run().reason(), Reason::idle);
    EXPECT_EQ(observer.observed, (Lines{"one", "two", "three"}));
  }
}

TEST(Rejection, ThatIsIgnoredOnPurposeIsToldToNobody) {
  Hearing observer;
  Bench m{{.observer = &observer}};
  auto [promise, resolver] = make_promise<int>(m.loop);
  promise.ignore_rejection();
  resolver.reject(broken());
  reject(m.loop, "after").ignore_rejection();
  const auto derived = promise.then([](int) {});
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, Lines{"unhandled broken"}) << "the derived promise is another one";
  EXPECT_EQ(observer.observed.size(), 1u);
}

TEST(Rejection, EveryDerivedPromiseIsAnotherOne) {
  Bench m;
  const auto source = reject(m.loop, "source");
  source.then([] {});
  source.then([] {}).then([] {});
  source.finally([] {});
  static_cast<void>(source.result());
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"unhandled source", "unhandled source", "unhandled source"}));
}

// Rule 22: in time

TEST(Rejection, AHandlerAttachedAnywhereInTheSameDrainIsInTime) {
  using Later = std::function<void(Loop&, Task)>;
  const std::vector<std::pair<std::string, Later>> places{
      {"at once", [](Loop&, Task task) { task(); }},
      {"microtask", [](Loop& loop, Task task) { loop.queue_microtask(std::move(task)).value(); }},
      {"next-tick", [](Loop& loop, Task task) { loop.next_tick(std::move(task)).value(); }},
      {"next-tick of a microtask of a next-tick",
       [](Loop& loop, Task task) {
         loop.next_tick([&loop, task = std::move(task)]() mutable {
               loop.queue_microtask([&loop, task = std::move(task)]() mutable { loop.next_tick(std::move(task)).value(); }).value();
             })
             .value();
       }},
  };
  for (const CallbackKind& kind : kCallbackKinds)
    for (const auto& [name, later] : places) {
      SCOPED_TRACE(name + " of a " + std::string(kind.name));
      Bench m;
      kind.enqueue(m, [&] {
        const auto promise = reject(m.loop, "broken");
        later(m.loop, [&m, promise] { promise.catch_error(m.caught()); });
      });
      m.loop.run();
      EXPECT_EQ(m.log, Lines{"caught broken"});
      EXPECT_EQ(promise_figures(m.loop).unhandled, 0u);
    }
}

TEST(Rejection, IsToldWhenNextTicksAndMicrotasksAreEmptyAndBeforeTheNextCallback) {
  Bench m;
  m.loop
      .immediate([&] {
        reject(m.loop, "broken");
        m.loop
            .queue_microtask([&] {
              m.log.push_back("microtask");
              m.loop.next_tick(m.note("tick")).value();
            })
            .value();
      })
      .value();
  m.loop.immediate(m.note("next callback")).value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"microtask", "tick", "unhandled broken", "next callback"}));
}

TEST(Rejection, OfSeveralIsToldInTheOrderOfRejection) {
  Bench m;
  auto [late, late_resolver] = make_promise<void>(m.loop);
  auto [first, first_resolver] = make_promise<void>(m.loop);
  first_resolver.reject(broken("first"));
  Promise<void>::resolved(m.loop).then([] { throw std::runtime_error("third"); });
  late_resolver.reject(broken("second"));
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"unhandled first", "unhandled second", "unhandled third"}));
}

TEST(Rejection, WhatAReportQueuesRunsBeforeTheNextCallbackAndIsLookedAtAgain) {
  Bench m;
  int again = 0;
  RejectionPolicy policy = m.policy();
  policy.on_unhandled = [&](const UnhandledRejection& report) {
    m.log.push_back("unhandled " + report.reason.message());
    m.loop.next_tick(m.note("tick of " + report.reason.message())).value();
    m.loop.queue_microtask(m.note("microtask of " + report.reason.message())).value();
    if (again++ < 2) reject(m.loop, "again " + std::to_string(again));
  };
  set_rejection_policy(m.loop, policy);
  m.loop.immediate([&] { reject(m.loop, "first"); }).value();
  m.loop.immediate(m.note("immediate")).value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"unhandled first", "tick of first", "microtask of first", "unhandled again 1", "tick of again 1",
                          "microtask of again 1", "unhandled again 2", "tick of again 2", "microtask of again 2", "immediate"}));
}

TEST(Rejection, WhatAReportDoesAboutALaterOneDoesNotSpareItTheReport) {  // as Node: tests/ordering/22-handled-by-first-listener
  Bench m;
  const auto first = reject(m.loop, "first"), second = reject(m.loop, "second");
  RejectionPolicy policy = m.policy();
  policy.on_unhandled = [&, told = policy.on_unhandled](const UnhandledRejection& report) {
    told(report);
    if (report.reason.message() == "first") second.catch_error(m.caught());
  };
  set_rejection_policy(m.loop, policy);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"unhandled first", "unhandled second", "caught second"}));
  EXPECT_EQ(promise_figures(m.loop).handled_late, 0u);
}

// Rule 23: too late

TEST(Rejection, ALateHandlerIsToldInTheNextDrainBeforeNewUnhandledOnes) {
  Bench m;
  const auto late = reject(m.loop, "late"), never = reject(m.loop, "never");
  m.loop
      .immediate([&] {
        reject(m.loop, "new");
        late.catch_error(m.caught());
        late.catch_error(m.caught());
      })
      .value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"unhandled late", "unhandled never", "caught late", "caught late", "handled 1", "unhandled new"}));
  EXPECT_EQ(promise_figures(m.loop).unhandled, 3u);
  EXPECT_EQ(promise_figures(m.loop).handled_late, 1u) << "told once, however many handlers";
}

TEST(Rejection, LateHandlersAreToldInTheOrderInWhichTheyCame) {
  Bench m;
  const auto a = reject(m.loop, "a"), b = reject(m.loop, "b"), c = reject(m.loop, "c");
  RejectionPolicy policy = m.policy();
  policy.on_handled = [&, told = policy.on_handled](std::uint64_t id) {
    told(id);
    a.ignore_rejection();  // told as well, and before the new one
  };
  set_rejection_policy(m.loop, policy);
  m.loop
      .immediate([&] {
        reject(m.loop, "new");
        c.ignore_rejection();
        b.finally([] {}).ignore_rejection();
      })
      .value();
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"unhandled a", "unhandled b", "unhandled c", "handled 3", "handled 2", "handled 1", "unhandled new"}));
}

TEST(Rejection, AHandlerAttachedInItsOwnReportIsLate) {
  Bench m;
  const auto promise = reject(m.loop, "broken");
  RejectionPolicy policy = m.policy();
  policy.on_unhandled = [&, told = policy.on_unhandled](const UnhandledRejection& report) {
    told(report);
    promise.catch_error(m.caught());
  };
  set_rejection_policy(m.loop, policy);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"unhandled broken", "caught broken", "handled 1"}));
}

TEST(Rejection, AFollowerIsAHandlerFromItsTurnOn) {
  Bench m;
  auto [outer, resolver] = make_promise<void>(m.loop);
  resolver.resolve(reject(m.loop, "inner"));
  outer.catch_error(m.caught());
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"caught inner"});
}

// What the functions of a policy may do

TEST(Rejection, WhatAPolicyThrowsGoesTheWayOfAnUncaughtException) {
  for (const Mode mode : {Mode::raise, Mode::warn}) {
    std::optional<Bench> m;
    m.emplace(LoopOptions{.on_uncaught = [&m](const Error& error) { m->log.push_back("uncaught " + error.message()); }});
    RejectionPolicy policy{.mode = mode};
    policy.on_unhandled = [&](const UnhandledRejection& report) {
      throw std::runtime_error("on_unhandled " + report.reason.message());
    };
    policy.on_handled = [&](std::uint64_t) { throw std::runtime_error("on_handled"); };
    policy.on_warning = [&](const UnhandledRejection&) { throw std::runtime_error("on_warning"); };
    set_rejection_policy(m->loop, policy);
    const auto one = reject(m->loop, "one"), two = reject(m->loop, "two");
    m->loop.immediate([&] { two.ignore_rejection(); }).value();
    EXPECT_EQ(m->loop.run().reason(), Reason::idle);
    if (mode == Mode::raise) {
      EXPECT_EQ(m->log, (Lines{"uncaught on_unhandled one", "uncaught on_unhandled two", "uncaught on_handled"}));
    } else {
      EXPECT_EQ(m->log, (Lines{"uncaught on_unhandled one", "uncaught on_warning", "uncaught on_unhandled two",
                               "uncaught on_warning", "uncaught on_handled"}));
    }
  }
}

TEST(Rejection, APolicyThatThrowsWithoutAHandlerEndsTheRun) {
  Bench m;
  set_rejection_policy(m.loop, {.mode = Mode::raise,
                                .on_unhandled = [](const UnhandledRejection&) { throw std::runtime_error("from the policy"); }});
  reject(m.loop, "broken");
  const RunOutcome outcome = m.loop.run();
  ASSERT_EQ(outcome.reason(), Reason::failed);
  EXPECT_EQ(outcome.error()->message(), "from the policy");
}

TEST(Rejection, APolicyMaySetAnotherWhileItIsAsked) {
  Bench m;
  RejectionPolicy second;
  second.mode = Mode::none;
  second.on_unhandled = [&](const UnhandledRejection& report) { m.log.push_back("second policy: " + report.reason.message()); };
  RejectionPolicy first = m.policy(Mode::warn);
  first.on_unhandled = [&m, &second, told = first.on_unhandled](const UnhandledRejection& report) {
    told(report);
    set_rejection_policy(m.loop, second);
    m.log.push_back("set");
  };
  set_rejection_policy(m.loop, first);
  reject(m.loop, "one");
  m.loop.immediate([&] { reject(m.loop, "two"); }).value();
  m.loop.run();
  ASSERT_EQ(m.log.size(), 4u);
  EXPECT_EQ(m.log, (Lines{"unhandled one", "set", "warning one", "second policy: two"})) << "in effect at the next checkpoint";
}

TEST(Rejection, APolicyMayCloseTheLoop) {
  Hearing observer;
  Bench m{{.observer = &observer}};
  RejectionPolicy policy = m.policy();
  policy.on_unhandled = [&](const UnhandledRejection& report) {
    m.log.push_back("unhandled " + report.reason.message());
    m.loop.close();
    reject(m.loop, "meanwhile");
  };
  set_rejection_policy(m.loop, policy);
  for (const char* each : {"one", "two"}) reject(m.loop, each);
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.log, Lines{"unhandled one"});
  EXPECT_EQ(observer.observed, (Lines{"one", "two", "meanwhile"}));
}

// Who is told at the end

TEST(Rejection, ThatNobodyWasToldOfGoesToTheObserverAtClose) {
  Hearing observer;
  Bench m{{.observer = &observer}};
  reject(m.loop, "never told");
  auto [pending, resolver] = make_promise<void>(m.loop);
  m.loop.close();
  EXPECT_EQ(m.log, Lines{});
  EXPECT_EQ(observer.observed, Lines{"never told"}) << "and of what close() itself rejects, nobody";
}

TEST(Rejection, ReportsHaveIdsOfTheirOwnAndKeepTheReason) {
  Bench m;
  std::vector<UnhandledRejection> reports;
  RejectionPolicy policy;
  policy.on_unhandled = [&](const UnhandledRejection& report) { reports.push_back(report); };
  set_rejection_policy(m.loop, policy);
  const Error reason = broken().with("fact", "kept");
  for (int i = 0; i < 2; ++i) static_cast<void>(Promise<int>::rejected(m.loop, reason));
  m.loop.run();
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_NE(reports[0].id, reports[1].id);
  EXPECT_EQ(reports[0].reason.correlation_id(), reason.correlation_id());
  EXPECT_EQ(reports[0].reason.context("fact"), "kept");
  EXPECT_EQ(reports[0].created, "") << "nobody asked for traces";
}

}  // namespace
}  // namespace millrace
