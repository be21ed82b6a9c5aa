// When some of the posts came: what the time that work waits at the shared door is measured by.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <millrace/clock.h>
#include <millrace/detail/sampler.h>

namespace millrace {

/// When the task that runs now was posted.
struct PostStamp {
  Instant at;
  std::uint64_t stands_for;  ///< so many posts, this one included
};

/// A short ring from whoever holds the producers' latch to the loop. A post is known by how many came before it.
/// Cost      nothing for a post that is not chosen: the next position to stamp is one of the bounds it is compared with anyway.
class PostStamps {
 public:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  // Under the latch.

  /// Up to this count no post is stamped.
  [[nodiscard]] std::uint64_t next() const noexcept { return next_; }
  void start(std::uint64_t count) noexcept {
    sampler_.set({});
    next_ = unstamped_ = count;
  }
  void stop() noexcept { next_ = kNever; }
  /// For the post after `count` others; not before next(). When the loop is so far behind that the ring is full, it stays unstamped.
  void stamp(std::uint64_t count, Instant now) noexcept {
    const std::uint32_t written = written_.load(std::memory_order_relaxed);
    next_ = count + sampler_.next(now);
    if (written - read_.load(std::memory_order_acquire) == kStamps) return;  // the next one stands for this one, too
    // What really passed, not what the sampler meant to pass: a batch, or a full ring, passes more.
    const std::uint64_t stands_for = count + 1 - std::exchange(unstamped_, count + 1);
    ring_[written % kStamps] = {.position = count, .stamp = {.at = now, .stands_for = stands_for}};
    written_.store(written + 1, std::memory_order_release);  // pairs with take(); the task is published after it
  }

  // Loop thread.

  /// The stamp of the post after `count` others. Asked in the order of counts.
  [[nodiscard]] std::optional<PostStamp> take(std::uint64_t count) noexcept {
    std::uint32_t read = read_.load(std::memory_order_relaxed);
    const std::uint32_t written = written_.load(std::memory_order_acquire);
    std::optional<PostStamp> found;
    while (read != written && ring_[read % kStamps].position <= count) {
      if (ring_[read % kStamps].position == count) found = ring_[read % kStamps].stamp;
      ++read;
    }
    read_.store(read, std::memory_order_release);  // pairs with stamp(): the places are free
    return found;
  }

 private:
  static constexpr std::uint32_t kStamps = 16;
  struct Entry {
    std::uint64_t position;
    PostStamp stamp;
  };

  std::uint64_t next_ = kNever;
  std::uint64_t unstamped_ = 0;  ///< up to this count every post is stood for
  detail::Sampler sampler_{0x9E3779B97F4A7C15};
  std::atomic<std::uint32_t> written_{0};
  alignas(64) std::atomic<std::uint32_t> read_{0};
  std::array<Entry, kStamps> ring_{};
};

}  // namespace millrace
