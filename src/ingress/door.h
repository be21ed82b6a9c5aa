// The shared door: a bounded FIFO under one short lock, swapped out whole by the loop.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include <millrace/ingress.h>
#include <millrace/observer.h>
#include <millrace/poller.h>

#include "ingress/doorbell.h"

namespace millrace {

/// Conservation: accepted() == tasks handed out by take_all() + tasks returned by close().
/// Lifetime: shared by the loop and every Ingress; owns the waker, so a late wake never meets a closed descriptor.
class Door {
 public:
  Door(std::shared_ptr<Waker> waker, std::size_t limit) : bell_(std::move(waker)), limit_(limit) {}
  ~Door();

  [[nodiscard]] Admission post(Task& task);  ///< any thread
  /// Makes a sleeping loop look around: used after changing something it must see (a stop request). Thread: any.
  void wake() noexcept { bell_.ring(); }

  /// Exchanges the waiting tasks for the empty `out`, keeping both buffers warm. Loop thread. Returns how many there are.
  std::size_t take_all(std::vector<Task>& out);
  /// Loop thread; exact for everything published before the caller's last announce_sleep().
  [[nodiscard]] bool empty() const noexcept { return waiting_.load(std::memory_order_seq_cst) == 0; }
  /// From now on every post answers closed. Returns what was accepted and never taken. Idempotent.
  [[nodiscard]] std::vector<Task> close();

  /// From now on every post answers closed; what waits is still handed out. Any thread. Idempotent.
  void refuse();

  /// What the loop still holds of tasks it took, after take_all() all of them; counts toward the limit, so that a slow loop refuses
  /// rather than grows.
  void set_backlog(std::size_t count) noexcept { backlog_.store(count, std::memory_order_relaxed); }

  [[nodiscard]] Doorbell& bell() noexcept { return bell_; }
  [[nodiscard]] std::uint64_t accepted() const noexcept { return accepted_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kCapacityKept = 8192;
  static constexpr int kQuietBatches = 16;

  alignas(64) std::mutex mutex_;         // leaf lock: no user code and no blocking call under it
  std::vector<Task> queue_;              // guarded by mutex_
  bool closed_ = false;                  // guarded by mutex_
  int quiet_ = 0;                        // guarded by mutex_: batches in a row that used little of a large buffer
  std::atomic<std::size_t> waiting_{0};  // queue_.size(), written under mutex_, seq_cst: pairs with the re-check before sleep
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> refused_{0};

  Doorbell bell_;
  std::atomic<std::size_t> backlog_{0};
  std::size_t limit_;
};

}  // namespace millrace
