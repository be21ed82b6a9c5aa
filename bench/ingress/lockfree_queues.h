// Queues without a lock: linked nodes, a ring of numbered slots, reserved segments, and a lane for each producer.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include <millrace/task.h>

#include "sleeper.h"

namespace millrace::bench {

/// One allocation for a task, linked by an exchange; freed by the consumer.
class NodeQueue {
 public:
  static constexpr const char* kName = "linked nodes";
  explicit NodeQueue(Sleeper& sleeper) : sleeper_(sleeper) {}
  struct Producer {
    explicit Producer(NodeQueue& q) : queue(q) {}
    template <typename F>
    void post(F f) {
      auto* node = new Node{{}, Task(std::move(f))};
      Node* const before = queue.tail_.exchange(node, std::memory_order_seq_cst);
      before->next.store(node, std::memory_order_release);
      queue.sleeper_.wake();
    }
    void flush() {}
    NodeQueue& queue;
  };
  std::size_t drain() {
    std::size_t count = 0;
    while (Node* node = head_->next.load(std::memory_order_acquire)) {
      if (head_ != &stub_) delete head_;
      head_ = node;
      node->task();
      node->task.reset();
      ++count;
    }
    return count;
  }
  bool empty() const { return tail_.load(std::memory_order_seq_cst) == head_; }

 private:
  struct Node {
    std::atomic<Node*> next{nullptr};
    Task task;
  };
  Sleeper& sleeper_;
  Node stub_;
  alignas(64) std::atomic<Node*> tail_{&stub_};
  alignas(64) Node* head_ = &stub_;
};

/// A ring whose slots carry the number of the round they are in.
class SlotRing {
 public:
  static constexpr const char* kName = "bounded ring";
  explicit SlotRing(Sleeper& sleeper) : sleeper_(sleeper), slots_(kCapacity) {
    for (std::size_t i = 0; i < kCapacity; ++i) slots_[i].turn.store(i, std::memory_order_relaxed);
  }
  struct Producer {
    explicit Producer(SlotRing& q) : queue(q) {}
    template <typename F>
    void post(F f) {
      Task task(std::move(f));
      while (!queue.post(task)) std::this_thread::yield();
      queue.sleeper_.wake();
    }
    void flush() {}
    SlotRing& queue;
  };
  std::size_t drain() {
    std::size_t count = 0;
    for (;;) {
      Slot& slot = slots_[head_ % kCapacity];
      if (slot.turn.load(std::memory_order_acquire) != head_ + 1) return count;
      slot.task();
      slot.task.reset();
      slot.turn.store(head_ + kCapacity, std::memory_order_release);
      ++head_;
      ++count;
    }
  }
  bool empty() const { return tail_.load(std::memory_order_seq_cst) == head_; }

 private:
  static constexpr std::size_t kCapacity = 1U << 16;
  struct Slot {
    Task task;
    std::atomic<std::size_t> turn;
  };
  [[gnu::noinline]] bool post(Task& task) {
    std::size_t at = tail_.load(std::memory_order_relaxed);
    for (;;) {
      Slot& slot = slots_[at % kCapacity];
      const std::size_t turn = slot.turn.load(std::memory_order_acquire);
      if (turn == at) {
        if (!tail_.compare_exchange_weak(at, at + 1, std::memory_order_seq_cst)) continue;
        slot.task = std::move(task);
        slot.turn.store(at + 1, std::memory_order_release);
        return true;
      }
      if (turn < at) return false;
      at = tail_.load(std::memory_order_relaxed);
    }
  }
  Sleeper& sleeper_;
  std::vector<Slot> slots_;
  alignas(64) std::atomic<std::size_t> tail_{0};
  alignas(64) std::size_t head_ = 0;
};

/// Places are reserved by a compare-exchange in segments of 64 that are recycled; a byte for each slot says that it was written. The
/// reservation is the fence that the wake protocol needs, so a post has one locked instruction.
class ReservedSegments {
 public:
  static constexpr const char* kName = "reserved segments of 64";
  explicit ReservedSegments(Sleeper& sleeper) : sleeper_(sleeper), directory_(kSegments) {}
  ReservedSegments(const ReservedSegments&) = delete;
  ReservedSegments& operator=(const ReservedSegments&) = delete;
  ~ReservedSegments() {
    for (auto& entry : directory_) delete entry.load();
    for (Segment* segment = spare_.load(); segment != nullptr;) delete std::exchange(segment, segment->next);
  }
  struct Producer {
    explicit Producer(ReservedSegments& q) : queue(q) {}
    template <typename F>
    void post(F f) {
      Task task(std::move(f));
      while (!queue.post(task)) std::this_thread::yield();
      queue.sleeper_.wake();
    }
    void flush() {}
    ReservedSegments& queue;
  };
  std::size_t drain() {
    std::size_t count = 0;
    for (;;) {
      Segment* const segment = directory_[head_ / 64 % kSegments].load(std::memory_order_acquire);
      const std::size_t at = head_ % 64;
      if (segment == nullptr || segment->written[at].load(std::memory_order_acquire) == 0) break;
      Task* const task = segment->slot(at);
      (*task)();
      task->~Task();
      ++head_;
      ++count;
      if (at == 63) {
        directory_[(head_ - 1) / 64 % kSegments].store(nullptr, std::memory_order_relaxed);
        for (auto& written : segment->written) written.store(0, std::memory_order_relaxed);
        const std::lock_guard lock(spare_mutex_);
        segment->next = spare_.load(std::memory_order_relaxed);
        spare_.store(segment, std::memory_order_relaxed);
        head_seen_.store(head_, std::memory_order_release);
      }
    }
    head_seen_.store(head_, std::memory_order_release);
    return count;
  }
  bool empty() const { return tail_.load(std::memory_order_seq_cst) == head_; }

 private:
  static constexpr std::size_t kSegments = 1U << 15;
  struct Segment {
    alignas(64) std::array<std::atomic<std::uint8_t>, 64> written{};
    alignas(64) std::byte storage[64 * sizeof(Task)];
    Segment* next = nullptr;
    Task* slot(std::size_t i) { return reinterpret_cast<Task*>(storage) + i; }
  };
  [[gnu::noinline]] bool post(Task& task) {
    std::size_t at = tail_.load(std::memory_order_relaxed);
    for (;;) {
      if (at - head_cache_.load(std::memory_order_relaxed) >= (kSegments - 1) * 64) {
        const std::size_t head = head_seen_.load(std::memory_order_acquire);
        head_cache_.store(head, std::memory_order_relaxed);
        if (at - head >= (kSegments - 1) * 64) return false;
      }
      Segment* segment = directory_[at / 64 % kSegments].load(std::memory_order_acquire);
      if (segment == nullptr) segment = install(at);
      if (segment == nullptr || !tail_.compare_exchange_weak(at, at + 1, std::memory_order_seq_cst)) continue;
      ::new (static_cast<void*>(segment->slot(at % 64))) Task(std::move(task));
      segment->written[at % 64].store(1, std::memory_order_release);
      return true;
    }
  }
  [[gnu::noinline]] Segment* install(std::size_t& at) {
    const std::lock_guard lock(spare_mutex_);
    const std::size_t now = tail_.load(std::memory_order_acquire);
    if (now / 64 != at / 64) {
      at = now;
      return nullptr;
    }
    Segment* segment = directory_[at / 64 % kSegments].load(std::memory_order_acquire);
    if (segment != nullptr) return segment;
    segment = spare_.load(std::memory_order_relaxed);
    if (segment != nullptr)
      spare_.store(segment->next, std::memory_order_relaxed);
    else
      segment = new Segment;
    directory_[at / 64 % kSegments].store(segment, std::memory_order_release);
    return segment;
  }
  Sleeper& sleeper_;
  std::vector<std::atomic<Segment*>> directory_;
  std::mutex spare_mutex_;
  std::atomic<Segment*> spare_{nullptr};
  alignas(64) std::atomic<std::size_t> tail_{0};
  std::atomic<std::size_t> head_cache_{0};
  alignas(64) std::size_t head_ = 0;
  alignas(64) std::atomic<std::size_t> head_seen_{0};
};

/// A ring with one producer; no order between lanes. Published one task at a time, or `Batch` together.
template <std::size_t Batch>
class Lanes {
 public:
  explicit Lanes(Sleeper& sleeper) : sleeper_(sleeper) {}
  class Producer {
   public:
    explicit Producer(Lanes& lanes) : lanes_(lanes), ring_(*lanes.open()) {}
    template <typename F>
    void post(F f) {
      if constexpr (Batch == 1) {
        Task task(std::move(f));
        hand_over({&task, 1});
      } else {
        waiting_[count_++] = Task(std::move(f));
        if (count_ == Batch) flush();
      }
    }
    void flush() {
      if constexpr (Batch > 1) hand_over(std::span(waiting_).first(std::exchange(count_, 0)));
    }

   private:
    [[gnu::noinline]] void hand_over(std::span<Task> tasks) {
      std::uint64_t tail = ring_.tail.load(std::memory_order_relaxed);
      while (tail - head_cache_ + tasks.size() > kCapacity) {
        head_cache_ = ring_.head.load(std::memory_order_acquire);
        if (tail - head_cache_ + tasks.size() > kCapacity) std::this_thread::yield();
      }
      std::uint64_t at = tail;
      for (Task& task : tasks) ::new (static_cast<void*>(ring_.slot(at++))) Task(std::move(task));
      ring_.tail.compare_exchange_strong(tail, at, std::memory_order_seq_cst);
      lanes_.sleeper_.wake();
    }
    Lanes& lanes_;
    typename Lanes::Ring& ring_;
    std::uint64_t head_cache_ = 0;
    std::array<Task, Batch> waiting_;
    std::size_t count_ = 0;
  };
  std::size_t drain() {
    std::size_t count = 0;
    for (std::size_t i = 0, open = open_.load(std::memory_order_acquire); i < open; ++i) {
      Ring& ring = *rings_[i];
      std::uint64_t head = ring.head.load(std::memory_order_relaxed);
      const std::uint64_t tail = ring.tail.load(std::memory_order_acquire);
      count += tail - head;
      while (head != tail) {
        Task* const task = ring.slot(head);
        (*task)();
        task->~Task();
        if (++head % 256 == 0) ring.head.store(head, std::memory_order_release);
      }
      ring.head.store(head, std::memory_order_release);
    }
    return count;
  }
  bool empty() const {
    for (std::size_t i = 0, open = open_.load(std::memory_order_seq_cst); i < open; ++i)
      if (rings_[i]->tail.load(std::memory_order_seq_cst) != rings_[i]->head.load(std::memory_order_relaxed)) return false;
    return true;
  }

 private:
  static constexpr std::size_t kCapacity = 1U << 13;
  struct Ring {
    alignas(64) std::atomic<std::uint64_t> tail{0};
    alignas(64) std::atomic<std::uint64_t> head{0};
    alignas(64) std::byte storage[kCapacity * sizeof(Task)];
    Task* slot(std::uint64_t i) { return reinterpret_cast<Task*>(storage) + i % kCapacity; }
  };
  Ring* open() {
    const std::lock_guard lock(mutex_);
    const std::size_t at = open_.load(std::memory_order_relaxed);
    rings_[at] = std::make_unique<Ring>();
    open_.store(at + 1, std::memory_order_seq_cst);
    return rings_[at].get();
  }
  Sleeper& sleeper_;
  std::mutex mutex_;
  std::array<std::unique_ptr<Ring>, 8> rings_;
  std::atomic<std::size_t> open_{0};
};
struct LanesOne : Lanes<1> {
  using Lanes::Lanes;
  static constexpr const char* kName = "lanes, one at a time";
};
struct LanesBatch : Lanes<64> {
  using Lanes::Lanes;
  static constexpr const char* kName = "lanes, 64 at a time";
};

}  // namespace millrace::bench
