// A lane: a ring of tasks with one producer and one consumer, the loop, that runs them where they lie.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>

#include <millrace/ingress.h>

#include "ingress/bounds.h"
#include "ingress/tails.h"
#include "ingress/turn.h"

namespace millrace {

/// Slots [head, count) hold published tasks. The producer writes slot `count` and publishes it; the loop runs slot `head` and, at the end
/// of its turn, gives back what it ran. Slots hold no object otherwise.
/// Lifetime: shared by the Lane and the Door; the last of them destroys what never ran.
class LaneState {
 public:
  static constexpr std::size_t kCapacityMax = std::size_t{1} << 20;

  /// `options` are valid; `clock` is read only while a rate is set and close_for_good() has not returned.
  LaneState(const LaneOptions& options, Clock* clock);
  LaneState(const LaneState&) = delete;
  LaneState& operator=(const LaneState&) = delete;
  ~LaneState();

  // Producer. The caller wakes the loop when something was accepted.
  [[nodiscard]] Admission post(Task& task, const Context& context);
  [[nodiscard]] BatchAdmission post_batch(std::span<Task> tasks, const Context& context);
  [[nodiscard]] std::size_t capacity() const noexcept { return mask_ + 1; }

  /// Any thread. What was published still runs.
  void close() noexcept { tail_.value.close(); }

  // Loop thread.
  struct Found {
    std::size_t waiting = 0;
    bool over = false;  ///< nothing waits and nothing will ever come
  };
  /// Exact for what was published before the loop's last announcement. One look at the tail: each takes its line from the producer.
  [[nodiscard]] Found peek() const noexcept {
    const LaneTail::Seen seen = tail_.value.see();
    return {.waiting = seen.count - consumer_.next, .over = seen.closed && seen.count == consumer_.next};
  }
  /// As peek(); drain() runs what it found.
  Found look() noexcept {
    const Found found = peek();
    consumer_.seen = consumer_.next + found.waiting;
    return found;
  }
  /// Runs up to `share` of what look() saw.
  template <typename Run>
  void drain(Turn<Run>& turn, std::size_t share) {
    std::size_t left = std::min<std::uint64_t>(share, consumer_.seen - consumer_.next);
    turn.found -= left;
    for (; left > 0 && !turn.interrupted(); --left) {
      Task* const task = slot(consumer_.next++);
      turn.run_one(*task);
      task->~Task();
    }
    turn.found += left;
    consumer_.head.store(consumer_.next, std::memory_order_release);  // pairs with admit(): the slots are free
  }
  /// As close(), and the clock is not read any more. Returns how many will never run; hand_back() shows them.
  std::size_t close_for_good() noexcept;
  template <typename Each>
  void hand_back(Each& each) {
    look();
    while (consumer_.next != consumer_.seen) {
      Task* const task = slot(consumer_.next++);
      each(*task);
      task->~Task();
    }
    consumer_.head.store(consumer_.next, std::memory_order_release);
  }
  [[nodiscard]] const HeldCount& held() const noexcept { return held_; }
  void add_to(AdmissionFigures& figures) const noexcept;

 private:
  struct Rate {
    Rate(const AdmissionPolicy& policy, Clock* time) : bucket(policy.tasks_per_second, policy.burst), clock(time) {}
    std::mutex mutex;  // leaf; Clock::now() is called under it, so that no clock is read after its loop let go of it
    TokenBucket bucket;
    Clock* clock;
  };
  struct alignas(64) Producer {
    std::uint64_t published = 0;   ///< the tail's count, known without reading the tail
    std::uint64_t room_until = 0;  ///< up to this count no bound needs to be looked at
    // One writer, so that counting needs no locked instruction.
    std::atomic<std::uint64_t> refused_full{0};
    std::atomic<std::uint64_t> refused_throttled{0};
  };
  struct alignas(64) Tail {
    LaneTail value;
  };
  struct alignas(64) Consumer {
    std::atomic<std::uint64_t> head{0};  ///< slots before it are free
    std::uint64_t next = 0;              ///< the next to run; ahead of head during a turn
    std::uint64_t seen = 0;
  };
  // No line of the one is written by the other, and the loop's look at the tail leaves the producer's own line alone.
  static_assert(sizeof(Producer) == 64 && sizeof(Tail) == 64 && sizeof(Consumer) == 64);

  [[nodiscard]] Task* slot(std::uint64_t at) const noexcept { return slots_ + (at & mask_); }
  /// How many of `wanted` may be posted; `reason` says why not more.
  [[nodiscard]] std::size_t admit(std::size_t wanted, Admission& reason);
  void place(Task& task, std::uint64_t at, const Context& context) noexcept;
  /// Undoes place(): the lane was closed before the task was published.
  void take_back(Task& task, std::uint64_t at, const Context& context) noexcept;
  static void count_one(std::atomic<std::uint64_t>& counter) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  Producer producer_;
  Tail tail_;
  Consumer consumer_;
  Task* slots_;
  std::uint64_t mask_;
  AdmissionPolicy policy_;
  std::unique_ptr<Rate> rate_;  // null: no rate
  HeldCount held_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace millrace
