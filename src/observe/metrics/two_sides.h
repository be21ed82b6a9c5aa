// TwoSides: what one thread counts and others read whole, without the counting thread ever waiting.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace millrace::observe {

/// One writer counts into the side that is in use. A reader swaps the sides, waits until the writer has left the other one, which takes as
/// long as one count, and then has that side for itself: it adds it to its totals and empties it. Readers take turns (their mutex).
///
/// Why no side is shared: the writer marks itself inside (seq_cst) and then reads which side is in use; the reader names the other side
/// (seq_cst) and then reads the mark. Either the writer's look comes after the swap, and finds the new side; or its mark came before the
/// reader's look, which finds it inside and waits for the mark to change.
///
/// `Atomic` is a parameter so that a test can choose every interleaving.
template <typename Side, template <typename> typename Atomic = std::atomic>
class TwoSides {
 public:
  /// Writer. Calls `count(Side&)`, which does not throw or come back here.
  template <typename Count>
  void write(Count count) noexcept {
    mark();
    count(in_use());
    leave();
  }

  /// One reader at a time: afterwards the writer's next count goes to the other side.
  void swap() noexcept {
    use_other();
    look_inside();
  }
  /// The same reader: the side that was in use before swap(), once the writer has left it; else null, and worth asking again.
  [[nodiscard]] Side* taken() noexcept {
    const bool inside = turn_at_swap_ % 2 == 1 && turn_.load(std::memory_order_acquire) == turn_at_swap_;
    return inside ? nullptr : &sides_[1 - in_use_.load(std::memory_order_relaxed)];
  }

  // The steps of write() and swap(), for whoever wants to take them one by one.
  void mark() noexcept { turn_.store(turn_.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst); }
  [[nodiscard]] Side& in_use() noexcept { return sides_[in_use_.load(std::memory_order_seq_cst)]; }
  void leave() noexcept {
    turn_.store(turn_.load(std::memory_order_relaxed) + 1,
                std::memory_order_release);  // pairs with taken(): what was counted is there
  }
  void use_other() noexcept { in_use_.store(1 - in_use_.load(std::memory_order_relaxed), std::memory_order_seq_cst); }
  void look_inside() noexcept { turn_at_swap_ = turn_.load(std::memory_order_seq_cst); }

 private:
  std::array<Side, 2> sides_{};
  alignas(64) Atomic<std::uint64_t> turn_{0};  ///< odd: the writer is inside
  Atomic<std::size_t> in_use_{0};
  std::uint64_t turn_at_swap_ = 0;  ///< the reader's
};

}  // namespace millrace::observe
