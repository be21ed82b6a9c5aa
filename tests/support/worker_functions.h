// Functions for a worker pool that say where they are and end when they are told, and what must hold of a pool at any time.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <utility>

#include <millrace/worker_pool.h>

namespace millrace::testing {

/// A function that says when it runs, and returns when it is let go.
struct Blocker {
  std::latch entered{1};
  std::latch go{1};
  [[nodiscard]] auto function() {
    return [this](const WorkerContext&) {
      entered.count_down();
      go.wait();
      return 1;
    };
  }
};
/// Returns when it is cancelled.
inline void until_cancelled(const WorkerContext& context) {
  while (!context.cancelled()) std::this_thread::yield();
}
/// Tells of its destruction, and where.
struct Witness {
  explicit Witness(std::atomic<int>& d, std::thread::id* w = nullptr) : destroyed(&d), where(w) {}
  Witness(Witness&& other) noexcept : destroyed(std::exchange(other.destroyed, nullptr)), where(other.where) {}
  Witness& operator=(Witness&&) = delete;
  ~Witness() {
    if (destroyed == nullptr) return;
    if (where != nullptr) *where = std::this_thread::get_id();
    ++*destroyed;
  }
  std::atomic<int>* destroyed;
  std::thread::id* where;
};
inline void expect_conserved(const WorkerPool& pool) {
  const WorkerPoolFigures figures = pool.figures();
  EXPECT_EQ(figures.submitted, figures.completed + figures.rejected + figures.cancelled + figures.pending);
}

}  // namespace millrace::testing
