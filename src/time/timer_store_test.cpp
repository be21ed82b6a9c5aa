#include "time/timer_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "support/test_seeds.h"

namespace millrace {
namespace {
using namespace std::chrono_literals;

Instant at(int ms) { return Instant{std::chrono::milliseconds{ms}}; }

template <typename Callable>
std::optional<TimerId> try_arm(TimerStore& store, Instant deadline, Callable callable, Duration delay = {}, bool interval = false) {
  Task task{std::move(callable)};
  return store.arm(deadline, delay, interval, task);
}

TimerId arm(TimerStore& store, Instant deadline) {
  return try_arm(store, deadline, [] {}).value();
}
TimerId arm(TimerStore& store, int deadline_ms) { return arm(store, at(deadline_ms)); }

std::vector<TimerId> pop_all(TimerStore& store, Instant now = Instant::max()) {
  std::vector<TimerId> ids;
  store.begin_pass(now);
  while (const auto due = store.pop_due()) ids.push_back(due->id);
  return ids;
}

TEST(TimerStore, StartsEmpty) {
  TimerStore store{10};
  EXPECT_FALSE(store.next_deadline());
  EXPECT_TRUE(pop_all(store).empty());
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

TEST(TimerStore, WhatIsArmedDuringAPassWaitsForTheNext) {
  TimerStore store{10};
  const TimerId before = arm(store, 10);
  const TimerId rearmed = arm(store, 5);
  store.begin_pass(at(10));
  const TimerId after = arm(store, 10);
  store.rearm(rearmed, at(10));
  const TimerId overdue = arm(store, 1);
  EXPECT_EQ(store.pop_due().value().id, before);
  EXPECT_FALSE(store.pop_due());
  EXPECT_EQ(pop_all(store, at(10)), (std::vector{overdue, after, rearmed}));
}

TEST(TimerStore, APassThatWasCutShortLosesNothing) {
  TimerStore store{10};
  const TimerId first = arm(store, 1), second = arm(store, 3);
  store.begin_pass(at(5));
  EXPECT_EQ(store.pop_due().value().id, first);
  const TimerId between = arm(store, 2), equal = arm(store, 3);
  EXPECT_EQ(store.next_deadline(), at(2));
  EXPECT_EQ(pop_all(store, at(5)), (std::vector{between, second, equal}));
}

TEST(TimerStore, APoppedTimerKeepsItsPlaceAndCanBeArmedAgain) {
  TimerStore store{10};
  const TimerId id = try_arm(store, at(1), [] {}, 2ms, true).value();
  store.begin_pass(at(1));
  const DueTimer due = store.pop_due().value();
  EXPECT_EQ(due.id, id);
  EXPECT_EQ(due.deadline, at(1));
  ASSERT_NE(store.find(id), nullptr);
  EXPECT_FALSE(store.find(id)->armed);
  EXPECT_TRUE(store.find(id)->interval);
  EXPECT_EQ(store.delay(id), 2ms);
  EXPECT_EQ(store.armed(), 0u);
  store.rearm(id, at(7));
  EXPECT_TRUE(store.find(id)->armed);
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
  const TimerId id = try_arm(store, at(1), [token] {}).value();
  static_cast<void>(try_arm(store, at(1), [token = std::move(token)] {}).value());
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
  const TimerId old = try_arm(store, at(1), [] {}, 1ms, true).value();
  store.set_ref(old, false);
  store.find(old)->cancelled = store.find(old)->detached = store.find(old)->firing = true;
  store.erase(old);
  const TimerId fresh = arm(store, 2);
  ASSERT_EQ(fresh.slot, old.slot);
  const TimerState& state = *store.find(fresh);
  EXPECT_TRUE(state.ref && state.armed && !state.firing && !state.cancelled && !state.detached && !state.interval);
  EXPECT_EQ(store.delay(fresh), Duration::zero());
}

TEST(TimerStore, CountsReferencedArmedTimersExactlyOnce) {
  TimerStore store{10};
  const TimerId a = arm(store, 1), b = arm(store, 2);
  EXPECT_EQ(store.armed_ref(), 2u);
  store.set_ref(a, false);
  store.set_ref(a, false);
  EXPECT_EQ(store.armed_ref(), 1u);
  EXPECT_EQ(pop_all(store, at(1)), std::vector{a});
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
  EXPECT_FALSE(try_arm(store, at(1), [] {}).has_value());
  EXPECT_EQ(store.armed(), 2u);
  store.erase(first);
  EXPECT_TRUE(try_arm(store, at(1), [] {}).has_value());
}

TEST(TimerStore, ManyTimersOfFallingDeadlinesStayCheap) {
  constexpr int kTimers = 100'000;
  TimerStore store{kTimers};
  for (int i = 0; i < kTimers; ++i) {
    arm(store, kTimers - i);
    ASSERT_EQ(store.next_deadline(), at(kTimers - i));
  }
}

TEST(TimerStore, ManyEqualDeadlinesStayFifoWhateverComesBetween) {
  TimerStore store{100'000};
  std::vector<TimerId> equal, sooner;
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 100; ++i) equal.push_back(arm(store, 1'000));
    sooner.push_back(arm(store, 500 + round));
    ASSERT_EQ(store.next_deadline(), at(500));
  }
  EXPECT_EQ(pop_all(store, at(999)), sooner);
  for (int i = 0; i < 300; ++i) equal.push_back(arm(store, 1'000));
  EXPECT_EQ(store.next_deadline(), at(1'000));
  EXPECT_EQ(pop_all(store), equal);
}

TEST(TimerStore, TheEndsOfTimeAreDeadlinesLikeOthers) {
  TimerStore store{1'000};
  const TimerId never = arm(store, Instant::max()), always = arm(store, Instant::min());
  std::vector<TimerId> years;
  for (int year = 1; year <= 200; ++year) years.push_back(arm(store, Instant{std::chrono::hours{8'766} * year}));
  const TimerId days = arm(store, Instant{std::chrono::hours{24} * 49});
  EXPECT_EQ(store.next_deadline(), Instant::min());
  EXPECT_EQ(pop_all(store, Instant{}), std::vector{always});
  EXPECT_EQ(store.next_deadline(), Instant{std::chrono::hours{24} * 49});
  EXPECT_EQ(pop_all(store, Instant{std::chrono::hours{24} * 49}), std::vector{days});
  EXPECT_EQ(pop_all(store, Instant::max() - Duration{1}), years);  // one step, however far
  EXPECT_EQ(store.next_deadline(), Instant::max());
  EXPECT_EQ(pop_all(store), std::vector{never});
}

TEST(TimerStore, DelaysComeBackAsTheyWereGiven) {
  TimerStore store{100};
  for (const Duration delay :
       {Duration{0}, Duration{1}, Duration{-1}, Duration{(1 << 30) - 2}, Duration{(1 << 30) - 1}, Duration{1 << 30}, Duration{1s},
        Duration{1h}, Duration{1h + 1ns}, Duration{17min + 1us}, Duration{18min + 1us}, Duration{std::chrono::hours{24} * 49},
        Duration{std::chrono::hours{24} * 49 + 1ms}, Duration::max()})
    EXPECT_EQ(store.delay(try_arm(store, at(1), [] {}, delay).value()), delay) << delay;
}

TEST(TimerStore, CallablesOfEverySizeAreCalledAndFreed) {
  TimerStore store{100};
  const auto token = std::make_shared<int>(0);
  const auto try_size = [&]<std::size_t extra>(std::integral_constant<std::size_t, extra>) {
    std::array<char, extra> ballast{};
    const TimerId id = try_arm(store, at(1), [token, ballast] { *token += 1 + ballast[0]; }).value();
    EXPECT_EQ(token.use_count(), 2);
    store.call(id);
    store.call(id);
    store.erase(id);
    EXPECT_EQ(token.use_count(), 1);
  };
  try_size(std::integral_constant<std::size_t, 1>{});   // too large for a cell: 24 bytes
  try_size(std::integral_constant<std::size_t, 32>{});  // just fits a task
  try_size(std::integral_constant<std::size_t, 33>{});  // allocated by the task
  EXPECT_EQ(*token, 6);
  const TimerId small = try_arm(store, at(1), [token] { ++*token; }).value();
  EXPECT_EQ(store.task_with_context(small), nullptr);
  store.call(small);
  EXPECT_EQ(*token, 7);
  store.erase(small);
  EXPECT_EQ(token.use_count(), 1);
  static_cast<void>(try_arm(store, at(1), [token] {}).value());
}

TEST(TimerStore, ACallableStaysWhereItIsWhileItArmsOthers) {
  TimerStore store{20'000};
  for (const bool small : {true, false}) {
    struct Witness {
      TimerStore* store;
      bool* moved;
    };
    bool moved = false;
    const Witness witness{&store, &moved};
    const auto body = [](const void* self, const Witness& w) {
      for (int i = 0; i < 5'000; ++i) arm(*w.store, 2);
      *w.moved = self != static_cast<const void*>(&w);
    };
    const auto large_one = [w = witness, body, ballast = std::array<char, 16>{}] {
      static_cast<void>(ballast);
      body(&w, w);
    };
    const TimerId id =
        small ? try_arm(store, at(1), [w = witness, body] { body(&w, w); }).value() : try_arm(store, at(1), large_one).value();
    store.call(id);
    EXPECT_FALSE(moved);
    EXPECT_TRUE(store.erase(id));
  }
}

TEST(TimerStore, ADestructorMayReenterTheStore) {
  struct Reentrant {
    TimerStore* store;
    TimerId* self;
    explicit Reentrant(TimerStore& s, TimerId& id) : store(&s), self(&id) {}
    Reentrant(Reentrant&& other) noexcept : store(std::exchange(other.store, nullptr)), self(other.self) {}
    ~Reentrant() {
      if (store == nullptr) return;
      EXPECT_EQ(store->find(*self), nullptr);
      EXPECT_FALSE(store->erase(*self));
      arm(*store, 1);
    }
    void operator()() const {}
  };
  TimerStore store{10};
  TimerId id;
  id = try_arm(store, at(1), Reentrant{store, id}).value();
  EXPECT_TRUE(store.erase(id));
  EXPECT_EQ(store.size(), 1u);
  EXPECT_EQ(store.find(id), nullptr);
}

/// Many types that do the same. As little as possible is written for each: a compiler has a thousand of them to read.
template <std::size_t>
struct Count {
  int* calls;
  void operator()() const { ++*calls; }
};
template <std::size_t i>
Task counting_task(int* calls) {
  return Count<i>{calls};
}

TEST(TimerStore, MoreTypesOfCallablesThanItCountsAreBoxed) {
  TimerStore store{3'000};
  int calls = 0;
  const auto makers = []<std::size_t... i>(std::index_sequence<i...>) {
    return std::array<Task (*)(int*), sizeof...(i)>{&counting_task<i>...};
  }(std::make_index_sequence<1'100>{});
  for (std::size_t i = 0; i < makers.size(); ++i) {
    Task task = makers[i](&calls);
    ASSERT_TRUE(store.arm(at(static_cast<int>(i)), {}, false, task));
  }
  int boxed = 0;
  for (const TimerId id : pop_all(store)) {
    store.call(id);
    boxed += store.task_with_context(id) != nullptr ? 1 : 0;
    store.erase(id);
  }
  EXPECT_EQ(calls, 1'100);
  EXPECT_GT(boxed, 0);
}

TEST(TimerStore, GivesMemoryBackAndNeverAnIdTwice) {
  constexpr int kTimers = 20'000;
  TimerStore store{kTimers};
  std::set<std::uint64_t> ever;
  for (int round = 0; round < 4; ++round) {
    std::vector<TimerId> ids;
    for (int i = 0; i < kTimers; ++i) {
      ids.push_back(arm(store, i));
      ASSERT_TRUE(ever.insert(ids.back().bits()).second);
    }
    EXPECT_GT(store.chunk_bytes(), std::size_t{kTimers} * 28);
    if (round % 2 == 0) {
      EXPECT_EQ(pop_all(store).size(), ids.size());
    }
    for (const TimerId id : ids) EXPECT_TRUE(store.erase(id));
    EXPECT_LT(store.chunk_bytes(), 40'000u);
    EXPECT_LE(store.entries(), 1'025u);
    EXPECT_FALSE(store.next_deadline());
    EXPECT_EQ(store.entries(), 0u);
    EXPECT_EQ(store.find(ids[100]), nullptr);
    EXPECT_EQ(store.find(ids[15'000]), nullptr);
  }
}

TEST(TimerStore, WhatDisarmingLeavesBehindIsBounded) {
  TimerStore store{10'000};
  std::vector<TimerId> ids;
  for (int i = 0; i < 5'000; ++i) ids.push_back(arm(store, 30'000 + i));
  for (int i = 0; i < 200'000; ++i) {
    store.rearm(ids[static_cast<std::size_t>(i) * 7 % ids.size()], at(40'000 + i));
    ASSERT_LE(store.entries(), 2 * ids.size() + 1'025);
  }
  EXPECT_EQ(pop_all(store).size(), ids.size());
}

TEST(TimerStore, ATimerMayStartAgainMoreOftenThanItsCounterCounts) {
  TimerStore store{100'000};
  for (int i = 0; i < 90'000; ++i) arm(store, 10'000);  // so many that nothing is swept for its own sake
  const TimerId id = arm(store, 5);
  for (int i = 0; i < 80'000; ++i) store.rearm(id, at(6 + i % 2));
  EXPECT_EQ(pop_all(store, at(100)), std::vector{id});
  EXPECT_EQ(store.armed(), 90'000u);
}

/// The store and a sorted map, given the same random steps: timers of few and of many deadlines, near and far, a clock that stands, walks,
/// and jumps, passes that end by themselves and passes that are cut short.
class StoreAndModel {
 public:
  explicit StoreAndModel(std::uint64_t seed)
      : random_(seed), spread_(pick(4)), limit_(pick(2) == 0 ? 100 : 3'000), store_(limit_) {}

  [[nodiscard]] bool step_and_compare() {
    const unsigned dice = pick(100);
    if (dice < (growing_ ? 60U : 25U)) {
      arm_one();
    } else if (dice < 70 && !known_.empty()) {
      const TimerId id = any();
      trace_ << "erase " << id.slot << '\n';
      if (store_.erase(id) != (live_.erase(id.bits()) == 1)) return false;
      forget(id);
    } else if (dice < 75 && alive()) {
      const TimerId id = any_alive();
      trace_ << "disarm " << id.slot << '\n';
      store_.disarm(id);
      forget(id);
    } else if (dice < 85 && alive()) {
      const TimerId id = any_alive();
      const Instant deadline = random_deadline();
      trace_ << "rearm " << id.slot << '\n';
      store_.rearm(id, deadline);
      forget(id);
      arm_in_model(id, deadline);
    } else if (dice < 88 && alive()) {
      const TimerId id = any_alive();
      const bool ref = pick(2) == 0;
      store_.set_ref(id, ref);
      live_[id.bits()] = ref;
    } else if (dice < 90) {
      return same_deadline();
    } else if (dice < 97) {
      return pass();
    } else {
      growing_ = !growing_;
    }
    return same();
  }
  [[nodiscard]] std::string trace() const { return trace_.str(); }

 private:
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }
  Duration random_duration() {
    switch (spread_ == 3 ? pick(3) : spread_) {
      case 0: return std::chrono::milliseconds{pick(20)};
      case 1: return Duration{pick(1'000'000'000)};
      default: return Duration{static_cast<Duration::rep>(random_() >> (2 + pick(60)))};
    }
  }
  Instant random_deadline() {
    const Duration by = random_duration();
    if (pick(20) == 0) return now_ - std::chrono::milliseconds{pick(20)};
    return by > Instant::max() - now_ ? Instant::max() : now_ + by;
  }
  TimerId any() { return known_[random_() % known_.size()]; }
  bool alive() const { return !live_.empty(); }
  TimerId any_alive() {
    auto found = live_.lower_bound(random_());
    if (found == live_.end()) found = live_.begin();
    for (unsigned skip = pick(4); skip > 0 && std::next(found) != live_.end(); --skip) ++found;
    return TimerId::from_bits(found->first);
  }
  void arm_in_model(TimerId id, Instant deadline) {
    const std::pair key{deadline, sequence_++};
    model_.emplace(key, id);
    keys_.emplace(id.bits(), key);
  }
  void arm_one() {
    const Instant deadline = random_deadline();
    const auto id = try_arm(store_, deadline, [] {});
    trace_ << "arm " << (id ? id->slot : 0) << '\n';
    if (!id) return;
    known_.push_back(*id);
    live_[id->bits()] = true;
    arm_in_model(*id, deadline);
  }
  void forget(TimerId id) {
    if (const auto key = keys_.find(id.bits()); key != keys_.end()) {
      model_.erase(key->second);
      keys_.erase(key);
    }
  }
  bool pass() {
    switch (pick(8)) {
      case 0: break;  // the clock stands still
      case 1: now_ = Instant{now_ + std::min<Duration>(std::chrono::hours{87'660}, Instant::max() - now_)}; break;
      default: now_ += std::min<Duration>(random_duration() / 4, Instant::max() - now_);
    }
    trace_ << "pass\n";
    store_.begin_pass(now_);
    const std::uint64_t before = sequence_;
    for (unsigned left = pick(3) == 0 ? pick(5) : ~0U; left > 0; --left) {
      const auto due = store_.pop_due();
      const auto expected = std::ranges::find_if(model_, [&](const auto& entry) { return entry.first.second < before; });
      const bool is_due = expected != model_.end() && expected->first.first <= now_;
      if (due.has_value() != is_due) return false;
      if (!due) break;
      if (due->id != expected->second || due->deadline != expected->first.first) return false;
      const TimerId id = due->id;
      forget(id);
      if (pick(3) == 0) arm_one();
      if (pick(3) == 0) {
        const Instant deadline = pick(2) == 0 ? now_ : random_deadline();
        store_.rearm(id, deadline);
        arm_in_model(id, deadline);
      }
      if (pick(4) == 0 && !known_.empty()) {
        const TimerId other = any();
        if (store_.erase(other) != (live_.erase(other.bits()) == 1)) return false;
        forget(other);
      }
      if (!same()) return false;
    }
    return same();
  }
  bool same_deadline() {
    const auto next = store_.next_deadline();
    return next.has_value() == !model_.empty() && (!next || *next == model_.begin()->first.first);
  }
  bool same() {
    if (++checks_ % 16 != 0) return store_.armed() == model_.size() && store_.size() == live_.size();
    std::size_t referenced = 0;
    for (const auto& [key, id] : model_) referenced += live_[id.bits()] ? 1U : 0U;
    return store_.armed() == model_.size() && store_.armed_ref() == referenced && store_.size() == live_.size();
  }

  std::mt19937_64 random_;
  unsigned spread_;
  std::uint32_t limit_;
  TimerStore store_;
  std::map<std::pair<Instant, std::uint64_t>, TimerId> model_;  // what is armed
  std::map<std::uint64_t, std::pair<Instant, std::uint64_t>> keys_;
  std::map<std::uint64_t, bool> live_;  // what exists, and its ref
  std::vector<TimerId> known_;
  Instant now_{};
  std::uint64_t sequence_ = 0;
  std::uint64_t checks_ = 0;
  bool growing_ = true;
  std::ostringstream trace_;
};

TEST(TimerStore, AgreesWithModel) {
  for (const std::uint64_t seed : testing::test_seeds(64)) {
    StoreAndModel pair{seed};
    for (int step = 0; step < 3'000; ++step) ASSERT_TRUE(pair.step_and_compare()) << "seed " << seed << '\n' << pair.trace();
  }
}

TEST(TimerStoreDeathTest, ArmingAnUnknownTimerEndsTheProcess) {
  TimerStore store{10};
  EXPECT_DEATH(store.rearm(TimerId{3, 1}, at(1)), "assertion failed");
}

}  // namespace
}  // namespace millrace
