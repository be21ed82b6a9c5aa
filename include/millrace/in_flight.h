// InFlight: keeps the place of a posted task that goes on after it returned.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace millrace {

/// Keeps the task in flight that was running when Loop::keep_in_flight() made it, so that AdmissionPolicy::in_flight_max counts it
/// until this is destroyed: for tasks that only start something. An empty one counts nothing.
/// Thread    any, one at a time. May outlive the loop. Cost: one atomic increment, one decrement.
class [[nodiscard]] InFlight {
 public:
  InFlight() noexcept = default;
  explicit InFlight(std::shared_ptr<std::atomic<std::size_t>> count) noexcept : count_(std::move(count)) {
    if (count_ != nullptr) count_->fetch_add(1, std::memory_order_relaxed);
  }
  InFlight(InFlight&& other) noexcept = default;
  InFlight& operator=(InFlight&& other) noexcept {
    InFlight(std::move(other)).swap(*this);
    return *this;
  }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;
  ~InFlight() {
    if (count_ != nullptr) count_->fetch_sub(1, std::memory_order_relaxed);
  }
  void swap(InFlight& other) noexcept { std::swap(count_, other.count_); }

 private:
  std::shared_ptr<std::atomic<std::size_t>> count_;
};

}  // namespace millrace
