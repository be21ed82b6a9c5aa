// A bounded queue for spans: many threads put in, one takes out, nobody waits.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <millrace/observe/span_data.h>

namespace millrace::observe {

/// A ring of cells, each with a ticket that says whose turn it is: t for the t-th producer, t + 1 for the consumer after it.
/// Thread    push() any; pop() one at a time.
/// Order     by the moment in which a producer took its ticket. A producer that was interrupted between ticket and store holds back what
///           is behind it, for as long as it does not run; others go on putting in.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): it keeps what threads write apart, which is its purpose
class SpanQueue {
 public:
  explicit SpanQueue(std::size_t capacity_min) : cells_(std::bit_ceil(capacity_min < 2 ? std::size_t{2} : capacity_min)) {
    for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i].ticket.store(i, std::memory_order_relaxed);
  }
  SpanQueue(const SpanQueue&) = delete;
  SpanQueue& operator=(const SpanQueue&) = delete;
  ~SpanQueue() {
    while (pop()) {
    }
  }

  [[nodiscard]] std::size_t capacity() const noexcept { return cells_.size(); }

  /// False, and `span` is still the caller's, when there is no place.
  [[nodiscard]] bool push(std::unique_ptr<SpanData>& span) noexcept {
    std::uint64_t at = tail_.load(std::memory_order_relaxed);
    for (;;) {
      Cell& cell = cell_at(at);
      const std::uint64_t ticket = cell.ticket.load(std::memory_order_acquire);  // pairs with pop(): the cell is empty again
      if (ticket == at) {
        // Relaxed: the ticket publishes the cell, not the tail.
        if (!tail_.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) continue;
        cell.span = span.release();
        cell.ticket.store(at + 1, std::memory_order_release);  // pairs with pop()
        return true;
      }
      if (ticket < at) return false;  // a whole round ahead of the consumer
      at = tail_.load(std::memory_order_relaxed);
    }
  }

  /// Null when there is nothing, or nothing yet from the producer whose turn it is.
  [[nodiscard]] std::unique_ptr<SpanData> pop() noexcept {
    const std::uint64_t at = head_.load(std::memory_order_relaxed);
    Cell& cell = cell_at(at);
    if (cell.ticket.load(std::memory_order_acquire) != at + 1) return nullptr;  // pairs with push()
    std::unique_ptr<SpanData> span(cell.span);
    cell.span = nullptr;
    cell.ticket.store(at + cells_.size(), std::memory_order_release);  // pairs with push()
    head_.store(at + 1, std::memory_order_release);                    // pairs with popped()
    return span;
  }

  /// How many were ever put in, and taken out. Who asks for popped() first never sees more taken out than put in.
  [[nodiscard]] std::uint64_t pushed() const noexcept { return tail_.load(std::memory_order_acquire); }
  [[nodiscard]] std::uint64_t popped() const noexcept { return head_.load(std::memory_order_acquire); }

 private:
  struct Cell {
    std::atomic<std::uint64_t> ticket{0};
    SpanData* span = nullptr;  // owned while the ticket is the consumer's
  };
  [[nodiscard]] Cell& cell_at(std::uint64_t at) noexcept { return cells_[at & (cells_.size() - 1)]; }

  std::vector<Cell> cells_;
  alignas(64) std::atomic<std::uint64_t> tail_{0};  // producers': apart from the consumer's cache line
  alignas(64) std::atomic<std::uint64_t> head_{0};
};

}  // namespace millrace::observe
