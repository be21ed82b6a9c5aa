// Workers as a host sees them: who may make them, what they inherit, and how they end with their runtime.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <millrace/js/runtime.h>

namespace millrace::js {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// A runtime on a loop with the real clock.
struct Host {
  explicit Host(RuntimeOptions options = {}) {
    if (!options.output)
      options.output = [this](int, std::string_view text) {
        EXPECT_EQ(std::this_thread::get_id(), thread);
        out += text;
      };
    runtime = Runtime::create(loop, std::move(options)).value();
  }
  /// Runs a program to its end, and gives what it wrote.
  std::string run(std::string_view source) {
    static_cast<void>(runtime->run_code(source));
    exit_code = runtime->run().exit_code;
    return out;
  }
  std::thread::id thread = std::this_thread::get_id();
  std::string out;
  int exit_code = -1;
  Loop loop;
  std::unique_ptr<Runtime> runtime;
};

SandboxPolicy policy_with(bool workers, bool eval) {
  SandboxPolicy policy;
  policy.workers = workers;
  policy.eval = eval;
  return policy;
}
RuntimeOptions sandboxed(SandboxPolicy policy) {
  RuntimeOptions options;
  options.sandbox = std::move(policy);
  return options;
}

constexpr std::string_view kTry =
    "try { new Worker('data:,postMessage(1)').onmessage = () => console.log('made') } catch (e) { console.log(e.code, e.message) }";

TEST(Workers, WriteThroughTheirHostsOutput) {
  Host host;
  EXPECT_EQ(host.run("new Worker('data:,console.log(\"from the worker\")')"), "from the worker\n");
  EXPECT_EQ(host.exit_code, 0);
}

TEST(Workers, NeedARightInASandbox) {
  EXPECT_EQ(Host(sandboxed(policy_with(false, true))).run(kTry), "undefined Can't find variable: Worker\n");
  EXPECT_THAT(Host(sandboxed(policy_with(true, false))).run(kTry), HasSubstr("ERR_DENIED A worker made of a text"));
  EXPECT_EQ(Host(sandboxed(policy_with(true, true))).run(kTry), "made\n");
  EXPECT_THAT(Host(sandboxed(policy_with(true, true))).run("try { new Worker('/etc/hostname') } catch (e) { console.log(e.code) }"),
              HasSubstr("ERR_DENIED"));
  EXPECT_THAT(Host(sandboxed(policy_with(false, true))).run("try { require('worker_threads') } catch (e) { console.log(e.code) }"),
              HasSubstr("ERR_DENIED"));
}

TEST(Workers, InheritThePolicyWithItsLimits) {
  SandboxPolicy policy = policy_with(true, true);
  policy.evaluation = {.wall = 200ms, .cpu = 200ms};
  policy.after_limit = AfterLimit::end;
  Host host(sandboxed(std::move(policy)));
  const std::string out = host.run(
      "const w = new Worker('data:,console.log(typeof WebAssembly); for (;;);'); w.onerror = (e) => { e.preventDefault(); "
      "console.log(e.error.code, e.message) }");
  EXPECT_THAT(out, HasSubstr("undefined\n"));
  EXPECT_THAT(out, HasSubstr("ERR_LIMIT The worker was ended by a limit"));
  EXPECT_EQ(host.exit_code, 0);
}

TEST(Workers, AreCountedInTheWholeProgram) {
  RuntimeOptions none;
  none.workers.workers_max = 0;
  EXPECT_THAT(Host(std::move(none)).run("try { new Worker('data:,') } catch (e) { console.log(e.name) }"),
              HasSubstr("QuotaExceededError"));
  RuntimeOptions one;
  one.workers.workers_max = 1;
  EXPECT_THAT(Host(std::move(one)).run("new Worker(`data:,try { new Worker('data:,') } catch (e) { console.log(e.name) }`)"),
              HasSubstr("QuotaExceededError"));
}

TEST(Workers, EndWithTheirRuntime) {
  for (const char* const source :
       {"for (;;);", "setInterval(() => {}, 1)", "new Worker('data:,for (;;);')", "for (;;) postMessage(1)"}) {
    SCOPED_TRACE(source);
    Host host;
    static_cast<void>(host.runtime->run_code("new Worker(`data:," + std::string(source) + "`)"));
    static_cast<void>(host.loop.run_for(30ms));
    host.runtime.reset();
  }
}

TEST(Workers, EndWithTheProgramThatMadeThem) {
  Host host;
  host.run("new Worker('data:,for (;;);'); setTimeout(() => process.exit(5), 20)");
  EXPECT_EQ(host.exit_code, 5);
}

TEST(Workers, AreCompletedByTheHostOnTheirThread) {
  std::atomic<int> prepared{0};
  RuntimeOptions options;
  options.workers.prepare = [&, maker = std::this_thread::get_id()](RuntimeOptions& made) {
    EXPECT_NE(std::this_thread::get_id(), maker);
    made.stack_trace_limit = 3;
    ++prepared;
  };
  Host host(std::move(options));
  EXPECT_EQ(host.run("new Worker('data:,console.log(Error.stackTraceLimit)')"), "3\n");
  EXPECT_EQ(prepared, 1);

  RuntimeOptions failing;
  failing.workers.prepare = [](RuntimeOptions&) { throw std::runtime_error("not today"); };
  EXPECT_THAT(Host(std::move(failing))
                  .run("new Worker('data:,').onerror = (e) => { e.preventDefault(); console.log(e.error.code, e.message) }"),
              HasSubstr("not today"));
}

TEST(Workers, KeepTheirLoopAliveUntilTheyEnd) {
  Host host;
  EXPECT_EQ(host.run("new Worker('data:,setTimeout(() => console.log(1), 30)')"), "1\n");
  Host other;
  const auto began = std::chrono::steady_clock::now();
  other.run("new Worker('data:,setTimeout(() => {}, 60000)').unref()");
  EXPECT_LT(std::chrono::steady_clock::now() - began, 30s);
}

}  // namespace
}  // namespace millrace::js
