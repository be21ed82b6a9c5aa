#include <millrace/promise.h>

#include <gtest/gtest.h>

#include <memory>

#include "support/manual_loop.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;
using testing::ManualLoop;

TEST(RunUntilTest, AnswersWithTheValueAndLeavesTheRestOfTheWork) {
  ManualLoop m;
  auto [promise, resolver] = make_promise<std::unique_ptr<int>>(m.loop);
  m.loop.schedule(10ms, [&resolver] { resolver.resolve(std::make_unique<int>(3)); }).value().detach();
  m.loop.schedule(1h, [] {}).value().detach();
  Result<std::unique_ptr<int>> value = run_until(m.loop, std::move(promise));
  ASSERT_TRUE(value);
  EXPECT_EQ(**value, 3);
  EXPECT_EQ(m.ms(), 10);
  EXPECT_TRUE(m.loop.alive());
}

TEST(RunUntilTest, ASettledPromiseNeedsNoRun) {
  ManualLoop m;
  EXPECT_EQ(run_until(m.loop, Promise<int>::resolved(m.loop, 1)).value(), 1);
  EXPECT_EQ(m.loop.figures().ticks, 0u);
}

TEST(RunUntilTest, ARejectionIsItsErrorAndIsHandled) {
  ManualLoop m;
  const auto result = run_until(m.loop, Promise<void>::rejected(m.loop, Error(Errc::not_found, "none")));
  EXPECT_EQ(result.error().message(), "none");
  EXPECT_EQ(m.loop.run().reason(), RunOutcome::Reason::idle);
}

TEST(RunUntilTest, SaysWhyThereIsNoOutcome) {
  const auto code_of = [](const Result<void>& result) { return result.error().code(); };
  ManualLoop m;
  const auto [promise, resolver] = make_promise<void>(m.loop);
  EXPECT_EQ(code_of(run_until(m.loop, promise)), make_error_code(Errc::would_block_forever));
  m.loop.schedule(1h, [] {}).value().detach();
  EXPECT_EQ(code_of(run_until(m.loop, promise, 1s)), make_error_code(Errc::timed_out));
  EXPECT_TRUE(promise.pending());
  m.loop.schedule(1ms, [&m] { m.loop.stop(); }).value().detach();
  EXPECT_EQ(code_of(run_until(m.loop, promise)), make_error_code(Errc::terminated));
  m.loop.schedule(1ms, [] { throw std::runtime_error("broken"); }).value().detach();
  const Result<void> failed = run_until(m.loop, promise);
  EXPECT_TRUE(failed.error().matches(make_error_code(Errc::uncaught_exception)));
  m.loop.schedule(1ms, [&m] { m.loop.close(); }).value().detach();
  EXPECT_EQ(code_of(run_until(m.loop, promise)), make_error_code(Errc::closed));
}

}  // namespace
}  // namespace millrace
