// The door: everything through which other threads hand work to one loop. A shared FIFO, a line for what must get through a flood, and
// lanes for single producers. docs/adr/0008-ingress.md has the reasons for its shape.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include <millrace/ingress.h>
#include <millrace/poller.h>

#include "base/scoped_flag.h"
#include "ingress/backoff.h"
#include "ingress/bounds.h"
#include "ingress/doorbell.h"
#include "ingress/lane.h"
#include "ingress/post_stamps.h"
#include "ingress/tails.h"
#include "ingress/task_segments.h"
#include "ingress/turn.h"

namespace millrace {

struct DoorOptions {
  std::size_t limit = 0;  ///< tasks that may wait in the shared FIFO, and as many internal ones
  std::size_t lanes_max = 1024;
  AdmissionPolicy policy{};
  Clock* clock = nullptr;  ///< needed where a rate is set; read until close() has returned
};

/// Conservation: figures().accepted == tasks that drain() ran + tasks that hand_back() shows + tasks that wait.
/// Lifetime: shared by the loop, every Ingress and every Lane; owns the waker, so a late wake never meets a closed descriptor.
class Door {  // NOLINT(clang-analyzer-optin.performance.Padding): what different threads write lies on different lines
 public:
  Door(std::shared_ptr<Waker> waker, DoorOptions options);
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;
  /// What waits is destroyed unrun.
  ~Door();

  // Any thread.
  [[nodiscard]] Admission post(Task& task, const Context& context = {});
  [[nodiscard]] BatchAdmission post_batch(std::span<Task> tasks, const Context& context = {});
  [[nodiscard]] Admission post_internal(Task& task, const Context& context = {});
  /// As post_internal() without its bound: for what is bounded by something that exists, one for each pending promise. Never full.
  [[nodiscard]] Admission post_settlement(Task& task);
  [[nodiscard]] Result<std::shared_ptr<LaneState>> open_lane(const LaneOptions& options);
  /// Makes a sleeping loop look around: used after changing something it must see (a stop request).
  void wake() noexcept { bell_.ring(); }
  /// Whose turn it is to use the loop: the thread inside run() or finishing close(); a default id between two runs and after the end.
  /// Written by the loop; lives here because it is asked for by those who may outlive the loop.
  [[nodiscard]] std::atomic<std::thread::id>& loop_thread() noexcept { return loop_thread_; }
  void count_refused_closed() noexcept { refused_closed_.fetch_add(1, std::memory_order_relaxed); }

  /// From now on every post answers closed, but for internal ones: what already runs may still settle. What waits is still drained.
  /// Lanes follow at the loop's next look(), so wake() it. Idempotent.
  void refuse() noexcept;

  // Loop thread.
  /// Sees what has been published. Returns how many tasks wait; internal ones, however many, count as one.
  std::size_t look() noexcept;
  /// Runs up to `budget` tasks where they lie: internal ones before all others and whenever they come; of the others those that look()
  /// saw, the shared FIFO and the lanes in turn. `run` is `bool(Task&)`, answers whether to go on and does not throw; the task is
  /// destroyed after it. Not from inside itself. Returns how many ran.
  template <typename Run>
  std::size_t drain(std::size_t budget, Run run);
  /// How many tasks look() saw that have not run.
  [[nodiscard]] std::size_t backlog() const noexcept { return backlog_; }
  /// Exact for everything published before the loop's last announce_sleep().
  [[nodiscard]] bool empty() noexcept;
  [[nodiscard]] Doorbell& bell() noexcept { return bell_; }
  /// A post is being made right now, by this thread or another.
  [[nodiscard]] bool latched() const noexcept { return producers_.tail.latched(); }
  /// What the shared FIFO takes from now on; what waits stays.
  void set_policy(const AdmissionPolicy& policy) noexcept;
  /// From now on it is noted of some posts of the shared FIFO when they came, or no longer. Needs a clock.
  void stamp_posts(bool on) noexcept;
  /// From inside `run`: when the running task was posted, if that was noted.
  [[nodiscard]] std::optional<PostStamp> stamp_of_running() noexcept {
    return running_ == &held_ ? stamps_.take(taken() - 1) : std::nullopt;
  }
  /// From inside `run`: keeps the running task in flight. Empty for an internal one.
  [[nodiscard]] InFlight hold_running() const { return running_ == nullptr ? InFlight() : InFlight(*running_); }
  /// From now on every post answers closed, and no clock is read. Returns how many tasks were accepted and will never run. Idempotent.
  std::size_t close() noexcept;
  /// After close(): shows each of those to `each`, a `void(Task&)`, and destroys it: internal ones, the shared FIFO, lanes.
  template <typename Each>
  void hand_back(Each each);
  [[nodiscard]] AdmissionFigures figures() noexcept;

 private:
  /// How many tasks of a lane or of the shared FIFO run before the next has its turn.
  static constexpr std::size_t kShare = 64;
  /// A look at a tail takes its line from a producer that is about to publish. A loop that finds a few tasks each time gives producers
  /// the time for more, about half a microsecond: measured, it makes each post three times cheaper. A single task, as in a round trip,
  /// is followed by a pause only when the look before it found something too.
  static constexpr std::size_t kFewMax = 63;
  static constexpr int kPause = 16;

  /// Written by whoever holds the latch.
  struct alignas(64) Producers {
    DoorTail tail;
    Task* next = nullptr;          ///< the slot of the next task
    Task* end = nullptr;           ///< of the segment
    std::uint64_t room_until = 0;  ///< up to this count no bound needs to be looked at
    TaskSegment* segment = nullptr;
    TaskSegment* spare = nullptr;
  };
  /// Guarded by the latch too, needed when a bound is reached.
  struct alignas(64) Bounds {
    std::size_t limit = 0;
    AdmissionPolicy policy;
    std::optional<TokenBucket> bucket;
    Clock* clock = nullptr;
  };
  /// Written by the loop.
  struct alignas(64) Consumer {
    std::atomic<std::uint64_t> started{0};
    std::atomic<std::uint64_t> finished{0};
    std::uint64_t seen = 0;
    Task* next = nullptr;
    Task* end = nullptr;
    TaskSegment* segment = nullptr;
  };
  struct alignas(64) Returned {
    ReturnedSegments segments;
  };
  static_assert(sizeof(Producers) == 64 && sizeof(Consumer) == 64 && sizeof(Returned) == 64);
  static_assert(alignof(Bounds) == 64);
  class Latch;

  struct Internal {
    std::mutex mutex;           // leaf
    std::vector<Task> waiting;  // guarded by mutex, as what follows
    std::uint64_t accepted = 0;
    bool closed = false;
    std::atomic<bool> any{false};  ///< !waiting.empty(), written under the mutex
    // Loop thread.
    std::vector<Task> taken;
    std::size_t next = 0;
    std::atomic<std::uint64_t> started{0};  ///< of `accepted`; read where the bound is checked
  };

  [[nodiscard]] Admission post_inside(Task& task, const Context& context, std::size_t limit);

  // Any thread, under the latch.
  [[nodiscard]] std::size_t admit(std::uint64_t count, std::size_t wanted, Admission& reason) noexcept;
  [[nodiscard]] std::size_t ask_bounds(std::uint64_t count, std::size_t wanted, Admission& reason) noexcept;
  void place(Task& task, const Context& context) noexcept;
  void make_room(std::size_t tasks);
  void next_segment_to_fill() noexcept;
  void install_policy(const AdmissionPolicy& policy) noexcept;

  [[nodiscard]] std::uint64_t close_shared() noexcept;

  // Loop thread.
  [[nodiscard]] bool internal_waits(std::memory_order order = std::memory_order_relaxed) const noexcept {
    return internal_.next < internal_.taken.size() || internal_.any.load(order);
  }
  [[nodiscard]] Task& next_internal() noexcept;
  [[nodiscard]] std::uint64_t taken() const noexcept { return consumer_.started.load(std::memory_order_relaxed); }
  [[nodiscard]] Task& next_shared() noexcept;
  template <typename Run>
  void drain_internal(Turn<Run>& turn);
  template <typename Run>
  void drain_shared(Turn<Run>& turn, std::size_t share);
  void take_in_lanes() noexcept;
  /// Returns the lane after it.
  std::list<std::shared_ptr<LaneState>>::iterator collect(std::list<std::shared_ptr<LaneState>>::iterator lane) noexcept;
  void retire(const LaneState& lane) noexcept;

  Producers producers_;
  Bounds bounds_;
  PostStamps stamps_;
  Consumer consumer_;
  Returned returned_;

  Doorbell bell_;

  alignas(64) std::atomic<std::uint64_t> refused_closed_{0};
  std::atomic<std::uint64_t> refused_full_{0};
  std::atomic<std::uint64_t> refused_throttled_{0};
  HeldCount held_ = std::make_shared<std::atomic<std::size_t>>(0);
  std::atomic<std::thread::id> loop_thread_;

  alignas(64) Internal internal_;

  std::mutex lanes_mutex_;                        // leaf
  std::list<std::shared_ptr<LaneState>> opened_;  // guarded by lanes_mutex_: not yet seen by the loop
  std::size_t lane_count_ = 0;                    // guarded by lanes_mutex_: opened and not collected
  bool lanes_closed_ = false;                     // guarded by lanes_mutex_
  std::atomic<bool> close_lanes_{false};          // the loop closes its lanes when it sees this
  std::atomic<bool> any_opened_{false};           // !opened_.empty(), written under lanes_mutex_
  std::size_t lanes_max_;

  // Loop thread.
  alignas(64) std::list<std::shared_ptr<LaneState>> lanes_;
  std::list<std::shared_ptr<LaneState>>::iterator next_lane_ = lanes_.end();  // whose turn it is; end(): the shared FIFO's
  std::size_t backlog_ = 0;
  std::size_t found_ = 0;  // by the last look
  bool pause_before_look_ = false;
  bool draining_ = false;
  const HeldCount* running_ = nullptr;
  AdmissionFigures retired_;  // of lanes that are gone
};

template <typename Run>
std::size_t Door::drain(std::size_t budget, Run run) {
  const ScopedFlag inside{draining_};
  Turn<Run> turn{.run = run, .budget = budget, .found = backlog_, .internal_waits = internal_.any};
  const std::size_t share = std::clamp<std::size_t>(budget / (1 + lanes_.size()), 1, kShare);
  drain_internal(turn);
  while (turn.found > 0 && !turn.over()) {
    if (next_lane_ == lanes_.end()) {
      next_lane_ = lanes_.begin();
      drain_shared(turn, lanes_.empty() ? budget : share);
    } else {
      LaneState& lane = **next_lane_++;
      running_ = &lane.held();
      lane.drain(turn, share);
    }
    if (internal_waits()) drain_internal(turn);
  }
  running_ = nullptr;
  backlog_ = turn.found;
  return budget - turn.budget;
}

template <typename Run>
void Door::drain_internal(Turn<Run>& turn) {
  running_ = nullptr;
  while (internal_waits() && !turn.over()) {
    Task& task = next_internal();
    turn.run_one(task);
    task.reset();
  }
}

template <typename Run>
void Door::drain_shared(Turn<Run>& turn, std::size_t share) {
  running_ = &held_;
  std::size_t left = std::min<std::uint64_t>(share, consumer_.seen - taken());
  turn.found -= left;
  for (; left > 0 && !turn.interrupted(); --left) {
    Task& task = next_shared();
    turn.run_one(task);
    task.~Task();
    consumer_.finished.store(taken(), std::memory_order_relaxed);
  }
  turn.found += left;
}

template <typename Each>
void Door::hand_back(Each each) {
  while (internal_waits()) {
    Task& task = next_internal();
    each(task);
    task.reset();
  }
  while (consumer_.seen != taken()) {
    Task& task = next_shared();
    each(task);
    task.~Task();
  }
  for (const std::shared_ptr<LaneState>& lane : lanes_) {
    lane->hand_back(each);
    retire(*lane);
  }
  lanes_.clear();
  next_lane_ = lanes_.end();
  backlog_ = 0;
}

}  // namespace millrace
