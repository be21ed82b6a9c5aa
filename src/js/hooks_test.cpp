// Lifecycle hooks of a runtime.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "support/js_bench.h"

namespace millrace::js {
namespace {

using millrace::testing::ManualLoop;
using ::testing::Contains;
using ::testing::ElementsAre;

struct HookBench : ManualLoop {
  std::unique_ptr<Runtime> make() {
    RuntimeOptions options;
    options.hooks.on_created = [this](Runtime& js) {
      js.set_function("tell", [this](std::string text) { log.push_back(std::move(text)); }).value();
      log.push_back("created");
    };
    options.hooks.on_shutdown = [this](Runtime& js) {
      log.push_back("shutdown " + js.evaluate("typeof tell").value().to_string().value());
    };
    options.hooks.on_cycle_start = [this] { log.push_back("["); };
    options.hooks.on_cycle_end = [this] { log.push_back("]"); };
    return Runtime::create(loop, std::move(options)).value();
  }
};

TEST(Hooks, TellTheStagesOfALife) {
  HookBench bench;
  auto js = bench.make();
  bench.log.clear();
  js->evaluate(
        "tell('script'); Promise.resolve().then(() => tell('job')); setTimeout(() => tell('timer'), 5); setTimeout(() => "
        "tell('other'), 9)")
      .value();
  EXPECT_THAT(bench.log, ElementsAre("[", "script", "job", "]"));
  bench.log.clear();
  bench.loop.immediate([] {}).value();  // a turn without JavaScript
  static_cast<void>(bench.loop.run_for(std::chrono::milliseconds(20)));
  // The engine's own work may have cycles, too.
  std::vector<std::string> told = bench.log;
  for (std::size_t i = 0; i + 1 < told.size();)
    if (told[i] == "[" && told[i + 1] == "]")
      told.erase(told.begin() + static_cast<std::ptrdiff_t>(i), told.begin() + static_cast<std::ptrdiff_t>(i + 2));
    else
      ++i;
  EXPECT_THAT(told, ElementsAre("[", "timer", "]", "[", "other", "]"));
  bench.log.clear();
  js.reset();
  EXPECT_THAT(bench.log, Contains("shutdown function"));
  EXPECT_EQ(std::ranges::count(bench.log, "["), std::ranges::count(bench.log, "]")) << "each start has its end";
}

TEST(Hooks, TheFirstIsCreation) {
  HookBench bench;
  const auto js = bench.make();
  ASSERT_FALSE(bench.log.empty());
  EXPECT_EQ(bench.log[0], "[") << "the built-ins are JavaScript, too";
  EXPECT_THAT(bench.log, Contains("created"));
}

TEST(Hooks, WhatTheyThrowIsContained) {
  Loop loop;
  RuntimeOptions options;
  options.hooks.on_cycle_end = [] { throw std::runtime_error("from a hook"); };
  const auto js = Runtime::create(loop, std::move(options)).value();
  EXPECT_EQ(js->evaluate("1 + 1").value().to_number(), 2);
  EXPECT_GE(loop.figures().observer_failures, 2U) << "creation and evaluation";
}

}  // namespace
}  // namespace millrace::js
