#include "time/timer_store.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <utility>
#include <vector>

#include "support/test_seeds.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;

constexpr std::uint64_t kAnySequence = std::numeric_limits<std::uint64_t>::max();

Instant at(int ms) { return Instant{std::chrono::milliseconds{ms}}; }

TimerId arm(TimerStore& store, int deadline_ms) {
  return store.arm(at(deadline_ms), {}, {}, [] {}).value();
}

std::vector<TimerId> pop_all(TimerStore& store, Instant now = Instant::max(), std::uint64_t before = kAnySequence) {
  std::vector<TimerId> ids;
  while (const auto id = store.pop_due(now, before)) ids.push_back(*id);
  return ids;
}

TEST(TimerStore, StartsEmpty) {
  TimerStore store{10};
  EXPECT_FALSE(store.next_deadline());
  EXPECT_FALSE(store.pop_due(Instant::max(), kAnySequence));
  EXPECT_EQ(store.armed(), 0u);
  EXPECT_EQ(store.size(), 0u);
}

TEST(TimerStore, YieldsByDeadline) {
  TimerStore store{10};
  const TimerId late = arm(store, 30), early = arm(store, 10), middle = arm(store, 20);
  EXPECT_EQ(store.next_deadline(), at(10));
  EXPECT_EQ(pop_all(store), (std::vector{early, middle, late}));
}

TEST(TimerStore, EqualDeadlinesAreFifo) {
  TimerStore store{1'000};
  std::vector<TimerId> armed;
  for (int i = 0; i < 500; ++i) armed.push_back(arm(store, 5));
  EXPECT_EQ(pop_all(store), armed);
}

TEST(TimerStore, YieldsOnlyWhatIsDue) {
  TimerStore store{10};
  const TimerId first = arm(store, 10);
  arm(store, 11);
  EXPECT_EQ(pop_all(store, at(9)), std::vector<TimerId>{});
  EXPECT_EQ(pop_all(store, at(10)), std::vector{first});
  EXPECT_EQ(store.next_deadline(), at(11));
}

TEST(TimerStore, AnythingArmedAfterTheSnapshotWaitsForTheNextPass) {
  TimerStore store{10};
  const TimerId before = arm(store, 10);
  const TimerId rearmed = arm(store, 5);
  const std::uint64_t pass_end = store.next_sequence();
  const TimerId after = arm(store, 10);
  store.rearm(rearmed, at(10));
  EXPECT_EQ(pop_all(store, at(10), pass_end), std::vector{before});
  EXPECT_EQ(pop_all(store, at(10), store.next_sequence()), (std::vector{after, rearmed}));
}

TEST(TimerStore, APoppedTimerKeepsItsNodeAndCanBeArmedAgain) {
  TimerStore store{10};
  const TimerId id = store.arm(at(1), 1ms, 2ms, [] {}).value();
  ASSERT_EQ(store.pop_due(at(1), kAnySequence), id);
  ASSERT_NE(store.find(id), nullptr);
  EXPECT_FALSE(store.find(id)->armed);
  EXPECT_EQ(store.find(id)->delay, 1ms);
  EXPECT_EQ(store.find(id)->period, 2ms);
  EXPECT_EQ(store.armed(), 0u);
  store.rearm(id, at(7));
  EXPECT_TRUE(store.find(id)->armed);
  EXPECT_EQ(store.find(id)->deadline, at(7));
  EXPECT_EQ(store.next_deadline(), at(7));
}

TEST(TimerStore, RearmingAnArmedTimerMovesItBehindItsEquals) {
  TimerStore store{10};
  const TimerId a = arm(store, 5), b = arm(store, 5);
  store.rearm(a, at(5));
  EXPECT_EQ(store.armed(), 2u);
  EXPECT_EQ(pop_all(store), (std::vector{b, a}));
}

TEST(TimerStore, DisarmTakesItOutAndIsIdempotent) {
  TimerStore store{10};
  const TimerId a = arm(store, 5), b = arm(store, 6);
  store.disarm(a);
  store.disarm(a);
  EXPECT_EQ(store.armed(), 1u);
  EXPECT_EQ(store.armed_ref(), 1u);
  EXPECT_EQ(store.size(), 2u);
  EXPECT_EQ(pop_all(store), std::vector{b});
}

TEST(TimerStore, EraseAndClearFreeWhatTheTaskCaptured) {
  TimerStore store{10};
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> freed = token;
  const TimerId id = store.arm(at(1), {}, {}, [token] {}).value();
  static_cast<void>(store.arm(at(1), {}, {}, [token = std::move(token)] {}).value());
  EXPECT_TRUE(store.erase(id));
  EXPECT_FALSE(store.erase(id));
  EXPECT_EQ(freed.use_count(), 1);
  store.clear();
  EXPECT_TRUE(freed.expired());
  EXPECT_EQ(store.size(), 0u);
  EXPECT_EQ(store.armed_ref(), 0u);
}

TEST(TimerStore, ARecycledNodeKeepsNothingOfItsPredecessor) {
  TimerStore store{10};
  const TimerId old = store.arm(at(1), 1ms, 1ms, [] {}).value();
  store.set_ref(old, false);
  store.find(old)->cancelled = store.find(old)->detached = store.find(old)->firing = true;
  store.erase(old);
  const TimerId fresh = arm(store, 2);
  ASSERT_EQ(fresh.slot, old.slot);
  const TimerNode& node = *store.find(fresh);
  EXPECT_TRUE(node.ref && node.armed && !node.firing && !node.cancelled && !node.detached);
  EXPECT_EQ(node.period, Duration::zero());
}

TEST(TimerStore, CountsReferencedArmedTimersExactlyOnce) {
  TimerStore store{10};
  const TimerId a = arm(store, 1), b = arm(store, 2);
  EXPECT_EQ(store.armed_ref(), 2u);
  store.set_ref(a, false);
  store.set_ref(a, false);
  EXPECT_EQ(store.armed_ref(), 1u);
  static_cast<void>(store.pop_due(at(1), kAnySequence));
  EXPECT_EQ(store.armed_ref(), 1u);
  store.set_ref(a, true);  // not armed now: counts again only once it is
  EXPECT_EQ(store.armed_ref(), 1u);
  store.rearm(a, at(3));
  EXPECT_EQ(store.armed_ref(), 2u);
  store.erase(b);
  EXPECT_EQ(store.armed_ref(), 1u);
}

TEST(TimerStore, RefusesAtItsLimit) {
  TimerStore store{2};
  const TimerId first = arm(store, 1);
  arm(store, 1);
  EXPECT_FALSE(store.arm(at(1), {}, {}, [] {}).has_value());
  EXPECT_EQ(store.armed(), 2u);
  store.erase(first);
  EXPECT_TRUE(store.arm(at(1), {}, {}, [] {}).has_value());
}

// A heap that grows by one entry at a time moves about 80 GB here and runs into the test's time-out.
TEST(TimerStore, ArmingManyTimersCopiesTheHeapOnlyNowAndThen) {
  constexpr int kTimers = 100'000;
  TimerStore store{kTimers};
  for (int i = 0; i < kTimers; ++i) arm(store, kTimers - i);
  EXPECT_EQ(store.next_deadline(), at(1));
}

/// The store and a std::multimap, given the same random steps.
class StoreAndModel {
 public:
  explicit StoreAndModel(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] bool step_and_compare() {
    const unsigned dice = pick(100);
    if (dice < 35) {
      arm_one();
    } else if (dice < 45 && !known_.empty()) {
      const TimerId id = any();
      trace_ << "erase " << id.slot << '\n';
      if (store_.erase(id) != (refs_.erase(id.bits()) == 1)) return false;
      forget(id);
    } else if (dice < 55 && !known_.empty()) {
      if (const TimerId id = any(); alive(id)) {
        trace_ << "disarm " << id.slot << '\n';
        store_.disarm(id);
        forget(id);
      }
    } else if (dice < 70 && !known_.empty()) {
      if (const TimerId id = any(); alive(id)) {
        const Instant deadline = random_deadline();
        trace_ << "rearm " << id.slot << '\n';
        store_.rearm(id, deadline);
        forget(id);
        model_.emplace(deadline, id);
      }
    } else if (dice < 80 && !known_.empty()) {
      if (const TimerId id = any(); alive(id)) {
        const bool ref = pick(2) == 0;
        store_.set_ref(id, ref);
        refs_[id.bits()] = ref;
      }
    } else {
      now_ += std::chrono::milliseconds{pick(3)};
      trace_ << "pop\n";
      const auto popped = store_.pop_due(now_, kAnySequence);
      const bool due = !model_.empty() && model_.begin()->first <= now_;
      if (popped.has_value() != due) return false;
      if (due) {
        if (*popped != model_.begin()->second) return false;
        model_.erase(model_.begin());
      }
    }
    return same();
  }
  [[nodiscard]] std::string trace() const { return trace_.str(); }

 private:
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }
  Instant random_deadline() { return now_ + std::chrono::milliseconds{pick(20)}; }
  TimerId any() { return known_[random_() % known_.size()]; }
  bool alive(TimerId id) { return refs_.contains(id.bits()); }
  void arm_one() {
    const Instant deadline = random_deadline();
    const auto id = store_.arm(deadline, {}, {}, [] {});
    trace_ << "arm " << (id ? id->slot : 0) << '\n';
    if (!id) return;
    known_.push_back(*id);
    refs_[id->bits()] = true;
    model_.emplace(deadline, *id);  // a multimap keeps equal keys in insertion order
  }
  void forget(TimerId id) {
    for (auto entry = model_.begin(); entry != model_.end(); ++entry)
      if (entry->second == id) {
        model_.erase(entry);
        return;
      }
  }
  bool same() {
    std::size_t referenced = 0;
    for (const auto& [deadline, id] : model_) referenced += refs_[id.bits()] ? 1U : 0U;
    const auto next = store_.next_deadline();
    return store_.armed() == model_.size() && store_.armed_ref() == referenced && store_.size() == refs_.size() &&
           next.has_value() == !model_.empty() && (!next || *next == model_.begin()->first);
  }

  std::mt19937_64 random_;
  TimerStore store_{200};
  std::multimap<Instant, TimerId> model_;  // what is armed
  std::map<std::uint64_t, bool> refs_;     // what exists, and its ref
  std::vector<TimerId> known_;
  Instant now_{};
  std::ostringstream trace_;
};

TEST(TimerStore, AgreesWithModel) {
  for (const std::uint64_t seed : testing::test_seeds(64)) {
    StoreAndModel pair{seed};
    for (int step = 0; step < 1'000; ++step) ASSERT_TRUE(pair.step_and_compare()) << "seed " << seed << '\n' << pair.trace();
  }
}

TEST(TimerStoreDeathTest, ArmingAnUnknownTimerEndsTheProcess) {
  TimerStore store{10};
  EXPECT_DEATH(store.rearm(TimerId{3, 1}, at(1)), "assertion failed");
}

}  // namespace
}  // namespace millrace
