#include <millrace/task_scope.h>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include <millrace/awaitables.h>

#include "support/manual_loop.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;
using testing::Lines;
using testing::ManualLoop;

struct TaskScopeTest : ::testing::Test {
  ManualLoop m;

  /// Sleeps, then writes its name and when; says so when it is aborted meanwhile.
  Async<> child(Loop& loop, std::string name, Duration time, AbortSignal signal) {
    try {
      co_await sleep(loop, time, signal);
      m.note_time(name + " ")();
    } catch (const ErrorException& error) {
      m.note_time(name + " ended " + error.error().message() + " ")();
      throw;
    }
  }
  Async<> failing(Loop& loop, Duration time) {
    co_await sleep(loop, time);
    throw std::runtime_error("broken");
  }
};

TEST_F(TaskScopeTest, JoinWaitsForEveryChild) {
  TaskScope scope{m.loop};
  scope.spawn(child(m.loop, "a", 20ms, scope.signal()));
  scope.spawn([this](AbortSignal signal) { return child(m.loop, "b", 10ms, std::move(signal)); });
  scope.join().then(m.note_time("joined "));
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"b 10", "a 20", "joined 20"}));
  EXPECT_EQ(scope.running(), 0u);
}

TEST_F(TaskScopeTest, AFailingChildAbortsTheOthersAndIsWhatJoinSays) {
  TaskScope scope{m.loop};
  scope.spawn(child(m.loop, "slow", 1h, scope.signal()));
  scope.spawn(failing(m.loop, 5ms));
  scope.join().catch_error([this](const Error& error) { m.note_time("join " + error.message() + " ")(); });
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"slow ended another task of the scope failed 5", "join broken 5"}));
}

TEST_F(TaskScopeTest, TheParentsAbortReachesTheChildren) {
  AbortController parent{m.loop};
  TaskScope scope{m.loop, parent.signal()};
  scope.spawn(child(m.loop, "a", 1h, scope.signal()));
  m.loop.schedule(7ms, [&parent] { parent.abort(Error(Errc::aborted, "enough")); }).value().detach();
  const Promise<void> joined = scope.join();
  joined.ignore_rejection();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"a ended enough 7"});
  EXPECT_EQ(joined.error()->message(), "enough");
}

TEST_F(TaskScopeTest, LeftWithoutJoinTheChildrenAreAborted) {
  {
    TaskScope scope{m.loop};
    scope.spawn(child(m.loop, "a", 1h, scope.signal()));
  }
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"a ended the scope was left while the task ran 0"});
}

TEST_F(TaskScopeTest, JoinOfNothingIsFulfilledAndAScopeMayBeUsedAgain) {
  TaskScope scope{m.loop};
  EXPECT_EQ(scope.join().status(), PromiseStatus::fulfilled);
  scope.spawn(child(m.loop, "a", 1ms, scope.signal()));
  const Promise<void> joined = scope.join();
  EXPECT_TRUE(joined.pending());
  m.loop.run();
  EXPECT_EQ(joined.status(), PromiseStatus::fulfilled);
}

TEST_F(TaskScopeTest, InScopeReturnsTheBodysValueAfterTheChildren) {
  const Async<int> made = in_scope(m.loop, {}, [this](TaskScope& scope) -> Async<int> {
    const auto body = [](Loop& /*loop*/, TaskScope& inner, TaskScopeTest* test) -> Async<int> {
      inner.spawn(test->child(inner.loop(), "a", 10ms, inner.signal()));
      co_return 5;
    };
    return body(m.loop, scope, this);
  });
  m.loop.run_until([&made] { return !made.pending(); });
  EXPECT_EQ(m.ms(), 10);
  EXPECT_EQ(*made.value(), 5);
}

TEST_F(TaskScopeTest, InScopeAbortsTheChildrenWhenTheBodyThrows) {
  const Async<> made = in_scope(m.loop, {}, [this](TaskScope& scope) -> Async<> {
    const auto body = [](Loop& loop, TaskScope& inner, TaskScopeTest* test) -> Async<> {
      inner.spawn(test->child(loop, "a", 1h, inner.signal()));
      co_await sleep(loop, 2ms);
      throw std::out_of_range("body");
    };
    return body(m.loop, scope, this);
  });
  made.ignore_rejection();
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"a ended another task of the scope failed 2"});
  EXPECT_NE(made.error()->exception_as<std::out_of_range>(), nullptr) << "the body's own, with its type";
}

TEST_F(TaskScopeTest, CloseEndsScopeBodyAndChildren) {
  {
    ManualLoop other;
    const Async<> made = in_scope(other.loop, {}, [this, &other](TaskScope& scope) -> Async<> {
      scope.spawn(child(other.loop, "a", 1h, scope.signal()));
      return Async<>(sleep(other.loop, 1h));
    });
    other.loop.run_once(Duration::zero()).value();
    other.loop.close();
    EXPECT_EQ(made.error()->code(), make_error_code(Errc::closed));
  }
  EXPECT_EQ(m.log, Lines{}) << "destroyed where it stood";
}

}  // namespace
}  // namespace millrace
