// The state word: every edge once, every non-edge refused, and one winner when two threads ask at once.
#include "loop/life_cycle.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace millrace {
namespace {
using namespace std::chrono_literals;
using Begin = LifeCycle::Begin;
using End = LifeCycle::End;
using Close = LifeCycle::Close;

Instant at(Duration since_epoch) { return Instant{since_epoch}; }

/// Where a word can be. Each is reached by edges that other tests show.
struct Place {
  std::string_view name;
  LoopState state;
  bool in_run;
  void (*reach)(LifeCycle&);
};

void finish(LifeCycle& word) {
  ASSERT_EQ(word.close(), Close::finish);
  word.closed();
}

const std::array kPlaces{
    Place{"idle", LoopState::idle, false, [](LifeCycle&) {}},
    Place{"running", LoopState::running, true, [](LifeCycle& word) { ASSERT_EQ(word.begin_run(), Begin::running); }},
    Place{"stopping before a run", LoopState::stopping, false, [](LifeCycle& word) { ASSERT_TRUE(word.stop()); }},
    Place{"stopping in a run", LoopState::stopping, true,
          [](LifeCycle& word) {
            ASSERT_EQ(word.begin_run(), Begin::running);
            ASSERT_TRUE(word.stop());
          }},
    Place{"draining before a run", LoopState::draining, false, [](LifeCycle& word) { ASSERT_TRUE(word.drain(at(1h))); }},
    Place{"draining in a run", LoopState::draining, true,
          [](LifeCycle& word) {
            ASSERT_EQ(word.begin_run(), Begin::running);
            ASSERT_TRUE(word.drain(at(1h)));
          }},
    Place{"closing without a run", LoopState::closing, false, [](LifeCycle& word) { ASSERT_EQ(word.close(), Close::finish); }},
    Place{"closing in a run", LoopState::closing, true,
          [](LifeCycle& word) {
            ASSERT_EQ(word.begin_run(), Begin::running);
            ASSERT_EQ(word.close(), Close::run_does);
          }},
    Place{"a run that ended and was not left", LoopState::idle, true,
          [](LifeCycle& word) {
            ASSERT_EQ(word.begin_run(), Begin::running);
            ASSERT_EQ(word.end_run(false), End::ended);
          }},
    Place{"closed", LoopState::closed, false, [](LifeCycle& word) { finish(word); }},
};

/// Calls `check` with a fresh word in every place.
void in_every_place(const std::function<void(LifeCycle&, const Place&)>& check) {
  for (const Place& place : kPlaces) {
    SCOPED_TRACE(place.name);
    LifeCycle word;
    place.reach(word);
    ASSERT_EQ(word.state(), place.state);
    check(word, place);
  }
}

TEST(LifeCycle, BeginsIdleAndWithoutADeadline) {
  const LifeCycle word;
  EXPECT_EQ(word.state(), LoopState::idle);
  EXPECT_FALSE(word.may_run());
  EXPECT_EQ(word.drain_deadline(), Instant::max());
}

TEST(LifeCycle, MayRunWhileRunningOrDrainingAndNowhereElse) {
  in_every_place([](LifeCycle& word, const Place& place) {
    EXPECT_EQ(word.may_run(), place.state == LoopState::running || place.state == LoopState::draining);
  });
}

TEST(LifeCycle, StopLeadsFromIdleAndRunningAndNowhereElse) {
  in_every_place([](LifeCycle& word, const Place& place) {
    const bool edge = place.state == LoopState::idle || place.state == LoopState::running;
    EXPECT_EQ(word.stop(), edge);
    EXPECT_EQ(word.state(), edge ? LoopState::stopping : place.state);
    EXPECT_FALSE(word.stop()) << "many count as one";
  });
}

TEST(LifeCycle, DrainLeadsFromIdleRunningAndStoppingAndIsRefusedOnceClosing) {
  in_every_place([](LifeCycle& word, const Place& place) {
    const bool late = place.state == LoopState::closing || place.state == LoopState::closed;
    EXPECT_EQ(word.drain(at(1h)), !late);
    EXPECT_EQ(word.state(), late ? place.state : LoopState::draining);
  });
}

TEST(LifeCycle, CloseLeadsFromEverythingButClosedAndSaysWhoFinishesIt) {
  in_every_place([](LifeCycle& word, const Place& place) {
    if (place.state == LoopState::closing || place.state == LoopState::closed) {
      EXPECT_EQ(word.close(), Close::already);
      EXPECT_EQ(word.state(), place.state);
      return;
    }
    EXPECT_EQ(word.close(), place.in_run ? Close::run_does : Close::finish);
    EXPECT_EQ(word.state(), LoopState::closing);
    EXPECT_EQ(word.close(), Close::already);
  });
}

TEST(LifeCycle, ARunBeginsWhereTheStateLetsIt) {
  in_every_place([](LifeCycle& word, const Place& place) {
    if (place.in_run) return;  // a broken precondition
    struct {
      Begin found;
      LoopState state;
    } expected{};
    switch (place.state) {
      case LoopState::idle: expected = {Begin::running, LoopState::running}; break;
      case LoopState::stopping: expected = {Begin::stopped, LoopState::idle}; break;
      case LoopState::draining: expected = {Begin::draining, LoopState::draining}; break;
      default: expected = {Begin::closed, place.state};
    }
    EXPECT_EQ(word.begin_run(), expected.found);
    EXPECT_EQ(word.state(), expected.state);
  });
}

TEST(LifeCycle, ARunEndsWhereTheStateLeadsIt) {
  for (const bool drained : {false, true})
    in_every_place([drained](LifeCycle& word, const Place& place) {
      if (!place.in_run || place.state == LoopState::idle) return;  // a broken precondition
      struct {
        End found;
        LoopState state;
      } expected{};
      switch (place.state) {
        case LoopState::running: expected = {End::ended, LoopState::idle}; break;
        case LoopState::stopping: expected = {End::stopped, LoopState::idle}; break;
        case LoopState::draining:
          expected = drained ? decltype(expected){End::closing, LoopState::closing}
                             : decltype(expected){End::draining, LoopState::draining};
          break;
        default: expected = {End::closing, LoopState::closing};
      }
      EXPECT_EQ(word.end_run(drained), expected.found);
      EXPECT_EQ(word.state(), expected.state);
      EXPECT_EQ(word.leave_run(), expected.state == LoopState::closing) << "who leaves finishes a close";
      EXPECT_EQ(word.state(), expected.state);
    });
}

TEST(LifeCycle, AfterLeavingTheNextRunMayBegin) {
  LifeCycle word;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(word.begin_run(), Begin::running);
    EXPECT_EQ(word.end_run(false), End::ended);
    EXPECT_FALSE(word.leave_run());
  }
  EXPECT_TRUE(word.stop());
  EXPECT_EQ(word.begin_run(), Begin::stopped);
  EXPECT_FALSE(word.leave_run()) << "a run that was stopped before it began is left, too";
  EXPECT_EQ(word.begin_run(), Begin::running);
}

TEST(LifeCycle, AnUnfinishedDrainGoesOnInALaterRun) {
  LifeCycle word;
  ASSERT_TRUE(word.drain(at(5ms)));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(word.begin_run(), Begin::draining);
    EXPECT_EQ(word.end_run(false), End::draining);
    EXPECT_FALSE(word.leave_run());
  }
  EXPECT_EQ(word.begin_run(), Begin::draining);
  EXPECT_EQ(word.end_run(true), End::closing);
  EXPECT_TRUE(word.leave_run());
  word.closed();
  EXPECT_EQ(word.state(), LoopState::closed);
}

TEST(LifeCycle, WhatIsAskedBetweenEndAndLeaveIsNotLost) {
  {
    LifeCycle word;
    kPlaces[8].reach(word);
    EXPECT_TRUE(word.stop());
    EXPECT_FALSE(word.leave_run());
    EXPECT_EQ(word.begin_run(), Begin::stopped);
  }
  {
    LifeCycle word;
    kPlaces[8].reach(word);
    EXPECT_TRUE(word.drain(at(1h)));
    EXPECT_FALSE(word.leave_run());
    EXPECT_EQ(word.begin_run(), Begin::draining);
  }
  LifeCycle word;
  kPlaces[8].reach(word);
  EXPECT_EQ(word.close(), Close::run_does);
  EXPECT_TRUE(word.leave_run());
}

TEST(LifeCycle, AFailureStopsARunAndCutsADrainShort) {
  in_every_place([](LifeCycle& word, const Place& place) {
    if (!place.in_run) return;  // failures are those of a run
    word.fail();
    switch (place.state) {
      case LoopState::running: EXPECT_EQ(word.state(), LoopState::stopping); break;
      case LoopState::draining: EXPECT_EQ(word.state(), LoopState::closing); break;
      default: EXPECT_EQ(word.state(), place.state);
    }
  });
}

TEST(LifeCycle, TheEarliestDeadlineCounts) {
  LifeCycle word;
  for (const auto& [asked, counts] : {std::pair{50ms, 50ms}, std::pair{10ms, 10ms}, std::pair{30ms, 10ms}, std::pair{-1ms, -1ms}}) {
    EXPECT_TRUE(word.drain(at(asked)));
    EXPECT_EQ(word.drain_deadline(), at(counts));
  }
  LifeCycle extremes;
  EXPECT_TRUE(extremes.drain(Instant::max()));
  EXPECT_EQ(extremes.drain_deadline(), Instant::max());
  EXPECT_TRUE(extremes.drain(Instant::min()));
  EXPECT_EQ(extremes.drain_deadline(), Instant::min());
}

TEST(LifeCycle, WaitingForClosedTimesOutUntilItIs) {
  in_every_place([](LifeCycle& word, const Place& place) {
    EXPECT_EQ(word.wait_closed(0ms), place.state == LoopState::closed);
    EXPECT_EQ(word.wait_closed(-1s), place.state == LoopState::closed);
    EXPECT_EQ(word.wait_closed(1ms), place.state == LoopState::closed);
  });
}

TEST(LifeCycle, ClosedTellsEverybodyWhoWaits) {
  LifeCycle word;
  std::atomic<int> told{0};
  std::vector<std::jthread> waiters;
  for (const Duration time : {Duration{20s}, Duration{20s}, Duration::max()})
    waiters.emplace_back([&, time] { told += word.wait_closed(time) ? 1 : 0; });
  std::this_thread::sleep_for(1ms);
  finish(word);
  waiters.clear();
  EXPECT_EQ(told, 3);
}

#ifndef NDEBUG
TEST(LifeCycleDeathTest, TwoRunsAtOnceOrAnEndWithoutARunAreBrokenPreconditions) {
  LifeCycle running;
  kPlaces[1].reach(running);
  EXPECT_DEATH(static_cast<void>(running.begin_run()), "assertion failed");
  LifeCycle idle;
  EXPECT_DEATH(static_cast<void>(idle.end_run(false)), "assertion failed");
  EXPECT_DEATH(idle.closed(), "assertion failed");
  LifeCycle closing;
  kPlaces[7].reach(closing);
  EXPECT_DEATH(closing.closed(), "assertion failed");
}
#endif

// Two threads at once.

/// Two threads that act on the same words in the same order, meeting before each. Neither waits long for the other, so that a machine
/// with better things to do costs chances and not time.
class Duel {
 public:
  static constexpr std::size_t kBatches = 16, kBatch = 256;

  /// `reach` makes the start and `check` looks at what the two did, both on this thread; what `mine` and `theirs` return is handed to it.
  template <typename Mine, typename Theirs, typename Check>
  static void run(void (*reach)(LifeCycle&), Mine mine, Theirs theirs, Check check) {
    using MyAnswer = std::invoke_result_t<Mine, LifeCycle&>;
    using TheirAnswer = std::invoke_result_t<Theirs, LifeCycle&>;
    struct Round {
      LifeCycle word;
      MyAnswer mine{};
      TheirAnswer theirs{};
    };
    for (std::size_t batch = 0; batch < kBatches; ++batch) {
      std::vector<Round> rounds(kBatch);
      for (Round& round : rounds) reach(round.word);
      std::atomic<std::size_t> my_place{0}, their_place{0};
      std::jthread other{[&] {
        for (std::size_t i = 0; i < kBatch; ++i) {
          meet(their_place, my_place, i + 1);
          rounds[i].theirs = theirs(rounds[i].word);
        }
      }};
      for (std::size_t i = 0; i < kBatch; ++i) {
        meet(my_place, their_place, i + 1);
        for (std::size_t delay = i % 16; delay > 0; --delay) static_cast<void>(rounds[i].word.state());
        rounds[i].mine = mine(rounds[i].word);
      }
      other.join();
      for (Round& round : rounds) {
        check(round.word, round.mine, round.theirs);
        if (::testing::Test::HasFatalFailure()) return;
      }
    }
  }

 private:
  static void meet(std::atomic<std::size_t>& here, const std::atomic<std::size_t>& there, std::size_t place) {
    here.store(place, std::memory_order_seq_cst);
    for (int spins = 0; spins < 5'000 && there.load(std::memory_order_seq_cst) < place; ++spins) {
    }
  }
};

/// How a run ended, and whether who left it must finish a close.
struct Left {
  End end{};
  bool finishes = false;
};
Left end_and_leave(LifeCycle& word, bool drained) {
  const End end = word.end_run(drained);
  return {end, word.leave_run()};
}

TEST(LifeCycleRace, AStopAgainstABeginningRunEndsExactlyThatRun) {
  Duel::run(
      kPlaces[0].reach, [](LifeCycle& word) { return word.begin_run(); }, [](LifeCycle& word) { return word.stop(); },
      [](LifeCycle& word, Begin begun, bool stopped) {
        ASSERT_TRUE(stopped);
        if (begun == Begin::running) {
          ASSERT_EQ(word.state(), LoopState::stopping);
          ASSERT_EQ(word.end_run(false), End::stopped);
        } else {
          ASSERT_EQ(begun, Begin::stopped);
        }
        ASSERT_FALSE(word.leave_run());
        ASSERT_EQ(word.state(), LoopState::idle) << "consumed once";
      });
}

TEST(LifeCycleRace, AStopAgainstAnEndingRunEndsThisOneOrTheNext) {
  Duel::run(
      kPlaces[1].reach, [](LifeCycle& word) { return end_and_leave(word, false); }, [](LifeCycle& word) { return word.stop(); },
      [](LifeCycle& word, Left left, bool stopped) {
        ASSERT_TRUE(stopped);
        ASSERT_FALSE(left.finishes);
        ASSERT_EQ(word.state(), left.end == End::stopped ? LoopState::idle : LoopState::stopping);
        ASSERT_EQ(word.begin_run(), left.end == End::stopped ? Begin::running : Begin::stopped);
      });
}

TEST(LifeCycleRace, OfTwoStopsOneWins) {
  for (const std::size_t place : {0u, 1u})
    Duel::run(
        kPlaces[place].reach, [](LifeCycle& word) { return word.stop(); }, [](LifeCycle& word) { return word.stop(); },
        [](LifeCycle& word, bool mine, bool theirs) {
          ASSERT_NE(mine, theirs);
          ASSERT_EQ(word.state(), LoopState::stopping);
        });
}

TEST(LifeCycleRace, ACloseAgainstABeginningRunIsFinishedByExactlyOne) {
  Duel::run(
      kPlaces[0].reach, [](LifeCycle& word) { return word.begin_run(); }, [](LifeCycle& word) { return word.close(); },
      [](LifeCycle& word, Begin begun, Close closed) {
        ASSERT_EQ(word.state(), LoopState::closing);
        if (begun == Begin::running) {
          ASSERT_EQ(closed, Close::run_does);
          ASSERT_EQ(word.end_run(false), End::closing);
          ASSERT_TRUE(word.leave_run());
        } else {
          ASSERT_EQ(begun, Begin::closed);
          ASSERT_EQ(closed, Close::finish);
        }
        word.closed();
      });
}

TEST(LifeCycleRace, ACloseAgainstARunThatEndsAndIsLeftIsFinishedByExactlyOne) {
  for (const std::size_t place : {1u, 3u, 5u})  // running, stopping, draining
    Duel::run(
        kPlaces[place].reach, [](LifeCycle& word) { return end_and_leave(word, false); },
        [](LifeCycle& word) { return word.close(); },
        [](LifeCycle& word, Left left, Close closed) {
          ASSERT_EQ(word.state(), LoopState::closing);
          ASSERT_NE(closed, Close::already);
          ASSERT_EQ(left.finishes, closed == Close::run_does);
          ASSERT_TRUE(closed == Close::run_does || left.end != End::closing);
          word.closed();
        });
}

TEST(LifeCycleRace, OfTwoClosesOneWins) {
  for (const std::size_t place : {0u, 1u}) {
    const Close winner = place == 0 ? Close::finish : Close::run_does;
    Duel::run(
        kPlaces[place].reach, [](LifeCycle& word) { return word.close(); }, [](LifeCycle& word) { return word.close(); },
        [winner](LifeCycle& word, Close mine, Close theirs) {
          ASSERT_TRUE((mine == winner && theirs == Close::already) || (mine == Close::already && theirs == winner));
          ASSERT_EQ(word.state(), LoopState::closing);
        });
  }
}

TEST(LifeCycleRace, ADrainAgainstACloseEndsClosing) {
  for (const std::size_t place : {0u, 1u, 2u, 3u})
    Duel::run(
        kPlaces[place].reach, [](LifeCycle& word) { return word.drain(at(1ms)); }, [](LifeCycle& word) { return word.close(); },
        [place](LifeCycle& word, bool /*either is right*/, Close closed) {
          ASSERT_EQ(closed, kPlaces[place].in_run ? Close::run_does : Close::finish);
          ASSERT_EQ(word.state(), LoopState::closing);
          ASSERT_FALSE(word.drain(at(0ms)));
        });
}

TEST(LifeCycleRace, ADrainedRunThatEndsAgainstACloseClosesOnce) {
  Duel::run(
      kPlaces[5].reach,
      [](LifeCycle& word) {
        const Left left = end_and_leave(word, true);
        if (left.finishes) word.closed();
        return left;
      },
      [](LifeCycle& word) { return word.close(); },
      [](LifeCycle& word, Left left, Close closed) {
        ASSERT_EQ(left.end, End::closing);
        ASSERT_TRUE(left.finishes);
        ASSERT_NE(closed, Close::finish);
        ASSERT_EQ(word.state(), LoopState::closed);
      });
}

TEST(LifeCycleRace, AStopAgainstADrainNeverUndoesIt) {
  for (const std::size_t place : {0u, 1u})
    Duel::run(
        kPlaces[place].reach, [](LifeCycle& word) { return word.drain(at(1ms)); }, [](LifeCycle& word) { return word.stop(); },
        [](LifeCycle& word, bool drained, bool /*either is right*/) {
          ASSERT_TRUE(drained);
          ASSERT_EQ(word.state(), LoopState::draining);
          ASSERT_EQ(word.drain_deadline(), at(1ms));
        });
}

TEST(LifeCycleRace, ADrainAgainstAnEndingRunIsSeenByThisRunOrTheNext) {
  Duel::run(
      kPlaces[1].reach, [](LifeCycle& word) { return end_and_leave(word, false); },
      [](LifeCycle& word) { return word.drain(at(1ms)); },
      [](LifeCycle& word, Left left, bool drained) {
        ASSERT_TRUE(drained);
        ASSERT_TRUE(left.end == End::ended || left.end == End::draining);
        ASSERT_FALSE(left.finishes);
        ASSERT_EQ(word.state(), LoopState::draining);
        ASSERT_EQ(word.begin_run(), Begin::draining);
      });
}

TEST(LifeCycleRace, AFailureAgainstACloseOrADrainLosesNeither) {
  const auto fail = [](LifeCycle& word) {
    word.fail();
    return true;
  };
  Duel::run(
      kPlaces[1].reach, fail, [](LifeCycle& word) { return word.close(); },
      [](LifeCycle& word, bool, Close closed) {
        ASSERT_EQ(closed, Close::run_does);
        ASSERT_EQ(word.state(), LoopState::closing);
      });
  Duel::run(
      kPlaces[1].reach, fail, [](LifeCycle& word) { return word.drain(at(1ms)); },
      [](LifeCycle& word, bool, bool drained) {
        const LoopState state = word.state();  // the failure came first, or it cut the drain short
        ASSERT_TRUE(drained);
        ASSERT_TRUE(state == LoopState::draining || state == LoopState::closing);
      });
}

TEST(LifeCycleRace, OfTwoDeadlinesTheEarlierIsThereWhenBothHaveReturned) {
  Duel::run(
      kPlaces[0].reach, [](LifeCycle& word) { return word.drain(at(7ms)); }, [](LifeCycle& word) { return word.drain(at(3ms)); },
      [](LifeCycle& word, bool mine, bool theirs) {
        ASSERT_TRUE(mine && theirs);
        ASSERT_EQ(word.drain_deadline(), at(3ms));
      });
}

TEST(LifeCycleRace, WhoWaitsForClosedMissesNothing) {
  Duel::run(
      kPlaces[6].reach,
      [](LifeCycle& word) {
        word.closed();
        return true;
      },
      [](LifeCycle& word) { return word.wait_closed(20s); }, [](LifeCycle&, bool, bool told) { ASSERT_TRUE(told); });
}

}  // namespace
}  // namespace millrace
