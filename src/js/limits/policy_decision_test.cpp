// What is told of a policy's decisions, and how much of it.
#include <millrace/js/policy_decision.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using namespace std::chrono_literals;
using millrace::testing::JsBench;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Decisions {
  [[nodiscard]] RuntimeOptions options(SandboxPolicy policy) {
    RuntimeOptions options;
    policy.tenant = "shop";
    options.sandbox = std::move(policy);
    options.on_policy_decision = [this](const PolicyDecision& decision) {
      EXPECT_EQ(decision.tenant, "shop");
      std::string line(to_string(decision.kind));
      if (!decision.name.empty()) line.append(" ").append(decision.name);
      if (!decision.what.empty()) line.append(": ").append(decision.what);
      if (decision.count > 0) line += ' ' + std::to_string(decision.count);
      EXPECT_EQ(decision.policy != nullptr, decision.kind == PolicyDecision::Kind::applied);
      if (decision.report != nullptr) line += " (" + decision.report->value + ')';
      heard.push_back(std::move(line));
      if (throws) throw std::runtime_error("listener");
    };
    return options;
  }
  std::vector<std::string> heard;
  bool throws = false;
};

TEST(PolicyDecisions, APolicyIsToldWhenItIsApplied) {
  Decisions told;
  const JsBench bench(told.options({}));
  EXPECT_THAT(told.heard, ElementsAre("applied"));
}

TEST(PolicyDecisions, RightsThatAreMissing) {
  Decisions told;
  JsBench bench(told.options({}));
  bench.js->run_code("try { require('fs') } catch {} try { require('./other.js') } catch {} try { process.chdir('/') } catch {}")
      .value();
  EXPECT_THAT(told.heard, ElementsAre("applied", "denied builtin_modules: Loading 'fs'", "denied modules: Loading './other.js'",
                                      "denied system: a function of a built-in module"));
}

TEST(PolicyDecisions, CountsAndSizes) {
  SandboxPolicy policy;
  policy.timers = 1;
  policy.string_length = 1000;
  Decisions told;
  JsBench bench(told.options(policy));
  bench.eval("setTimeout(() => {}, 1); try { setTimeout(() => {}, 1) } catch {} try { 'x'.repeat(1001) } catch {}");
  EXPECT_THAT(told.heard, ElementsAre("applied", "refused timers: timers that wait",
                                      "refused string_length: characters in a string that one call makes"));
}

TEST(PolicyDecisions, WhatEndsAnOperation) {
  SandboxPolicy policy;
  policy.evaluation.wall = 60ms;
  Decisions told;
  JsBench bench(told.options(policy));
  bench.eval("for (;;);");
  EXPECT_THAT(told.heard, ElementsAre("applied", "ended wall_time (60 ms)"));
}

TEST(PolicyDecisions, TheKillSwitch) {
  Decisions told;
  JsBench bench(told.options({}));
  bench.eval("setInterval(() => {}, 10)");
  bench.js->kill_switch().kill("maintenance");
  static_cast<void>(bench.js->run());
  EXPECT_THAT(told.heard, ElementsAre("applied", "killed (maintenance)"));
}

TEST(PolicyDecisions, MillionsOfDenialsAreAFewRecords) {
  SandboxPolicy policy;
  policy.string_length = 10;
  Decisions told;
  JsBench bench(told.options(policy));
  const std::string refuse = "for (let i = 0; i < 10000; i++) try { 'x'.repeat(11) } catch {}";
  bench.eval(refuse);
  EXPECT_EQ(told.heard.size(), 1 + kDecisionsPerSecond);
  told.heard.clear();
  bench.clock.advance(2s);
  bench.eval("try { 'x'.repeat(11) } catch {}");
  ASSERT_EQ(told.heard.size(), 2U);
  EXPECT_EQ(told.heard[0], "suppressed " + std::to_string(10'000 - kDecisionsPerSecond));
  EXPECT_THAT(told.heard[1], HasSubstr("refused string_length"));
  bench.eval(refuse);
  told.heard.clear();
  bench.js.reset();
  EXPECT_THAT(told.heard, ElementsAre("suppressed " + std::to_string(10'001 - kDecisionsPerSecond))) << "no denial is forgotten";
}

TEST(PolicyDecisions, AListenerThatThrowsChangesNothing) {
  Decisions told;
  told.throws = true;
  JsBench bench(told.options({}));
  EXPECT_EQ(bench.eval("let code; try { process.chdir('/') } catch (error) { code = error.code } code"), "ERR_DENIED");
  EXPECT_EQ(bench.js->sandbox_usage().refusals, 1U);
  EXPECT_EQ(bench.loop.figures().observer_failures, 2U);
}

TEST(PolicyDecisions, WithoutAPolicyOnlyTheKillSwitchIsTold) {
  Decisions told;
  RuntimeOptions options = told.options({});
  options.sandbox.reset();
  std::vector<PolicyDecision::Kind> kinds;
  options.on_policy_decision = [&](const PolicyDecision& decision) { kinds.push_back(decision.kind); };
  JsBench bench(std::move(options));
  bench.js->run_code("require('fs')").value();
  EXPECT_THAT(kinds, IsEmpty());
  bench.js->kill_switch().kill("enough");
  static_cast<void>(bench.js->run());
  EXPECT_THAT(kinds, ElementsAre(PolicyDecision::Kind::killed));
}

}  // namespace
}  // namespace millrace::js
