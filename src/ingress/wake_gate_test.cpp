#include "ingress/wake_gate.h"

#include <gtest/gtest.h>

#include <array>
#include <compare>
#include <string>
#include <tuple>
#include <utility>

#include "support/interleave.h"

namespace millrace {
namespace {
using testing::Exploration;
using testing::Explorer;
using testing::StepAtomic;

TEST(WakeGate, WakesOnlyASleeperAndOnlyOnceInTheWayItSleeps) {
  WakeGate gate;
  EXPECT_EQ(gate.state(), WakeState::awake);
  EXPECT_FALSE(gate.claim_wake());
  for (const SleepMode mode : {SleepMode::poller, SleepMode::futex}) {
    gate.announce_sleep(mode);
    EXPECT_EQ(gate.claim_wake().duty, mode == SleepMode::poller ? WakeDuty::signal_poller : WakeDuty::wake_futex);
    EXPECT_EQ(gate.state(), WakeState::notified);
    EXPECT_FALSE(gate.claim_wake());
    EXPECT_TRUE(gate.resume());
    EXPECT_EQ(gate.state(), WakeState::awake);
    EXPECT_FALSE(gate.claim_wake());
  }
  gate.announce_sleep();
  EXPECT_FALSE(gate.resume());
}

TEST(WakeGate, AFailedWakeReopensTheClaim) {
  WakeGate gate;
  for (const SleepMode mode : {SleepMode::poller, SleepMode::futex}) {
    gate.announce_sleep(mode);
    const WakeClaim claim = gate.claim_wake();
    ASSERT_TRUE(claim);
    gate.wake_failed(claim);
    EXPECT_EQ(gate.state(), mode == SleepMode::poller ? WakeState::in_poller : WakeState::on_futex);
    EXPECT_EQ(gate.claim_wake().duty, claim.duty);
    gate.resume();
  }
}

TEST(WakeGate, AFailedWakeReportedLateChangesNothing) {
  WakeGate gate;
  gate.announce_sleep(SleepMode::futex);
  const WakeClaim late = gate.claim_wake();
  ASSERT_TRUE(late);
  gate.resume();
  gate.wake_failed(late);
  EXPECT_EQ(gate.state(), WakeState::awake) << "a running loop is not put to sleep";
  gate.announce_sleep(SleepMode::poller);
  ASSERT_TRUE(gate.claim_wake());
  gate.wake_failed(late);
  EXPECT_EQ(gate.state(), WakeState::notified) << "nor does it change the next sleep";
}

TEST(WakeGate, TheFutexWordDiffersOnceAWakeIsClaimed) {
  WakeGate gate;
  gate.announce_sleep(SleepMode::futex);
  EXPECT_EQ(gate.word().load(), gate.asleep_word());
  ASSERT_TRUE(gate.claim_wake());
  EXPECT_NE(gate.word().load(), gate.asleep_word());
}

/// What a model leaves out or adds, to show that the explorer finds what is wrong.
struct GateVariation {
  bool first_post_registers = false;   ///< the first task registers a descriptor: from then on the loop sleeps in its poller
  bool wakes_the_other_way = false;    ///< a planted bug: producers signal the poller whatever the duty
  bool loop_rechecks = true;           ///< after announcing, as wake_gate.h demands
  bool publish_first = true;           ///< before asking claim_wake()
  bool first_wake_is_refused = false;  ///< the system refuses the signal of the first producer
  bool one_after_the_other = false;    ///< the second producer starts when the first has returned
};

/// One loop and two producers, step by step around the real gate. The queue is a count, the poller's signal a flag.
class WakeModel {
 public:
  static constexpr int kProducers = 2;
  explicit WakeModel(GateVariation variation) : variation_(variation) {}

  [[nodiscard]] std::size_t actors() const { return 1 + kProducers; }
  [[nodiscard]] bool enabled(std::size_t actor) const {
    if (actor == 0 && loop_ == LoopStep::block) return signalled_;
    if (actor == 0 && loop_ == LoopStep::asleep) return futex_woken_;
    if (actor == 0) return loop_ != LoopStep::done;
    const Producer& producer = producers_[actor - 1];
    if (variation_.one_after_the_other && actor == 2 && producers_[0].step != ProducerStep::done) return false;
    return producer.step != ProducerStep::done;
  }
  std::string step(std::size_t actor) {
    if (actor == 0) return "loop: " + step_loop();
    return "producer " + std::to_string(actor) + ": " + step_producer(producers_[actor - 1], actor == 1);
  }
  [[nodiscard]] bool finished() const { return loop_ == LoopStep::done && producers_[0].done() && producers_[1].done(); }
  [[nodiscard]] std::string violation() const {
    const bool loop_is_up = loop_ == LoopStep::drain || loop_ == LoopStep::announce || loop_ == LoopStep::done;
    if (loop_is_up && gate_.state() != WakeState::awake) return "the loop runs, and the gate does not say so";
    if (claims_ > (variation_.first_wake_is_refused ? 2 : 1)) return "two producers wake one sleeper";
    return {};
  }
  [[nodiscard]] auto key() const {
    // Of the number of the sleep only this matters: whether a claim is one on the present sleep.
    std::array<bool, kProducers> current{};
    for (std::size_t i = 0; i < current.size(); ++i) current[i] = (producers_[i].word >> 2) == (gate_.word().value >> 2);
    std::array<std::tuple<ProducerStep, WakeState, WakeDuty, bool>, kProducers> producers;
    for (std::size_t i = 0; i < producers.size(); ++i)
      producers[i] = {producers_[i].step, producers_[i].state(), producers_[i].duty, producers_[i].published};
    return std::tuple(loop_, mode_, gate_.state(), queue_, drained_, signalled_, futex_woken_, claims_, producers, current);
  }

 private:
  enum class LoopStep { drain, announce, recheck, look, block, enter_futex, asleep, resume, done };
  enum class ProducerStep { publish, read_gate, claim, wake, done };
  struct Producer {
    ProducerStep step = ProducerStep::publish;
    std::uint32_t word = 0;  ///< of the gate, as read or as claimed
    WakeDuty duty = WakeDuty::none;
    bool published = false;
    [[nodiscard]] bool done() const { return step == ProducerStep::done; }
    [[nodiscard]] WakeState state() const { return static_cast<WakeState>(word & 3); }
  };

  std::string step_loop() {
    switch (loop_) {
      case LoopStep::drain:
        drained_ += std::exchange(queue_, 0);
        loop_ = drained_ == kProducers ? LoopStep::done : LoopStep::announce;
        return "drains the queue";
      case LoopStep::announce:
        mode_ = variation_.first_post_registers && drained_ == 0 ? SleepMode::futex : SleepMode::poller;
        gate_.announce_sleep(mode_);
        claims_ = 0;
        loop_ = variation_.loop_rechecks ? LoopStep::recheck : sleep_step();
        return "announces sleep";
      case LoopStep::recheck: loop_ = queue_ > 0 ? LoopStep::look : sleep_step(); return "looks at the queue again";
      case LoopStep::look:  // a wait that does not block, and takes a signal when there is one
      case LoopStep::block:
        if (mode_ == SleepMode::poller) signalled_ = false;
        loop_ = LoopStep::resume;
        return "returns from the wait";
      // The kernel compares the word and queues the sleeper in one step; a wake without a sleeper is lost, but changed the word before.
      case LoopStep::enter_futex:
        loop_ = gate_.word().value == gate_.asleep_word() ? LoopStep::asleep : LoopStep::resume;
        return "enters the futex wait";
      case LoopStep::asleep:
        futex_woken_ = false;
        loop_ = LoopStep::resume;
        return "is woken on the futex";
      case LoopStep::resume:
        gate_.resume();
        loop_ = LoopStep::drain;
        return "resumes";
      case LoopStep::done: break;
    }
    return "";
  }
  [[nodiscard]] LoopStep sleep_step() const { return mode_ == SleepMode::poller ? LoopStep::block : LoopStep::enter_futex; }
  // claim_wake() is two atomic steps. The read is made here and frozen for the call, so that others may run in between.
  std::string step_producer(Producer& producer, bool first) {
    switch (producer.step) {
      case ProducerStep::publish:
        if (!variation_.publish_first && !producer.published) {
          producer.published = true;  // the planted bug: look first, publish last
          producer.step = ProducerStep::read_gate;
          return "puts publishing off";
        }
        ++queue_;
        producer.published = true;
        producer.step = variation_.publish_first ? ProducerStep::read_gate : ProducerStep::done;
        return "publishes";
      case ProducerStep::read_gate:
        producer.word = gate_.word().value;
        producer.step = ProducerStep::claim;
        return "reads the gate";
      case ProducerStep::claim: {
        StepAtomic<std::uint32_t>::frozen = producer.word;
        const WakeClaim claim = gate_.claim_wake();
        StepAtomic<std::uint32_t>::frozen.reset();
        const bool claimed = static_cast<bool>(claim);
        producer.duty = claim.duty;
        if (claimed) producer.word = claim.word;
        claims_ += claimed ? 1 : 0;
        producer.step = claimed ? ProducerStep::wake : after_wake();
        return claimed ? "claims the wake" : "leaves the wake to others";
      }
      case ProducerStep::wake:
        producer.step = after_wake();
        if (first && variation_.first_wake_is_refused) {
          gate_.wake_failed({producer.duty, producer.word});
          return "is refused the wake";
        }
        // A woken futex shows in its word, which the claim has changed; only the poller's signal is a thing of its own.
        if (producer.duty == WakeDuty::signal_poller || variation_.wakes_the_other_way) signalled_ = true;
        if (producer.duty == WakeDuty::wake_futex && !variation_.wakes_the_other_way && loop_ == LoopStep::asleep)
          futex_woken_ = true;
        return "wakes";
      case ProducerStep::done: break;
    }
    return "";
  }
  [[nodiscard]] ProducerStep after_wake() const { return variation_.publish_first ? ProducerStep::done : ProducerStep::publish; }

  GateVariation variation_;
  SleepMode mode_ = SleepMode::poller;
  bool futex_woken_ = false;
  BasicWakeGate<StepAtomic> gate_;
  int queue_ = 0;
  int drained_ = 0;
  int claims_ = 0;  // in this sleep
  bool signalled_ = false;
  LoopStep loop_ = LoopStep::drain;
  std::array<Producer, kProducers> producers_{};
};

TEST(ExploreWake, NoScheduleLosesAWake) {
  const Exploration exploration = Explorer<WakeModel>::run(WakeModel{{}});
  EXPECT_EQ(exploration.violation, "") << told(exploration);
  EXPECT_GT(exploration.schedules, 10'000u);  // the search did search
}

TEST(ExploreWake, ARefusedWakeIsMadeGoodByTheNextProducer) {
  const Exploration exploration = Explorer<WakeModel>::run(WakeModel{{.first_wake_is_refused = true, .one_after_the_other = true}});
  EXPECT_EQ(exploration.violation, "") << told(exploration);
}

// The first post registers a descriptor, so the loop changes from the futex to its poller while the other producer wakes it: the duty of
// each claim must fit the sleep it was made on.
TEST(ExploreWake, ARegistrationAgainstTheChangeOfSleepLosesNoWake) {
  const Exploration exploration = Explorer<WakeModel>::run(WakeModel{{.first_post_registers = true}});
  EXPECT_EQ(exploration.violation, "") << told(exploration);
  EXPECT_GT(exploration.schedules, 10'000u);
}

TEST(ExploreWake, ARefusedWakeAcrossTheChangeOfSleepIsMadeGood) {
  const Exploration exploration = Explorer<WakeModel>::run(
      WakeModel{{.first_post_registers = true, .first_wake_is_refused = true, .one_after_the_other = true}});
  EXPECT_EQ(exploration.violation, "") << told(exploration);
}

TEST(ExploreWake, TheExplorerFindsAWakeOfTheWrongKind) {
  const Exploration exploration = Explorer<WakeModel>::run(WakeModel{{.first_post_registers = true, .wakes_the_other_way = true}});
  EXPECT_EQ(exploration.violation, "stuck: nobody can move") << told(exploration);
}

TEST(ExploreWake, TheExplorerFindsALoopThatDoesNotLookAgain) {
  const Exploration exploration = Explorer<WakeModel>::run(WakeModel{{.loop_rechecks = false}});
  EXPECT_EQ(exploration.violation, "stuck: nobody can move") << told(exploration);
}

TEST(ExploreWake, TheExplorerFindsAProducerThatAsksBeforeItPublishes) {
  const Exploration exploration = Explorer<WakeModel>::run(WakeModel{{.publish_first = false}});
  EXPECT_EQ(exploration.violation, "stuck: nobody can move") << told(exploration);
}

}  // namespace
}  // namespace millrace
