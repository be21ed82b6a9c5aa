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

TEST(WakeGate, WakesOnlyASleeperAndOnlyOnce) {
  WakeGate gate;
  EXPECT_EQ(gate.state(), WakeState::awake);
  EXPECT_EQ(gate.claim_wake(), WakeDuty::none);
  gate.announce_sleep();
  EXPECT_EQ(gate.claim_wake(), WakeDuty::signal_poller);
  EXPECT_EQ(gate.state(), WakeState::notified);
  EXPECT_EQ(gate.claim_wake(), WakeDuty::none);
  gate.resume();
  EXPECT_EQ(gate.state(), WakeState::awake);
  EXPECT_EQ(gate.claim_wake(), WakeDuty::none);
}

TEST(WakeGate, AFailedWakeReopensTheClaim) {
  WakeGate gate;
  gate.announce_sleep();
  ASSERT_EQ(gate.claim_wake(), WakeDuty::signal_poller);
  gate.wake_failed(WakeDuty::signal_poller);
  EXPECT_EQ(gate.state(), WakeState::in_poller);
  EXPECT_EQ(gate.claim_wake(), WakeDuty::signal_poller);
}

TEST(WakeGate, AFailedWakeReportedLateDoesNotPutARunningLoopToSleep) {
  WakeGate gate;
  gate.announce_sleep();
  ASSERT_EQ(gate.claim_wake(), WakeDuty::signal_poller);
  gate.resume();
  gate.wake_failed(WakeDuty::signal_poller);
  EXPECT_EQ(gate.state(), WakeState::awake);
}

/// What a model leaves out or adds, to show that the explorer finds what is wrong.
struct Variation {
  bool loop_rechecks = true;           ///< after announcing, as wake_gate.h demands
  bool publish_first = true;           ///< before asking claim_wake()
  bool first_wake_is_refused = false;  ///< the system refuses the signal of the first producer
  bool one_after_the_other = false;    ///< the second producer starts when the first has returned
};

/// One loop and two producers, step by step around the real gate. The queue is a count, the poller's signal a flag.
class WakeModel {
 public:
  static constexpr int kProducers = 2;
  explicit WakeModel(Variation variation) : variation_(variation) {}

  [[nodiscard]] std::size_t actors() const { return 1 + kProducers; }
  [[nodiscard]] bool enabled(std::size_t actor) const {
    if (actor == 0) return loop_ == LoopStep::block ? signalled_ : loop_ != LoopStep::done;
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
  [[nodiscard]] auto key() const { return std::tuple(loop_, gate_.state(), queue_, drained_, signalled_, claims_, producers_); }

 private:
  enum class LoopStep { drain, announce, recheck, look, block, resume, done };
  enum class ProducerStep { publish, read_gate, claim, wake, done };
  struct Producer {
    ProducerStep step = ProducerStep::publish;
    WakeState seen = WakeState::awake;
    WakeDuty duty = WakeDuty::none;
    bool published = false;
    [[nodiscard]] bool done() const { return step == ProducerStep::done; }
    friend auto operator<=>(const Producer&, const Producer&) = default;
  };

  std::string step_loop() {
    switch (loop_) {
      case LoopStep::drain:
        drained_ += std::exchange(queue_, 0);
        loop_ = drained_ == kProducers ? LoopStep::done : LoopStep::announce;
        return "drains the queue";
      case LoopStep::announce:
        gate_.announce_sleep();
        claims_ = 0;
        loop_ = variation_.loop_rechecks ? LoopStep::recheck : LoopStep::block;
        return "announces sleep";
      case LoopStep::recheck: loop_ = queue_ > 0 ? LoopStep::look : LoopStep::block; return "looks at the queue again";
      case LoopStep::look:  // a wait that does not block, and takes a signal when there is one
      case LoopStep::block:
        signalled_ = false;
        loop_ = LoopStep::resume;
        return "returns from the wait";
      case LoopStep::resume:
        gate_.resume();
        loop_ = LoopStep::drain;
        return "resumes";
      case LoopStep::done: break;
    }
    return "";
  }
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
        producer.seen = gate_.state();
        producer.step = ProducerStep::claim;
        return "reads the gate";
      case ProducerStep::claim: {
        StepAtomic<WakeState>::frozen = producer.seen;
        producer.duty = gate_.claim_wake();
        const bool claimed = producer.duty != WakeDuty::none;
        StepAtomic<WakeState>::frozen.reset();
        claims_ += claimed ? 1 : 0;
        producer.step = claimed ? ProducerStep::wake : after_wake();
        return claimed ? "claims the wake" : "leaves the wake to others";
      }
      case ProducerStep::wake:
        producer.step = after_wake();
        if (first && variation_.first_wake_is_refused) {
          gate_.wake_failed(producer.duty);
          return "is refused the wake";
        }
        signalled_ = true;
        return "wakes";
      case ProducerStep::done: break;
    }
    return "";
  }
  [[nodiscard]] ProducerStep after_wake() const { return variation_.publish_first ? ProducerStep::done : ProducerStep::publish; }

  Variation variation_;
  BasicWakeGate<StepAtomic> gate_;
  int queue_ = 0;
  int drained_ = 0;
  int claims_ = 0;  // in this sleep
  bool signalled_ = false;
  LoopStep loop_ = LoopStep::drain;
  std::array<Producer, kProducers> producers_{};
};

std::string told(const Exploration& exploration) {
  std::string text = exploration.violation + '\n';
  for (const std::string& step : exploration.schedule) text += "  " + step + '\n';
  return text;
}

TEST(WakeGate, NoScheduleLosesAWake) {
  const Exploration exploration = Explorer<WakeModel>::run(WakeModel{{}});
  EXPECT_EQ(exploration.violation, "") << told(exploration);
  EXPECT_GT(exploration.schedules, 10'000u);  // the search did search
}

TEST(WakeGate, ARefusedWakeIsMadeGoodByTheNextProducer) {
  const Exploration exploration = Explorer<WakeModel>::run(WakeModel{{.first_wake_is_refused = true, .one_after_the_other = true}});
  EXPECT_EQ(exploration.violation, "") << told(exploration);
}

TEST(WakeGate, TheExplorerFindsALoopThatDoesNotLookAgain) {
  const Exploration exploration = Explorer<WakeModel>::run(WakeModel{{.loop_rechecks = false}});
  EXPECT_EQ(exploration.violation, "stuck: nobody can move") << told(exploration);
}

TEST(WakeGate, TheExplorerFindsAProducerThatAsksBeforeItPublishes) {
  const Exploration exploration = Explorer<WakeModel>::run(WakeModel{{.publish_first = false}});
  EXPECT_EQ(exploration.violation, "stuck: nobody can move") << told(exploration);
}

}  // namespace
}  // namespace millrace
