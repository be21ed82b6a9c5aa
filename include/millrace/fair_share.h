// FairShare: many loops on one thread, each with its share of the processor. For tenants that have a loop of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include <millrace/clock.h>
#include <millrace/error.h>
#include <millrace/result.h>

namespace millrace {

class Loop;

struct FairShareOptions {
  /// What one loop runs before another has its turn, while others wait. It is exceeded by the callback that runs when it is over, which is
  /// charged, so whoever takes too long waits the longer afterwards.
  Duration slice = std::chrono::microseconds(500);
  /// What all of them run together before the host's loop has a turn of its own.
  Duration turn = std::chrono::milliseconds(5);
  std::size_t members_max = 1U << 16;
  /// Says how much was used so far; only differences count. Empty: the processor time of the calling thread, one system call a slice.
  std::function<Duration()> meter{};
  /// A member's run failed, as Loop::run() would have said, or its loop was closed. It is no member any more. May be empty.
  std::function<void(Loop& loop, const Error& error)> on_ended{};
};

/// Runs the loops of its members inside a host's loop: whichever has used least, for its weight, of those that have something to do. Over any time in which two
/// of them always have work, what they get is as their weights are, to a slice and a callback each. A loop that had nothing to do for a while
/// starts level with the others: what was not used is not saved up.
///
/// Not charged   what JavaScript engines of a thread do for all of their runtimes at once, in the turn of one: collections that their timers start,
///           finalizers.
/// Each member keeps what it had as a loop: its door with limits of its own (AdmissionPolicy), timers, promises, a JavaScript runtime. Its run(),
/// run_until() and run_for() are not to be called meanwhile.
/// Thread    that of the host's loop, which is the thread of all members.
/// Liveness  keeps the host's loop alive while a member's loop is alive.
/// Lifetime  the host's loop outlives this; members' loops outlive their membership. Not to be destroyed from inside a member's callback.
/// Cost      a slice: a reading of the processor time and one for each tick but the last, O(log n) in members that have work, and the ticks themselves. A member that waits costs
///           nothing: its descriptor is watched by the host, and its next timer is a timer there.
class FairShare {
 public:
  struct Usage {
    Duration used{};           ///< by the meter
    std::uint64_t slices = 0;  ///< how often it had its turn
  };

  /// Leaves when it is destroyed, also from inside one of its own callbacks.
  class [[nodiscard]] Member {
   public:
    Member() noexcept = default;
    Member(Member&&) noexcept = default;
    Member& operator=(Member&&) noexcept;
    ~Member();

    /// To be called after something was scheduled on the member's loop by this thread outside of its run, which nothing else tells: a
    /// script that was evaluated, a timer. Posts through its door, readiness and what its own callbacks do are seen without.
    void wake();
    /// From the next slice on. Errors: Errc::invalid_argument when it is 0.
    Result<void> set_weight(std::uint32_t weight);
    [[nodiscard]] Usage usage() const noexcept;
    /// False after it has left, or ended.
    [[nodiscard]] bool active() const noexcept;

   private:
    friend class FairShare;
    struct State;
    explicit Member(std::shared_ptr<State> state) noexcept;
    void leave() noexcept;
    std::shared_ptr<State> state_;
  };

  explicit FairShare(Loop& host, FairShareOptions options = {});
  FairShare(const FairShare&) = delete;
  FairShare& operator=(const FairShare&) = delete;
  ~FairShare();

  /// `weight`  2 gets twice as much as 1.
  /// Errors    Errc::full at FairShareOptions::members_max; Errc::invalid_argument: a weight of 0, or the host's own loop; Errc::closed; what Loop::fd() and
  ///           Loop::watch() refuse.
  [[nodiscard]] Result<Member> add(Loop& loop, std::uint32_t weight = 1);
  [[nodiscard]] std::size_t size() const noexcept;

 private:
  struct Core;
  std::shared_ptr<Core> core_;
};

}  // namespace millrace
