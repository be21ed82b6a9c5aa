// Every order in which the loop, the controller of an abort and the handles may end.
#include <millrace/abort.h>

#include <gtest/gtest.h>

#include <optional>

#include "support/abort_checks.h"
#include "support/manual_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

TEST(AbortAndClose, OnAClosedLoopSignalsAbortAndNobodyIsCalled) {
  ManualLoop m;
  AbortController controller(m.loop);
  const AbortSignal follower = AbortSignal::any({controller.signal()});
  const auto registration = controller.signal().on_abort(m.note("never"));
  const auto of_follower = follower.on_abort(m.note("never"));
  m.loop.close();
  EXPECT_TRUE(controller.abort(because("late")));
  EXPECT_TRUE(controller.signal().aborted());
  EXPECT_EQ(follower.reason()->message(), "late");
  EXPECT_EQ(m.log, Lines{});
}

TEST(AbortAndClose, AnAbortThatWasPostedAndNeverRanCallsNobodyAndFreesEverything) {
  ManualLoop m;
  AbortController controller(m.loop);
  AbortSignal follower = AbortSignal::any({controller.signal()});
  const AbortState& state = state_of(follower);
  const auto registration = controller.signal().on_abort(m.note("never"));
  controller.abort();
  EXPECT_EQ(state.references(), 2u) << "ours, and that of the steps that are to come";
  m.loop.close();
  EXPECT_EQ(state.references(), 1u);
  EXPECT_EQ(m.log, Lines{});
  EXPECT_TRUE(follower.aborted());
}

TEST(AbortAndClose, CloseInsideACallbackDoesNotStopTheOthers) {
  ManualLoop m;
  AbortController controller(m.loop);
  const auto first = controller.signal().on_abort([&m] { m.loop.close(); });
  const auto second = controller.signal().on_abort(m.note("second"));
  m.loop.immediate([&] { controller.abort(); }).value();
  EXPECT_EQ(m.loop.run().reason(), Reason::closed);
  EXPECT_EQ(m.log, Lines{"second"});
}

TEST(AbortAndClose, EverythingMayOutliveTheLoop) {
  std::optional<ManualLoop> m;
  m.emplace();
  AbortController controller(m->loop);
  AbortSignal timeout = AbortSignal::timeout(m->loop, 1ms).value();
  AbortSignal another = AbortSignal::timeout(m->loop, 1ms).value();
  AbortSignal follower = AbortSignal::any({controller.signal(), timeout});
  Lines log;
  AbortHookDouble hook("hook", log);
  EXPECT_TRUE(hook.listen(follower));
  AbortRegistration registration = timeout.on_abort([&log] { log.push_back("never"); });
  m.reset();
  another = {};
  EXPECT_TRUE(controller.abort(because("after")));
  EXPECT_EQ(follower.reason()->message(), "after");
  EXPECT_FALSE(timeout.aborted());
  const AbortSignal late = AbortSignal::any({timeout, another});
  EXPECT_FALSE(late.aborted());
  timeout = {};
  follower = {};
  registration = {};
  hook.unlink();
  EXPECT_EQ(log, Lines{});
}

}  // namespace
}  // namespace millrace
