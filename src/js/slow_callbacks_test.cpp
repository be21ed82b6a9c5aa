// Slow callbacks of JavaScript: which, for how long, and where they were made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <millrace/observe/slow_callbacks.h>
#include <millrace/probe_list.h>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using namespace std::chrono_literals;
using millrace::testing::JsBench;
using millrace::testing::ManualLoop;
using observe::SlowCallback;
using observe::SlowCallbacks;
using ::testing::ElementsAre;

/// `spend(ms)` in JavaScript moves the loop's clock.
struct SlowBench {
  explicit SlowBench(std::uint32_t site_sampling = 1, Profile profile = Profile::node)
      : slow({.threshold = 50ms, .site_sampling = site_sampling}, {.loop = &bench.clock, .cpu = [this] { return cpu; }}),
        js(Runtime::create(loop, options(profile)).value()) {
    js->set_function("spend", [this](double ms) {
        bench.clock.advance(std::chrono::milliseconds(static_cast<int>(ms)));
        cpu += std::chrono::milliseconds(static_cast<int>(ms));
      }).value();
  }
  RuntimeOptions options(Profile profile) {
    RuntimeOptions options;
    options.profile = profile;
    options.slow_callbacks = &slow;
    return options;
  }
  std::vector<std::string> run(std::string_view source, std::string_view name = "shop.js") {
    js->evaluate(source, name).value();
    static_cast<void>(loop.run_for(10s));
    std::vector<std::string> lines;
    for (const SlowCallback& one : slow.recent()) {
      std::string line = std::string(to_string(one.kind)) + (one.javascript ? " js " : " ") + std::to_string(one.took / 1ms);
      if (one.site.known()) line += " " + one.site.function + " " + one.site.file + ":" + std::to_string(one.site.line);
      lines.push_back(std::move(line));
    }
    return lines;
  }

  struct {
    ManualClock clock;
    ScriptedPoller poller{clock};
  } bench;
  Duration cpu{};
  SlowCallbacks slow;
  Loop loop{{.clock = &bench.clock, .poller = &bench.poller, .probe = &slow}};
  std::unique_ptr<Runtime> js;
};

TEST(SlowJavaScript, ATimerIsReportedWithThePlaceWhereItWasMade) {
  SlowBench b;
  EXPECT_THAT(b.run(R"(
    function arm() {
      setTimeout(() => spend(60), 5);   // line 3
    }
    arm();
    setTimeout(() => spend(49), 5);
    setImmediate(() => spend(70));      // line 7
  )"),
              ElementsAre("immediate js 70  shop.js:7", "timer js 60 arm shop.js:3"));
  const SlowCallback timer = b.slow.recent().back();
  EXPECT_GT(timer.site.column, 6U) << "behind the indentation";
  EXPECT_EQ(timer.cpu, 60ms);
}

TEST(SlowJavaScript, EachCallbackOfOnePassIsTimedByItself) {
  SlowBench b;
  EXPECT_THAT(b.run(R"(
    setTimeout(() => spend(30), 5);
    setTimeout(() => spend(30), 5);
    setTimeout(() => spend(80), 5);
    setInterval(function () { spend(90); clearInterval(this); }, 5);
  )"),
              ElementsAre("timer js 80  shop.js:4", "timer js 90  shop.js:5", "timer 60"))
      << "and what is left of the task that ran them is slow, too";
}

TEST(SlowJavaScript, JobsAfterACallbackAreItsOwn) {
  SlowBench b;
  EXPECT_THAT(b.run(R"(
    setTimeout(async () => { await null; spend(40); process.nextTick(() => spend(20)); }, 1);
    setTimeout(() => { spend(55); throw new Error('x'); }, 9);
    process.on('uncaughtException', () => {});
  )"),
              ElementsAre("timer js 60  shop.js:2", "timer js 55  shop.js:3"));
}

TEST(SlowJavaScript, SitesAreTakenWhenAskedFor) {
  SlowBench b(0);
  EXPECT_THAT(b.run("setTimeout(() => spend(60), 1);"), ElementsAre("timer js 60"));
  b.slow.set_site_sampling(1);
  EXPECT_EQ(b.run("setTimeout(() => spend(61), 1);").back(), "timer js 61  shop.js:1");
  b.slow.set_site_sampling(4);
  b.slow.set_threshold(0ms);
  const auto before = b.slow.figures().seen;
  b.js->evaluate("for (let i = 0; i < 400; i++) setImmediate(() => {});").value();
  std::size_t with_site = 0;
  static_cast<void>(b.loop.run_for(1s));
  EXPECT_GE(b.slow.figures().seen, before + 400);
  for (const SlowCallback& one : b.slow.recent()) with_site += one.site.known() ? 1U : 0U;
  EXPECT_GT(with_site, 64U / 16);
  EXPECT_LT(with_site, 64U / 2) << "about one in four of the latest 64";
}

TEST(SlowJavaScript, AProgramThatLimitsItsStacksOrFreezesErrorKeepsWorking) {
  SlowBench b;
  EXPECT_THAT(b.run("Error.stackTraceLimit = 0; setTimeout(() => spend(60), 1);"), ElementsAre("timer js 60  shop.js:1"));
  EXPECT_EQ(b.js->evaluate("Error.stackTraceLimit").value().to<double>().value(), 0);
  EXPECT_EQ(b.run("Object.freeze(Error); setTimeout(() => spend(62), 1);").back(), "timer js 62");
}

TEST(SlowJavaScript, TimersOfTheWebAreTold) {
  SlowBench b(1, Profile::web);
  EXPECT_THAT(b.run("\nsetTimeout(() => spend(60));"), ElementsAre("timer js 60  shop.js:2"));
}

TEST(SlowJavaScript, TheContextIsTheCallbacksOwn) {
  static constexpr ContextKey<int> kTenant;
  SlowBench b;
  b.js->set_function("later",
                     [&b](Function callback) {
                       const ContextScope scope(b.loop, Context().with(kTenant, 7));
                       static_cast<void>(callback());
                     })
      .value();
  b.run("later(() => setTimeout(() => spend(60), 1));");
  ASSERT_EQ(b.slow.recent().size(), 1U);
  const Context context = b.slow.recent()[0].context;
  const int* const tenant = context.find(kTenant);
  ASSERT_NE(tenant, nullptr);
  EXPECT_EQ(*tenant, 7);
}

TEST(SlowJavaScript, SwitchedOffItTellsNothing) {
  SlowBench b;
  b.slow.enable(false);
  EXPECT_THAT(b.run("setTimeout(() => spend(60), 1);"), ElementsAre());
}

}  // namespace
}  // namespace millrace::js
