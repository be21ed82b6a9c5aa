// The stack of JavaScript that is stuck, as another thread learns it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <millrace/js/runtime.h>
#include <millrace/observe/loop_metrics.h>
#include <millrace/observe/stall_detector.h>

namespace millrace::js {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct StuckBench {
  explicit StuckBench(Duration interval = 5ms) {
    RuntimeOptions options;
    options.stack_interval = interval;
    js = Runtime::create(loop, std::move(options)).value();
    js->set_function("busy", [this] { return busy.load(); }).value();
    js->set_function("doze", [this] {
        while (busy) std::this_thread::sleep_for(1ms);
      }).value();
  }
  /// Runs `source` in a timer, and asks for its stack from another thread: again while nothing runs yet, or something else than `wanted` does. Then
  /// `busy()` is false.
  Result<std::vector<std::string>> asked_while(std::string_view source, Duration limit = 20s, std::string_view wanted = "") {
    js->evaluate(source, "stuck.js").value();
    auto answer = std::async(std::launch::async, [this, limit, wanted] {
      const auto give_up = std::chrono::steady_clock::now() + 20s;
      Result<std::vector<std::string>> stack = js->stacks()->take(16, limit);
      const auto unwanted = [&] {
        return stack ? stack->empty() || !stack->front().starts_with(wanted) : stack.error().code() == Errc::not_found;
      };
      while (unwanted() && std::chrono::steady_clock::now() < give_up) {
        std::this_thread::sleep_for(1ms);
        stack = js->stacks()->take(16, limit);
      }
      busy = false;
      return stack;
    });
    static_cast<void>(loop.run());
    return answer.get();
  }
  std::atomic<bool> busy{true};
  observe::LoopMetrics metrics;
  Loop loop{{.probe = &metrics}};
  std::unique_ptr<Runtime> js;
};

TEST(JavaScriptStacks, SayWhichFunctionRunsAndWhoCalledIt) {
  StuckBench b;
  const auto stack = b.asked_while(R"(
function spin() {
  while (busy()) {       // line 3
  }
}
function work() {
  spin();                // line 7
}
setTimeout(() => work(), 1);
)");
  ASSERT_TRUE(stack) << stack.error().message();
  ASSERT_THAT(*stack, SizeIs(3));
  EXPECT_EQ((*stack)[0], "spin (stuck.js:3)");
  EXPECT_EQ((*stack)[1], "work (stuck.js:7)");
  EXPECT_THAT((*stack)[2], HasSubstr("(stuck.js:9)"));
}

TEST(JavaScriptStacks, CompiledLoopsWithoutCallsCanBeAskedAndGoOn) {
  StuckBench b;
  const auto stack = b.asked_while(R"(
function sum(n) {
  let x = 0;
  for (let i = 0; i < n; i++) x = (x + i) | 0;  // line 4
  return x;
}
globalThis.expected = sum(3e7);
globalThis.wrong = 0;
for (let i = 0; i < 200; i++) sum(1e5);
setTimeout(() => { while (busy()) if (sum(3e7) !== expected) wrong++; }, 1);
)",
                                   20s, "sum ");
  ASSERT_TRUE(stack) << stack.error().message();
  ASSERT_THAT(*stack, SizeIs(2));
  EXPECT_EQ((*stack)[0], "sum (stuck.js:4)");
  EXPECT_THAT((*stack)[1], HasSubstr("(stuck.js:10)"));
  EXPECT_EQ(b.js->evaluate("wrong").value().to<double>().value(), 0);
}

TEST(JavaScriptStacks, JavaScriptThatWaitsInCppCannotBeAsked) {
  StuckBench b;
  const auto stack = b.asked_while("setTimeout(() => doze(), 1);", 200ms);
  ASSERT_FALSE(stack);
  EXPECT_EQ(stack.error().code(), Errc::timed_out);
  EXPECT_THAT(stack.error().message(), HasSubstr("waits in C++"));
}

TEST(JavaScriptStacks, OnesThatAreNotWantedOrWhoseRuntimeHasEndedSaySo) {
  StuckBench b(0ms);
  EXPECT_EQ(b.js->stacks()->take(16, 1s).error().code(), Errc::unsupported);
  b.js->set_stack_interval(5ms);
  EXPECT_EQ(b.js->stacks()->take(16, 1s).error().code(), Errc::not_found);
  b.js->set_stack_interval(0ms);
  EXPECT_EQ(b.js->stacks()->take(16, 1s).error().code(), Errc::unsupported);
  b.js->set_stack_interval(5ms);
  const auto stacks = b.js->stacks();
  b.js.reset();
  EXPECT_EQ(stacks->take(16, 1s).error().code(), Errc::unsupported);
}

TEST(JavaScriptStacks, ProcessExitStillStopsJavaScriptAtOnce) {
  StuckBench b;
  b.js->run_code(
          "setTimeout(() => { try { process.exit(3); } finally { while (true); } }, 1); const end = Date.now() + 50; while "
          "(Date.now() < end);")
      .value();
  const RuntimeOutcome outcome = b.js->run();
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_TRUE(outcome.finished);
}

TEST(JavaScriptStacks, AStallReportHasItBesideTheNativeOne) {
  StuckBench b(5ms);
  std::mutex mutex;
  std::vector<observe::Stall> stalls;
  auto detector = observe::StallDetector::start({.threshold = 60ms,
                                                 .repeat = 10s,
                                                 .on_stall =
                                                     [&](const observe::Stall& stall) {
                                                       const std::lock_guard lock(mutex);
                                                       stalls.push_back(stall);
                                                       if (!stall.over) b.busy = false;
                                                     },
                                                 .stack_signal = SIGRTMIN + 7})
                      .value();
  {
    const auto watch = detector->watch(b.metrics, "main", b.js->stacks());
    b.js->evaluate(R"(
function spin(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);  // line 4
}
setTimeout(() => spin(300), 1);
)",
                   "stuck.js")
        .value();
    static_cast<void>(b.loop.run());
  }
  const std::lock_guard lock(mutex);
  ASSERT_FALSE(stalls.empty());
  const observe::Stall& stall = stalls[0];
  EXPECT_FALSE(stall.over);
  EXPECT_EQ(stall.script_missing, "");
  ASSERT_FALSE(stall.script_stack.empty());
  EXPECT_EQ(stall.script_stack[0], "spin (stuck.js:4)");
  EXPECT_EQ(stall.stack_missing, "");
  EXPECT_FALSE(stall.stack.empty()) << "the native one, as far as compiled JavaScript lets through";
}

}  // namespace
}  // namespace millrace::js
