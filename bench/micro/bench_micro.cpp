// Question: what does one operation of each of the loop's parts cost, alone, in one thread, with warm caches?
// A part is measured in pairs (push and pop, arm and cancel) at a constant size, so that a run of any length measures the same
// state.
#include <benchmark/benchmark.h>
#include <millrace/loop.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include "ingress/door.h"
#include "time/timer_store.h"

namespace millrace {
namespace {

constexpr std::size_t kNoLimit = std::size_t{1} << 28;

/// A capture that fills the inline storage and is copied by memcpy.
struct PlainCapture {
  std::uint64_t* count;
  std::array<std::uint64_t, 5> payload;
  void operator()() const { *count += payload[0]; }
};
static_assert(Task::stores_inline<PlainCapture>);

/// As large, but moved by its own constructor.
struct OwningCapture {
  std::uint64_t* count;
  std::unique_ptr<std::uint64_t> owned;
  void operator()() const { ++*count; }
};

template <typename Capture>
Capture make_capture(std::uint64_t& count) {
  if constexpr (std::is_same_v<Capture, OwningCapture>)
    return {&count, nullptr};
  else
    return {&count, {1, 2, 3, 4, 5}};
}

template <typename Capture>
void task_create_call_destroy(benchmark::State& state) {
  std::uint64_t count = 0;
  for (auto _ : state) {
    Task task{make_capture<Capture>(count)};
    benchmark::DoNotOptimize(task);
    task();
  }
  benchmark::DoNotOptimize(count);
}
BENCHMARK(task_create_call_destroy<PlainCapture>);
BENCHMARK(task_create_call_destroy<OwningCapture>);

template <typename Capture>
void task_move(benchmark::State& state) {
  std::uint64_t count = 0;
  Task here{make_capture<Capture>(count)};
  Task there;
  for (auto _ : state) {
    there = std::move(here);
    benchmark::DoNotOptimize(there);
    here = std::move(there);
    benchmark::DoNotOptimize(here);
  }
  state.SetItemsProcessed(state.iterations() * 2);
}
BENCHMARK(task_move<PlainCapture>);
BENCHMARK(task_move<OwningCapture>);

void task_call(benchmark::State& state) {
  std::uint64_t count = 0;
  Task task{make_capture<PlainCapture>(count)};
  for (auto _ : state) {
    task();
    benchmark::ClobberMemory();
  }
}
BENCHMARK(task_call);

/// At a constant depth, which is the argument: 512 stay in the first-level cache, 8,192 (512 KiB) do not.
void queue_push_pop(benchmark::State& state) {
  std::uint64_t count = 0;
  detail::TaskQueue queue{kNoLimit};
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    Task task{make_capture<PlainCapture>(count)};
    static_cast<void>(queue.push(task));
  }
  for (auto _ : state) {
    Task task{make_capture<PlainCapture>(count)};
    benchmark::DoNotOptimize(queue.push(task));
    queue.run_front([](detail::QueuedTask& oldest) { benchmark::DoNotOptimize(oldest); });
  }
}
BENCHMARK(queue_push_pop)->Arg(1)->Arg(512)->Arg(8192);

/// Live timers with random deadlines over an hour, and the next random number at hand.
class TimerStoreFixture {
 public:
  explicit TimerStoreFixture(std::int64_t live) {
    for (std::int64_t i = 0; i < live; ++i) ids_.push_back(arm());
  }
  [[nodiscard]] TimerId arm() {
    const Duration delay{static_cast<Duration::rep>(random() % 3'600'000'000'000U)};
    Task task{make_capture<PlainCapture>(count_)};
    return *store_.arm(now_ + delay, delay, false, task);
  }
  [[nodiscard]] TimerId& any() { return ids_[random() % ids_.size()]; }
  /// The earliest timer fires and its node is freed, as the loop does with a one-shot.
  void pop_earliest() {
    now_ = *store_.next_deadline();
    store_.begin_pass(now_);
    const std::optional<DueTimer> due = store_.pop_due();
    store_.call(due->id);
    store_.erase(due->id);
  }
  [[nodiscard]] TimerStore& store() { return store_; }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] std::uint64_t random() {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return random_;
  }

 private:
  TimerStore store_{1U << 24};
  Instant now_{};
  std::vector<TimerId> ids_;
  std::uint64_t random_ = 88172645463325252U;
  std::uint64_t count_ = 0;
};

void timer_store_arm_fire(benchmark::State& state) {
  TimerStoreFixture fixture{state.range(0)};
  for (auto _ : state) {
    fixture.pop_earliest();
    benchmark::DoNotOptimize(fixture.arm());
  }
}
BENCHMARK(timer_store_arm_fire)->Arg(10)->Arg(1'000)->Arg(1'000'000);

void timer_store_arm_cancel(benchmark::State& state) {
  TimerStoreFixture fixture{state.range(0)};
  for (auto _ : state) {
    TimerId& id = fixture.any();
    fixture.store().erase(id);
    id = fixture.arm();
  }
}
BENCHMARK(timer_store_arm_cancel)->Arg(10)->Arg(1'000)->Arg(1'000'000);

/// The idle time-out of connections: always the same delay, so the new deadline is the latest of all.
void timer_store_rearm(benchmark::State& state) {
  TimerStoreFixture fixture{state.range(0)};
  Instant deadline = fixture.now() + std::chrono::hours{1};
  for (auto _ : state) {
    deadline += Duration{1};
    fixture.store().rearm(fixture.any(), deadline);
  }
}
BENCHMARK(timer_store_rearm)->Arg(10)->Arg(1'000)->Arg(1'000'000);

class SilentWaker final : public Waker {
 public:
  [[nodiscard]] bool wake() noexcept override { return true; }
};

/// Posts as many tasks as the argument says and runs them: no other thread, no wake-up, so what is left is the way in and out.
void door_post_run(benchmark::State& state) {
  std::uint64_t count = 0;
  Door door{std::make_shared<SilentWaker>(), DoorOptions{.limit = kNoLimit}};
  for (auto _ : state) {
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      Task task{make_capture<PlainCapture>(count)};
      benchmark::DoNotOptimize(door.post(task));
    }
    door.look();
    door.drain(kNoLimit, [](Task& task) {
      task();
      return true;
    });
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(door_post_run)->Arg(1)->Arg(64)->Arg(4096);

/// Through the public interface: with the clock read and the handle.
void loop_schedule_cancel(benchmark::State& state) {
  std::uint64_t count = 0;
  Loop loop;
  std::vector<TimerHandle> live;
  for (std::int64_t i = 0; i < state.range(0); ++i)
    live.push_back(loop.schedule(std::chrono::hours{1} + Duration{i}, make_capture<PlainCapture>(count)).value());
  for (auto _ : state) {
    TimerHandle handle = loop.schedule(std::chrono::seconds{30}, make_capture<PlainCapture>(count)).value();
    handle.cancel();
  }
}
BENCHMARK(loop_schedule_cancel)->Arg(0)->Arg(10'000);

/// One tick that runs the argument's number of immediates.
void loop_immediate_batch(benchmark::State& state) {
  std::uint64_t count = 0;
  Loop loop;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < state.range(0); ++i) benchmark::DoNotOptimize(loop.immediate(make_capture<PlainCapture>(count)));
    benchmark::DoNotOptimize(loop.run_once());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(loop_immediate_batch)->Arg(1)->Arg(1000);

}  // namespace
}  // namespace millrace

BENCHMARK_MAIN();
