// Every schedule of the words that producers publish through: lanes, the shared door, closing, and the announcement of sleep.
#include "ingress/tails.h"

#include <gtest/gtest.h>

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <tuple>

#include "support/interleave.h"

namespace millrace {
namespace {
using testing::Exploration;
using testing::Explorer;
using testing::StepAtomic;
using Word = StepAtomic<std::uint64_t>;

TEST(Tails, ALaneCountsWhatWasPublishedAndClosesOnce) {
  LaneTail tail;
  EXPECT_TRUE(tail.publish(0, 3));
  EXPECT_EQ(tail.count(), 3u);
  EXPECT_FALSE(tail.closed());
  EXPECT_EQ(tail.close(), 3u);
  EXPECT_EQ(tail.close(), 3u);
  EXPECT_TRUE(tail.closed());
  EXPECT_TRUE(tail.see().closed);
  EXPECT_FALSE(tail.publish(3, 4));
  EXPECT_EQ(tail.count(), 3u);
}

TEST(Tails, ADoorIsLatchedByOneAndClosesOnlyInBetween) {
  DoorTail tail;
  std::uint64_t count = 9;
  EXPECT_FALSE(tail.holds_more_than(0));
  EXPECT_EQ(tail.try_latch(count), DoorTail::Latched::yes);
  EXPECT_EQ(count, 0u);
  EXPECT_TRUE(tail.holds_more_than(0)) << "somebody is about to publish";
  EXPECT_EQ(tail.try_latch(count), DoorTail::Latched::busy);
  EXPECT_EQ(tail.try_close(), std::nullopt);
  tail.publish(2);
  EXPECT_TRUE(tail.holds_more_than(0));
  EXPECT_FALSE(tail.holds_more_than(2));
  EXPECT_EQ(tail.try_close(), 2u);
  EXPECT_EQ(tail.try_close(), 2u);
  EXPECT_FALSE(tail.holds_more_than(2));
  EXPECT_EQ(tail.try_latch(count), DoorTail::Latched::closed);
}

/// What a model leaves out or does wrong, to show that the search finds it.
struct TailVariation {
  bool compare_exchange = true;        ///< a lane's producer publishes by one; otherwise by a plain store
  bool recheck_after_announce = true;  ///< otherwise the loop looks again first and announces then
  bool latch_counts = true;            ///< the loop does not sleep while the door is latched
  bool look_at_gate_last = true;       ///< the door's producer looks at the gate after it took the latch; otherwise before
  bool closes = true;                  ///< the loop closes at some point
};

/// One lane: a producer that posts twice, a loop that drains, announces, looks again, sleeps, and closes after its first or second
/// drain. Slots hold the number of what was written, and are cleared when they ran.
class LaneModel {
 public:
  explicit LaneModel(TailVariation variation, int drains_before_close = 1)
      : variation_(variation), drains_left_(drains_before_close) {}

  [[nodiscard]] std::size_t actors() const { return 2; }
  [[nodiscard]] bool enabled(std::size_t actor) const {
    if (actor == 0) return loop_ == Loop::sleep ? signalled_ : loop_ != Loop::done;
    return producer_ == Producer::write ? written_ - head_ < kSlots || refused_ : producer_ != Producer::done;
  }
  std::string step(std::size_t actor) { return actor == 0 ? "loop: " + step_loop() : "producer: " + step_producer(); }
  [[nodiscard]] bool finished() const { return loop_ == Loop::done && producer_ == Producer::done; }
  [[nodiscard]] std::string violation() const {
    if (accepted_late_) return "a task was accepted after the loop had closed the lane";
    if (ran_out_of_order_) return "a slot ran that was not published, or twice";
    if (finished() && accepted_ != executed_ + rejected_) return "accepted is not executed and rejected";
    return {};
  }
  [[nodiscard]] auto key() const {
    return std::tuple(std::tuple(loop_, producer_, tail_.count(), tail_.closed(), slots_, head_, drains_left_),
                      std::tuple(written_, accepted_, executed_, rejected_, sleeping_, seen_empty_, signalled_, refused_, stale_));
  }

 private:
  static constexpr std::uint64_t kPosts = 2;
  static constexpr std::uint64_t kSlots = 1;
  enum class Loop { drain, give_back, look_early, announce, look, sleep, read_to_close, close, reject, done };
  enum class Producer { write, publish, store, gate, done };

  std::string step_loop() {
    switch (loop_) {
      case Loop::drain: {
        const std::uint64_t count = tail_.count();
        run_to(count, executed_);
        loop_ = Loop::give_back;
        return "runs what it sees";
      }
      case Loop::give_back:
        head_ = next_;
        if (variation_.closes && drains_left_-- == 0)
          loop_ = Loop::read_to_close;
        else if (executed_ == kPosts)
          loop_ = Loop::done;
        else
          loop_ = variation_.recheck_after_announce ? Loop::announce : Loop::look_early;
        return "gives the slots back";
      case Loop::look_early:
        seen_empty_ = tail_.count() == next_;
        loop_ = seen_empty_ ? Loop::announce : Loop::drain;
        return "looks too early";
      case Loop::announce:
        sleeping_ = true;
        loop_ = variation_.recheck_after_announce ? Loop::look : Loop::sleep;
        return "announces sleep";
      case Loop::look:
        seen_empty_ = tail_.count() == next_;
        if (!seen_empty_) sleeping_ = false;
        loop_ = seen_empty_ ? Loop::sleep : Loop::drain;
        return "looks again";
      case Loop::sleep:
        signalled_ = sleeping_ = false;
        loop_ = Loop::drain;
        return "wakes up";
      case Loop::read_to_close:
        stale_ = read_word();
        loop_ = Loop::close;
        return "reads the tail to close it";
      case Loop::close: {
        Word::frozen = stale_;
        const std::optional<std::uint64_t> count = tail_.try_close();
        Word::frozen.reset();
        loop_ = count ? Loop::reject : Loop::read_to_close;
        return count ? "closes" : "finds that it changed";
      }
      case Loop::reject:
        run_to(tail_.count(), rejected_);
        head_ = next_;
        loop_ = Loop::done;
        return "rejects the rest";
      case Loop::done: break;
    }
    return "";
  }
  std::string step_producer() {
    switch (producer_) {
      case Producer::write:
        if (refused_ || written_ == kPosts) {
          producer_ = Producer::done;
          return "is done";
        }
        slots_[written_ % kSlots] = written_ + 1;
        producer_ = Producer::publish;
        return "writes a slot";
      case Producer::publish:
        if (!variation_.compare_exchange) {  // the planted bug: look whether it is closed, then store
          if (tail_.closed()) return refuse();
          producer_ = Producer::store;
          return "sees that the lane is open";
        }
        if (!tail_.publish(written_, written_ + 1)) return refuse();
        return publish();
      case Producer::store:
        tail_ = BasicLaneTail<StepAtomic>();
        static_cast<void>(tail_.publish(0, written_ + 1));
        return publish();
      case Producer::gate:
        if (sleeping_) signalled_ = true;
        producer_ = Producer::write;
        return "looks at the gate";
      case Producer::done: break;
    }
    return "";
  }
  std::string publish() {
    accepted_late_ = loop_ == Loop::done;
    ++written_;
    ++accepted_;
    producer_ = Producer::gate;
    return "publishes";
  }
  std::string refuse() {
    slots_[written_ % kSlots] = 0;
    refused_ = true;
    producer_ = Producer::write;
    return "is refused and takes its task back";
  }
  void run_to(std::uint64_t count, std::uint64_t& counter) {
    for (; next_ < count; ++next_, ++counter) {
      if (slots_[next_ % kSlots] != next_ + 1) ran_out_of_order_ = true;
      slots_[next_ % kSlots] = 0;
    }
  }
  [[nodiscard]] std::uint64_t read_word() const { return tail_.count() << 1 | static_cast<std::uint64_t>(tail_.closed()); }

  TailVariation variation_;
  BasicLaneTail<StepAtomic> tail_;
  std::array<std::uint64_t, kSlots> slots_{};
  std::uint64_t head_ = 0, next_ = 0, written_ = 0, accepted_ = 0, executed_ = 0, rejected_ = 0, stale_ = 0;
  int drains_left_;
  bool sleeping_ = false, signalled_ = false, seen_empty_ = false, refused_ = false;
  bool ran_out_of_order_ = false, accepted_late_ = false;
  Loop loop_ = Loop::drain;
  Producer producer_ = Producer::write;
};

TEST(ExploreLane, NoScheduleLosesATaskOrAWake) {
  for (const int drains : {0, 1, 2}) {
    const Exploration exploration = Explorer<LaneModel>::run(LaneModel({}, drains));
    EXPECT_EQ(exploration.violation, "") << told(exploration);
    EXPECT_GT(exploration.schedules, 10u);
  }
  const Exploration forever = Explorer<LaneModel>::run(LaneModel({.closes = false}));
  EXPECT_EQ(forever.violation, "") << told(forever);
  EXPECT_GT(forever.schedules, 10u);
}

TEST(ExploreLane, FindsAProducerThatStoresInsteadOfComparing) {
  const Exploration exploration = Explorer<LaneModel>::run(LaneModel({.compare_exchange = false}));
  EXPECT_EQ(exploration.violation, "a task was accepted after the loop had closed the lane") << told(exploration);
}

TEST(ExploreLane, FindsALoopThatLooksBeforeItAnnounces) {
  const Exploration exploration = Explorer<LaneModel>::run(LaneModel({.recheck_after_announce = false, .closes = false}));
  EXPECT_EQ(exploration.violation, "stuck: nobody can move") << told(exploration);
}

/// The shared door: two producers that post once each, and the same loop. Two steps of try_latch() and try_close() are told apart.
/// Letting the latch go is not sequentially consistent: what it stores may become visible after the producer looked at the gate. So each
/// producer has a store buffer, an actor of its own, that writes when it likes.
class DoorModel {
 public:
  explicit DoorModel(TailVariation variation) : variation_(variation) {}

  [[nodiscard]] std::size_t actors() const { return 5; }
  [[nodiscard]] bool enabled(std::size_t actor) const {
    if (actor == 0) {
      if (loop_ == Loop::sleep) return signalled_;
      if (loop_ == Loop::read_to_close || (loop_ == Loop::close && latched())) return !latched();  // waits, as its Backoff does
      if (loop_ == Loop::look_while_latched) return !latched();
      return loop_ != Loop::done;
    }
    if (actor > 2) return producers_[actor - 3].buffered;
    const Producer& producer = producers_[actor - 1];
    return producer.step == Step::read ? !latched() : producer.step != Step::done;
  }
  std::string step(std::size_t actor) {
    if (actor == 0) return "loop: " + step_loop();
    if (actor > 2) return "producer " + std::to_string(actor - 2) + ": " + step_buffer(producers_[actor - 3]);
    return "producer " + std::to_string(actor) + ": " + step_producer(producers_[actor - 1]);
  }
  [[nodiscard]] bool finished() const { return loop_ == Loop::done && producers_[0].done() && producers_[1].done(); }
  [[nodiscard]] std::string violation() const {
    if (holders_ > 1) return "two hold the latch";
    if (lost_a_slot_) return "a task was overwritten";
    if (finished() && accepted_ != executed_ + rejected_) return "accepted is not executed and rejected";
    return {};
  }
  [[nodiscard]] auto key() const {
    return std::tuple(word(), loop_, producers_, std::tuple(next_, accepted_, executed_, rejected_, holders_, slots_),
                      std::tuple(sleeping_, signalled_, stale_, drains_left_));
  }

 private:
  using Tail = BasicDoorTail<StepAtomic>;
  enum class Loop { drain, look_early, announce, look, look_while_latched, sleep, read_to_close, close, done };
  enum class Step { read, latch, write, publish, gate, done };
  struct Producer {
    Step step = Step::read;
    std::uint64_t seen = 0;
    std::uint64_t count = 0;
    bool saw_sleeper = false;
    bool buffered = false;
    [[nodiscard]] bool done() const { return step == Step::done && !buffered; }
    friend auto operator<=>(const Producer&, const Producer&) = default;
  };

  [[nodiscard]] bool latched() const { return tail_.holds_more_than(tail_.count()); }
  [[nodiscard]] std::uint64_t word() const {
    return tail_.count() << 2 | static_cast<std::uint64_t>(closed_) << 1 | static_cast<std::uint64_t>(latched());
  }

  std::string step_loop() {
    switch (loop_) {
      case Loop::drain:
        for (const std::uint64_t count = tail_.count(); next_ < count; ++next_) ++executed_;
        if (variation_.closes && drains_left_-- == 0)
          loop_ = Loop::read_to_close;
        else if (executed_ == 2)
          loop_ = Loop::done;
        else
          loop_ = variation_.recheck_after_announce ? Loop::announce : Loop::look_early;
        return "runs what it sees";
      case Loop::look_early:
        loop_ = tail_.holds_more_than(next_) ? Loop::look_while_latched : Loop::announce;
        return "looks too early";
      case Loop::announce:
        sleeping_ = true;
        loop_ = variation_.recheck_after_announce ? Loop::look : Loop::sleep;
        return "announces sleep";
      case Loop::look: {
        const bool more = variation_.latch_counts ? tail_.holds_more_than(next_) : tail_.count() != next_;
        if (more) sleeping_ = false;
        loop_ = more ? Loop::look_while_latched : Loop::sleep;
        return "looks again";
      }
      case Loop::look_while_latched: loop_ = Loop::drain; return "goes round";  // in truth it spins here: the search needs an end
      case Loop::sleep:
        signalled_ = sleeping_ = false;
        loop_ = Loop::drain;
        return "wakes up";
      case Loop::read_to_close:
        stale_ = word();
        loop_ = Loop::close;
        return "reads the tail to close it";
      case Loop::close: {
        Word::frozen = stale_;
        const std::optional<std::uint64_t> count = tail_.try_close();
        Word::frozen.reset();
        if (!count) {
          loop_ = Loop::read_to_close;
          return "finds that it changed";
        }
        closed_ = true;
        rejected_ = *count - next_;
        next_ = *count;
        loop_ = Loop::done;
        return "closes";
      }
      case Loop::done: break;
    }
    return "";
  }
  std::string step_producer(Producer& producer) {
    switch (producer.step) {
      case Step::read:
        if (!variation_.look_at_gate_last) producer.saw_sleeper = sleeping_;  // the planted bug
        producer.seen = word();
        producer.step = Step::latch;
        return "reads the tail";
      case Step::latch: {
        Word::frozen = producer.seen;
        const Tail::Latched latched = tail_.try_latch(producer.count);
        Word::frozen.reset();
        if (latched == Tail::Latched::closed) producer.step = Step::done;
        if (latched == Tail::Latched::busy) producer.step = Step::read;
        if (latched == Tail::Latched::yes) {
          producer.step = Step::write;
          ++holders_;
        }
        return latched == Tail::Latched::yes ? "takes the latch" : "does not get the latch";
      }
      case Step::write:
        if (slots_[producer.count]) lost_a_slot_ = true;
        slots_[producer.count] = true;
        producer.step = Step::publish;
        return "writes its slot";
      case Step::publish:
        producer.buffered = true;
        producer.step = Step::gate;
        return "publishes into its store buffer";
      case Step::gate:
        if (variation_.look_at_gate_last ? sleeping_ : producer.saw_sleeper) signalled_ = true;
        producer.step = Step::done;
        return "looks at the gate";
      case Step::done: break;
    }
    return "";
  }
  std::string step_buffer(Producer& producer) {
    tail_.publish(producer.count + 1);
    producer.buffered = false;
    --holders_;
    ++accepted_;
    return "what it published becomes visible";
  }

  TailVariation variation_;
  Tail tail_;
  std::array<bool, 2> slots_{};
  std::array<Producer, 2> producers_{};
  std::uint64_t next_ = 0, accepted_ = 0, executed_ = 0, rejected_ = 0, stale_ = 0;
  int holders_ = 0;
  int drains_left_ = 1;
  bool closed_ = false, sleeping_ = false, signalled_ = false, lost_a_slot_ = false;
  Loop loop_ = Loop::drain;
};

TEST(ExploreDoor, NoScheduleLosesATaskOrAWake) {
  for (const bool closes : {true, false}) {
    const Exploration exploration = Explorer<DoorModel>::run(DoorModel({.closes = closes}));
    EXPECT_EQ(exploration.violation, "") << told(exploration);
    EXPECT_GT(exploration.schedules, 100u);
  }
}

TEST(ExploreDoor, FindsALoopThatLooksBeforeItAnnounces) {
  const Exploration exploration = Explorer<DoorModel>::run(DoorModel({.recheck_after_announce = false, .closes = false}));
  EXPECT_EQ(exploration.violation, "stuck: nobody can move") << told(exploration);
}

TEST(ExploreDoor, FindsALoopThatSleepsWhileTheDoorIsLatched) {
  const Exploration exploration = Explorer<DoorModel>::run(DoorModel({.latch_counts = false, .closes = false}));
  EXPECT_EQ(exploration.violation, "stuck: nobody can move") << told(exploration);
}

TEST(ExploreDoor, FindsAProducerThatLooksAtTheGateBeforeItTakesTheLatch) {
  const Exploration exploration = Explorer<DoorModel>::run(DoorModel({.look_at_gate_last = false, .closes = false}));
  EXPECT_EQ(exploration.violation, "stuck: nobody can move") << told(exploration);
}

}  // namespace
}  // namespace millrace
