// Calls of JavaScript from other threads.
#include <millrace/js/remote_function.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include <millrace/js/runtime.h>

namespace millrace::js {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(RemoteFunction, PostsRunInOrderEachWithItsCheckpoint) {
  Loop loop;
  const auto js = Runtime::create(loop).value();
  std::vector<std::string> lines;
  js->set_function("tell", [&](std::string line) { lines.push_back(std::move(line)); }).value();
  js->set_function("stop", [&] { loop.stop(); }).value();
  const Value function =
      js->evaluate("(n, text) => { Promise.resolve().then(() => tell('job ' + n)); tell(text + n); if (n === 3) stop() }").value();
  const RemoteFunction<void(int, std::string)> remote(function);
  std::thread([remote] {
    for (int n = 1; n <= 3; ++n) EXPECT_EQ(remote.post(n, "call "), Admission::accepted);
  }).join();
  const LivenessHold hold = loop.hold();
  static_cast<void>(js->run());
  EXPECT_THAT(lines, ElementsAre("call 1", "job 1", "call 2", "job 2", "call 3", "job 3"));
}

TEST(RemoteFunction, CallsAnswerResultsAndErrors) {
  Loop loop;
  const auto js = Runtime::create(loop).value();
  const RemoteFunction<int(int)> twice(
      js->evaluate("(n) => { if (n < 0) throw new RangeError('negative'); return 2 * n }").value());
  LivenessHold hold = loop.hold();
  std::thread caller([&] {
    EXPECT_EQ(twice.call(21).get(), 42);
    const Result<int> failed = twice.call(-1).get();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message(), "RangeError: negative");
    EXPECT_EQ(loop.ingress().post([&hold] { hold.release(); }), Admission::accepted);
  });
  EXPECT_EQ(js->run().exit_code, 0);
  caller.join();
  EXPECT_EQ(twice.call(1).get().error().code(), Errc::would_block_forever) << "on the runtime's own thread";
}

TEST(RemoteFunction, OutlivesRuntimeAndLoop) {
  std::optional<RemoteFunction<int()>> remote;
  std::future<Result<int>> waiting;
  {
    Loop loop;
    const auto js = Runtime::create(loop).value();
    remote.emplace(js->evaluate("() => 1").value());
    std::thread([&] { waiting = remote->call(); }).join();
  }
  EXPECT_EQ(waiting.get().error().code(), Errc::closed) << "accepted, and never called";
  std::thread([&] {
    EXPECT_EQ(remote->call().get().error().code(), Errc::closed);
    EXPECT_EQ(remote->post(), Admission::closed);
    remote.reset();
  }).join();
}

TEST(RemoteFunction, ManyThreadsCopyAndDrop) {
  Loop loop;
  const auto js = Runtime::create(loop).value();
  int sum = 0;
  js->set_function("add", [&](int n) { sum += n; }).value();
  const RemoteFunction<void(int)> add(js->global().get("add").value());
  LivenessHold hold = loop.hold();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([add] {
      for (int i = 0; i < 500; ++i) {
        const RemoteFunction<void(int)> copy = add;
        while (copy.post(1) != Admission::accepted) std::this_thread::yield();
      }
    });
  std::thread last([&] {
    for (std::thread& thread : threads) thread.join();
    while (loop.ingress().post([&hold] { hold.release(); }) != Admission::accepted) std::this_thread::yield();
  });
  EXPECT_EQ(js->run().exit_code, 0);
  last.join();
  EXPECT_EQ(sum, 2000);
}

TEST(RemoteFunction, WhatItThrowsGoesToTheLoopsHandler) {
  std::string told;
  LoopOptions options;
  options.on_uncaught = [&](const Error& error) { told = error.to_string(); };
  Loop loop(std::move(options));
  const auto js = Runtime::create(loop).value();
  const RemoteFunction<void()> bad(js->evaluate("() => { throw new TypeError('mine') }").value());
  EXPECT_EQ(bad.post(), Admission::accepted);
  LivenessHold hold = loop.hold();
  EXPECT_EQ(loop.ingress().post([&hold] { hold.release(); }), Admission::accepted);
  static_cast<void>(js->run());
  EXPECT_THAT(told, HasSubstr("TypeError: mine"));
}

}  // namespace
}  // namespace millrace::js
