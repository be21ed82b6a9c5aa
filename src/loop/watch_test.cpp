// Loop::watch() and WatchHandle, on the scripted poller and on real descriptors.
#include <millrace/loop.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/descriptors.h"
#include "support/manual_loop.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;
using namespace testing;
using Reason = RunOutcome::Reason;

struct WatchTest : ::testing::Test {
  UniqueFd fd = make_eventfd();
  ManualLoop m;

  WatchHandle watch(std::function<void(Readiness)> callback, Interest interest = Interest::readable) {
    return m.loop.watch(fd.get(), interest, std::move(callback)).value();
  }
  WatchHandle watch_and_note(std::string line) {
    return watch([this, line = std::move(line)](Readiness) { m.log.push_back(line); });
  }
  void make_ready_at(Duration at) { m.poller.script(m.at(at), m.poller.last_added_fd(), {.readable = true, .writable = true}); }
};

TEST_F(WatchTest, CallsBackWithWhatIsReady) {
  WatchHandle handle;
  handle = watch([&](Readiness ready) {
    m.log.push_back(std::to_string(m.ms()) + (ready.readable ? " readable" : "") + (ready.writable ? " writable" : ""));
    handle.close();
  });
  make_ready_at(7ms);
  EXPECT_TRUE(handle.active());
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, Lines{"7 readable"});
}

TEST_F(WatchTest, RefusesWhatCannotBeWatchedAndLeavesNothingBehind) {
  const int number = make_eventfd().get();
  UniqueFd closed = make_eventfd();
  const int closed_number = closed.get();
  closed.reset();
  const auto callback = [](Readiness) {};
  EXPECT_EQ(m.loop.watch(closed_number, Interest::readable, callback).error().code(), Errc::invalid_descriptor);
  EXPECT_EQ(m.loop.watch(-1, Interest::readable, callback).error().code(), Errc::invalid_descriptor);
  EXPECT_EQ(m.loop.watch(fd.get(), Interest::none, callback).error().code(), Errc::invalid_argument);
  EXPECT_EQ(m.loop.watch(fd.get(), Interest::readable, {}).error().code(), Errc::invalid_argument);
  m.poller.fail_nth("add", 1, Error::from_errno(ENOSPC, "epoll_ctl"));
  EXPECT_EQ(m.loop.watch(fd.get(), Interest::readable, callback).error().code(), std::errc::no_space_on_device);
  EXPECT_FALSE(m.loop.alive());
  EXPECT_FALSE(is_open(number));
}

TEST_F(WatchTest, RefusesAtItsLimitUntilOneIsClosed) {
  ManualLoop limited{{.limits = {.watches_max = 1}}};
  WatchHandle first = limited.loop.watch(fd.get(), Interest::readable, [](Readiness) {}).value();
  EXPECT_EQ(limited.loop.watch(fd.get(), Interest::readable, [](Readiness) {}).error().code(), Errc::full);
  first.close();
  EXPECT_TRUE(limited.loop.watch(fd.get(), Interest::readable, [](Readiness) {}).has_value());
}

TEST_F(WatchTest, UnregistersInItsOwnCallbackAndFreesTheCapturesWhenItReturns) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> freed = token;
  WatchHandle handle;
  handle = watch([this, &handle, &freed, token = std::move(token)](Readiness) {
    handle.close();
    handle.close();
    m.log.push_back(freed.expired() ? "too early" : "in use");
    m.loop.queue_microtask([this, &freed] { m.log.push_back(freed.expired() ? "freed" : "kept"); }).value();
  });
  make_ready_at(0ms);
  make_ready_at(0ms);
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, (Lines{"in use", "freed"}));
}

TEST_F(WatchTest, AnUnregisteredWatchIsNotCalledForReadinessOfTheSameBatch) {
  WatchHandle first, second;
  first = watch([&](Readiness) {
    m.log.push_back("first");
    second.close();
    first.close();
  });
  make_ready_at(0ms);
  second = watch_and_note("second");
  make_ready_at(0ms);
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  EXPECT_EQ(m.log, Lines{"first"});
}

TEST_F(WatchTest, ANewWatchUnderTheSameNumberIsNotCalledForTheOldOnesReadiness) {
  WatchHandle first, old, fresh;
  int old_number = -1;
  first = watch([&](Readiness) {
    m.log.push_back("first");
    old.close();
    fresh = watch_and_note("fresh");
    EXPECT_EQ(m.poller.last_added_fd(), old_number) << "the case under test needs the number to come back";
    first.close();
  });
  make_ready_at(0ms);
  old = watch_and_note("old");
  old_number = m.poller.last_added_fd();
  make_ready_at(0ms);
  ASSERT_TRUE(m.loop.run_once());
  EXPECT_EQ(m.log, Lines{"first"});
  EXPECT_TRUE(fresh.active());
  make_ready_at(1ms);
  ASSERT_TRUE(m.loop.run_once(1ms));
  EXPECT_EQ(m.log, (Lines{"first", "fresh"}));
}

TEST_F(WatchTest, RegisteringManyInACallbackDisturbsNothing) {
  std::vector<WatchHandle> handles;
  handles.push_back(watch([&](Readiness) {
    for (int i = 0; i < 300; ++i) handles.push_back(watch([](Readiness) {}));  // more than a chunk of the table
    m.log.push_back("registered");
  }));
  make_ready_at(0ms);
  handles.push_back(watch_and_note("other"));
  make_ready_at(0ms);
  ASSERT_TRUE(m.loop.run_once());
  EXPECT_EQ(m.log, (Lines{"registered", "other"}));
}

TEST_F(WatchTest, ModifyChangesWhatIsReported) {
  WatchHandle handle = watch([this](Readiness ready) { m.log.push_back(ready.readable ? "readable" : "writable"); });
  make_ready_at(0ms);
  ASSERT_TRUE(m.loop.run_once());
  ASSERT_TRUE(handle.modify(Interest::writable));
  make_ready_at(0ms);
  ASSERT_TRUE(m.loop.run_once());
  m.poller.fail_nth("modify", 1, Error::from_errno(ENOMEM, "epoll_ctl"));
  EXPECT_EQ(handle.modify(Interest::readable).error().code(), std::errc::not_enough_memory);
  make_ready_at(0ms);
  ASSERT_TRUE(m.loop.run_once());
  EXPECT_EQ(m.log, (Lines{"readable", "writable", "writable"})) << "after the refusal the old interest holds";
}

TEST_F(WatchTest, ModifyInTheOwnCallbackHolds) {
  WatchHandle handle;
  handle = watch([&](Readiness ready) {
    m.log.push_back(ready.readable ? "readable" : "writable");
    EXPECT_TRUE(handle.modify(Interest::writable));
  });
  make_ready_at(0ms);
  make_ready_at(1ms);
  ASSERT_TRUE(m.loop.run_once());
  ASSERT_TRUE(m.loop.run_once(1ms));
  EXPECT_EQ(m.log, (Lines{"readable", "writable"}));
}

TEST_F(WatchTest, CloseWithATaskRunsItInTheClosingPhaseOfThisTick) {
  WatchHandle handle;
  handle = watch([&](Readiness) {
    handle.close(m.note("closed"));
    m.loop.immediate(m.note("immediate")).value();
  });
  make_ready_at(0ms);
  m.loop.run();
  EXPECT_EQ(m.log, (Lines{"immediate", "closed"}));
  EXPECT_EQ(m.loop.figures().ticks, 1u);
}

TEST_F(WatchTest, AnUnreferencedWatchDoesNotKeepTheLoopAlive) {
  WatchHandle handle = watch_and_note("ready");
  EXPECT_TRUE(handle.has_ref());
  handle.unref();
  EXPECT_FALSE(handle.has_ref());
  EXPECT_EQ(m.loop.run().reason(), Reason::idle);
  handle.ref();
  EXPECT_TRUE(m.loop.alive());
  handle.unref();
  auto timer = m.loop.schedule(2ms, [] {}).value();
  make_ready_at(1ms);
  m.loop.run();
  EXPECT_EQ(m.log, Lines{"ready"}) << "and is called while something else does";
}

TEST_F(WatchTest, DroppingReplacingAndMovingTheHandleFollowItsOwnership) {
  {
    const WatchHandle dropped = watch([](Readiness) {});
  }
  EXPECT_EQ(m.poller.registered(), 0u);
  WatchHandle handle = watch([](Readiness) {});
  handle = watch([](Readiness) {});
  EXPECT_EQ(m.poller.registered(), 1u);
  WatchHandle moved = std::move(handle);
  EXPECT_FALSE(handle.active() || handle.has_ref());  // NOLINT(bugprone-use-after-move): the contract under test
  EXPECT_EQ(handle.modify(Interest::readable).error().code(), Errc::not_found);
  handle.close([] {});
  EXPECT_TRUE(moved.active());
  EXPECT_EQ(m.poller.registered(), 1u);
}

// On the real poller.

TEST(RealWatch, ARegularFileIsUnsupported) {
  Loop loop;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), &std::fclose};
  EXPECT_EQ(loop.watch(::fileno(file.get()), Interest::readable, [](Readiness) {}).error().code(), Errc::unsupported);
  EXPECT_FALSE(loop.alive());
}

TEST(RealWatch, IsCalledOncePerTickWhileItStaysReady) {
  Loop loop;
  const UniqueFd event = make_eventfd(1);
  int calls = 0;
  const WatchHandle handle = loop.watch(event.get(), Interest::readable, [&calls](Readiness) { ++calls; }).value();
  for (int tick = 1; tick <= 3; ++tick) {
    ASSERT_TRUE(loop.run_once());
    EXPECT_EQ(calls, tick);
  }
}

TEST(RealWatch, AStopInTheMiddleOfABatchLeavesTheRestForTheNextRun) {
  Loop loop;
  const UniqueFd events[] = {make_eventfd(1), make_eventfd(1), make_eventfd(1)};
  std::vector<int> called;
  WatchHandle handles[3];
  for (int i = 0; i < 3; ++i)
    handles[i] = loop.watch(events[i].get(), Interest::readable,
                            [&, i](Readiness) {
                              called.push_back(i);
                              handles[i].close();
                              loop.stop();
                            })
                     .value();
  for (std::size_t run = 1; run <= 3; ++run) {
    EXPECT_EQ(loop.run().reason(), Reason::stopped);
    EXPECT_EQ(called.size(), run);
  }
  std::sort(called.begin(), called.end());
  EXPECT_EQ(called, (std::vector{0, 1, 2}));
}

TEST(RealWatch, GoesOnWhenTheDescriptorIsClosedBehindItsBackAndTheNumberIsReused) {
  Loop loop;
  Pipe pipe;
  const int number = pipe.read_end.get();
  const UniqueFd keep{::fcntl(number, F_DUPFD_CLOEXEC, 0)};
  std::string read;
  WatchHandle handle;
  handle = loop.watch(number, Interest::readable,
                      [&](Readiness) {
                        char byte = 0;
                        ASSERT_EQ(::read(keep.get(), &byte, 1), 1);
                        read.push_back(byte);
                        handle.close();
                      })
               .value();
  pipe.read_end.reset();
  const UniqueFd stranger = make_eventfd(1);
  ASSERT_EQ(stranger.get(), number);
  int stranger_calls = 0;
  WatchHandle other;
  other = loop.watch(number, Interest::readable,
                     [&](Readiness) {
                       ++stranger_calls;
                       other.close();
                     })
              .value();
  pipe.write('y');
  EXPECT_EQ(loop.run().reason(), Reason::idle);
  EXPECT_EQ(read, "y");
  EXPECT_EQ(stranger_calls, 1);
}

TEST(RealWatch, HearsTheEndOfTheOtherSide) {
  Loop loop;
  Pipe pipe;
  Readiness seen;
  WatchHandle handle;
  handle = loop.watch(pipe.read_end.get(), Interest::readable,
                      [&](Readiness ready) {
                        seen = ready;
                        handle.close();
                      })
               .value();
  pipe.write_end.reset();
  EXPECT_EQ(loop.run().reason(), Reason::idle);
  EXPECT_TRUE(seen.hang_up && seen.readable);
}

TEST(RealWatch, WatchesDescriptorZero) {
  BorrowedZero zero;
  const UniqueFd event = make_eventfd(1);
  zero.put(event);
  {
    Loop loop;
    int calls = 0;
    const WatchHandle handle = loop.watch(0, Interest::readable, [&calls](Readiness) { ++calls; }).value();
    ASSERT_TRUE(loop.run_once());
    EXPECT_EQ(calls, 1);
  }
  ::close(0);
  {
    Loop loop;  // with 0 free, the loop's own descriptors and duplicates take it
    int calls = 0;
    const WatchHandle handle = loop.watch(event.get(), Interest::readable, [&calls](Readiness) { ++calls; }).value();
    ASSERT_TRUE(loop.run_once());
    EXPECT_EQ(calls, 1);
    EXPECT_TRUE(is_open(0));
  }
  EXPECT_FALSE(is_open(0)) << "and give it back";
}

}  // namespace
}  // namespace millrace
