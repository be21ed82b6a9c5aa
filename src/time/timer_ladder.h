// The order of deadlines: a ladder of buckets that is sorted only where it comes due.
//
//   front_     the earliest entries, sorted
//   rungs_     each a row of buckets of equal width, unsorted; the last rung is the earliest
//   rest_      one bucket for all that is later than the rungs
//
// front_ < the last rung < ... < the first rung < rest_, by deadline. When the front is used up, the earliest bucket becomes the new
// front, if it is small; if it is large, it is first spread over the buckets of a new rung. So an entry that is never reached is never
// sorted, one that is reached was moved about once per factor of 64 in their number, and no step depends on how far apart deadlines are.
// Entries of one deadline always stand in the same place, in the order of their arming.
//
// A timer that is disarmed leaves its entry behind; TimerCells tells it from a current one. Such entries are dropped where they are met,
// or all at once when they are more than the others.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "time/timer_blocks.h"
#include "time/timer_cells.h"

namespace millrace {

/// Order     pop() yields by key, and in order of push() where keys are equal.
/// Pass      pop() yields what was pushed before begin_pass(limit) and has a key of at most `limit`, then nothing; later pushes wait.
/// Cost      push, abandon: O(1) amortized; pop and next_key: O(log64 n) amortized. The first after n pushes does the work for all of them.
class TimerLadder {
 public:
  using Key = std::uint64_t;

  explicit TimerLadder(const TimerCells& cells) noexcept : cells_(cells) {}
  TimerLadder(const TimerLadder&) = delete;
  TimerLadder& operator=(const TimerLadder&) = delete;
  ~TimerLadder();

  void push(const TimerEntry& entry) {
    if (entry.key <= pass_limit_)
      pending_.push_back(entry);
    else
      place(entry);
    ++live_;
  }
  /// One current entry is not current any more.
  void abandon() noexcept {
    --live_;
    ++stale_;
    if (stale_ > live_ + kStaleMax) sweep();
  }
  /// Drops every entry that is not current.
  void sweep() noexcept;

  /// The smallest key of a current entry. Ends the pass.
  [[nodiscard]] std::optional<Key> next_key();
  void begin_pass(Key limit);
  [[nodiscard]] std::optional<TimerEntry> pop();

  /// Calls `visit(entry)` for each that is current, in no order. Cost: all entries.
  template <typename Visit>
  void for_each(Visit visit) const {
    const auto current = [&](const TimerEntry& entry) {
      if (is_current(entry)) visit(entry);
    };
    for (std::size_t i = front_next_; i < front_.size(); ++i) current(front_[i]);
    for (std::size_t i = pending_next_; i < pending_.size(); ++i) current(pending_[i]);
    for (const std::unique_ptr<Rung>& rung : rungs_)
      for (const TimerBucket& bucket : rung->buckets) bucket.for_each(current);
    rest_.for_each(current);
  }

  /// Entries that are current.
  [[nodiscard]] std::size_t size() const noexcept { return live_; }
  /// For tests: all there are.
  [[nodiscard]] std::size_t entries() const noexcept { return live_ + stale_; }

 private:
  static constexpr std::size_t kFrontMin = 64;     ///< a bucket this small is sorted as it is
  static constexpr std::size_t kFrontMax = 128;    ///< the front gives its later half back to the buckets
  static constexpr std::size_t kSortMax = 4096;    ///< a bucket this small is sorted as it is when all of it is due
  static constexpr std::size_t kStaleMax = 1024;   ///< before a sweep pays
  static constexpr std::size_t kPrefetch = 16;     ///< timers that are fetched ahead of the one that fires
  static constexpr std::size_t kFrontKept = 4096;  ///< entries of room that an empty front keeps
  static constexpr std::uint32_t kBuckets = 64;    ///< of a rung: the bits of a word

  struct Rung {
    Key first;            ///< smaller keys go to the first bucket
    Key last;             ///< larger ones belong to the rung before
    std::uint32_t shift;  ///< a bucket is 2^shift wide
    std::uint64_t used = 0;
    std::array<TimerBucket, kBuckets> buckets;
  };
  struct Survey {
    Key smallest;
    Key largest;
    bool sorted;
  };

  void place(const TimerEntry& entry);
  void place_in_front(const TimerEntry& entry);
  void shorten_front();
  void end_pass();
  /// Fills the empty front; false when there is nothing more.
  bool refill(Key due);
  bool skip_stale();
  void clear_front() noexcept;
  void empty(TimerBucket& bucket, Key end, Key due);
  void take(TimerBucket& bucket, Key end, const Survey* survey);
  void spread(TimerBucket& bucket, const Survey& survey);
  [[nodiscard]] Survey survey(const TimerBucket& bucket) const noexcept;
  void sort_front(const Survey* survey);
  [[nodiscard]] bool is_current(const TimerEntry& entry) const noexcept { return cells_.is_current(entry.slot, entry.stamp); }
  void drop_stale(std::vector<TimerEntry>& entries, std::size_t from) noexcept;

  const TimerCells& cells_;
  std::size_t live_ = 0;
  std::size_t stale_ = 0;
  Key pass_limit_ = 0;  ///< what is pushed up to here waits in pending_
  Key front_last_ = 0;  ///< all keys up to here are in the front, all others are not
  std::size_t front_next_ = 0;
  std::size_t front_max_ = kFrontMax;
  std::vector<TimerEntry> front_;
  std::vector<TimerEntry> pending_;
  std::size_t pending_next_ = 0;
  std::vector<TimerEntry> scratch_;
  std::vector<std::unique_ptr<Rung>> rungs_;
  TimerBucket rest_;
  TimerBlocks blocks_;
};

}  // namespace millrace
