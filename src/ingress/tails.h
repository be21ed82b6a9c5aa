// The words that producers publish through. Each holds how many tasks were published, whether the entrance is closed, and takes part in
// the wake protocol, so that a post has one locked instruction and needs no fence of its own.
//
// `Atomic` is a parameter so that a test can choose every interleaving.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

namespace millrace {

/// A lane's word: one producer publishes, anybody closes. Publishing against closing has exactly one winner, because both are
/// compare-exchanges of the same word: what was published before the closing is in the count that the closer gets, and nothing after it.
template <template <typename> typename Atomic = std::atomic>
class BasicLaneTail {
 public:
  /// Producer, after writing the slots [from, to). False: closed, and nothing was published.
  /// Sequentially consistent: it is followed by a look at the wake gate, as the loop's announcement is by a look at count().
  [[nodiscard]] bool publish(std::uint64_t from, std::uint64_t to) noexcept {
    std::uint64_t expected = from << kCountShift;
    return word_.compare_exchange_strong(expected, to << kCountShift, std::memory_order_seq_cst);
  }
  /// Any thread. The final count, or nothing when a publication came in between: try again.
  [[nodiscard]] std::optional<std::uint64_t> try_close() noexcept {
    std::uint64_t word = word_.load(std::memory_order_acquire);
    if ((word & kClosed) != 0 || word_.compare_exchange_strong(word, word | kClosed, std::memory_order_seq_cst))
      return word >> kCountShift;
    return std::nullopt;
  }
  std::uint64_t close() noexcept {
    for (;;)
      if (const std::optional<std::uint64_t> count = try_close()) return *count;
  }
  [[nodiscard]] bool closed() const noexcept { return (word_.load(std::memory_order_acquire) & kClosed) != 0; }
  struct Seen {
    std::uint64_t count;
    bool closed;
  };
  /// seq_cst: what is counted can be read, and it is exact for what was published before the loop's last announcement.
  [[nodiscard]] Seen see() const noexcept {
    const std::uint64_t word = word_.load(std::memory_order_seq_cst);
    return {.count = word >> kCountShift, .closed = (word & kClosed) != 0};
  }
  [[nodiscard]] std::uint64_t count() const noexcept { return see().count; }

 private:
  static constexpr std::uint64_t kClosed = 1;
  static constexpr int kCountShift = 1;
  Atomic<std::uint64_t> word_{0};
};

/// The shared door's word: the producers' latch as well. Whoever holds it writes the next slots and lets go by publishing them.
///
/// Why no wake is lost: a producer takes the latch (seq_cst), publishes, then looks at the wake gate (seq_cst). The loop announces that
/// it sleeps (seq_cst), then looks at this word (seq_cst) and does not sleep when it is latched or counts more than was taken. Either
/// the loop's look comes after the latch was taken, and finds it so or finds what was published; or it comes before, and then the
/// announcement does too, and the producer's look at the gate finds a sleeper. Letting go needs no order beyond release.
template <template <typename> typename Atomic = std::atomic>
class BasicDoorTail {
 public:
  enum class Latched : std::uint8_t { yes, busy, closed };
  /// Any producer. yes: `count` is how many were published, and nobody else publishes before publish().
  [[nodiscard]] Latched try_latch(std::uint64_t& count) noexcept {
    std::uint64_t word = word_.load(std::memory_order_relaxed);
    if ((word & kClosed) != 0) return Latched::closed;
    if ((word & kLatched) != 0 || !word_.compare_exchange_strong(word, word | kLatched, std::memory_order_seq_cst))
      return Latched::busy;
    count = word >> kCountShift;
    return Latched::yes;
  }
  /// Whoever holds the latch: `count` tasks are published now, and the latch is free. The same count again publishes nothing.
  void publish(std::uint64_t count) noexcept { word_.store(count << kCountShift, std::memory_order_release); }
  /// Any thread that does not hold the latch. The final count, or nothing while somebody holds the latch: try again.
  [[nodiscard]] std::optional<std::uint64_t> try_close() noexcept {
    std::uint64_t word = word_.load(std::memory_order_acquire);
    if ((word & kClosed) != 0) return word >> kCountShift;
    if ((word & kLatched) != 0 || !word_.compare_exchange_strong(word, word | kClosed, std::memory_order_seq_cst))
      return std::nullopt;
    return word >> kCountShift;
  }
  [[nodiscard]] std::uint64_t count() const noexcept { return word_.load(std::memory_order_acquire) >> kCountShift; }
  /// Any thread; old news at once, but for whoever holds the latch.
  [[nodiscard]] bool latched() const noexcept { return (word_.load(std::memory_order_relaxed) & kLatched) != 0; }
  /// True when somebody is about to publish or has published more than `taken`. Exact for everything that was begun before the loop's
  /// last announcement.
  [[nodiscard]] bool holds_more_than(std::uint64_t taken) const noexcept {
    return (word_.load(std::memory_order_seq_cst) & ~kClosed) != taken << kCountShift;
  }

 private:
  static constexpr std::uint64_t kLatched = 1;
  static constexpr std::uint64_t kClosed = 2;
  static constexpr int kCountShift = 2;
  Atomic<std::uint64_t> word_{0};
};

using LaneTail = BasicLaneTail<>;
using DoorTail = BasicDoorTail<>;

}  // namespace millrace
