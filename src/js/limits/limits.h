// Limits: what one runtime's policy still allows, which piece of JavaScript runs since when, and what ended one.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <millrace/ingress.h>
#include <millrace/js/sandbox.h>

namespace millrace::js {

class RuntimeCore;

namespace detail {
/// What kill switches and their runtime share.
struct KillState {
  std::atomic<bool> killed{false};
  std::mutex mutex;             // leaf
  std::string reason;           // guarded by mutex, as what follows
  std::optional<Ingress> door;  ///< of the runtime's loop, while the runtime lives
  std::weak_ptr<RuntimeCore> runtime;
};
}  // namespace detail

/// What runs, for threads that watch. Written by the loop thread.
class RunningView {
 public:
  struct Seen {
    bool inside = false;
    std::uint64_t entry = 0;
    Operation operation = Operation::evaluation;
    Duration since{};   ///< CLOCK_MONOTONIC: it began, or was first seen
    Duration looked{};  ///< the latest interrupt, or the entry
  };
  [[nodiscard]] Seen see() const noexcept;
  void begins(Operation operation, Duration now) noexcept;
  void looked(Operation operation, Duration since, Duration now) noexcept;
  void ends() noexcept { inside_.store(false, std::memory_order_relaxed); }

 private:
  // Each for itself: a mixture of two operations is a moment old at most, and the grace of who watches is longer.
  std::atomic<bool> inside_{false};
  std::atomic<std::uint64_t> entry_{0};
  std::atomic<Operation> operation_{Operation::evaluation};
  std::atomic<Duration::rep> since_{0};
  std::atomic<Duration::rep> looked_{0};
};

[[nodiscard]] const TimeLimit& times_of(const SandboxPolicy& policy, Operation operation) noexcept;
/// "1 s", "250 ms".
[[nodiscard]] std::string duration_text(Duration duration);
/// "128 MiB".
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

/// Thread    the loop thread.
class Limits {
 public:
  explicit Limits(SandboxPolicy policy);
  [[nodiscard]] const SandboxPolicy& policy() const noexcept { return policy_; }
  /// How often running JavaScript has to be looked at for the shortest of its times.
  [[nodiscard]] Duration interval() const noexcept { return interval_; }
  [[nodiscard]] const std::shared_ptr<detail::KillState>& kill_state() const noexcept { return kill_; }
  [[nodiscard]] bool killed() const noexcept { return kill_->killed.load(std::memory_order_relaxed); }

  // Times. `step` counts callbacks and beginnings and ends of checkpoints, all in one number: another one means another operation.

  struct Time {
    Duration wall{};
    Duration cpu{};
    /// Of this thread, now.
    [[nodiscard]] static Time now() noexcept;
  };
  /// CLOCK_MONOTONIC. Cost: some 30 ns, where the thread's processor time is a system call, which an entry would make longer than most callbacks take.
  [[nodiscard]] static Duration wall_now() noexcept;
  /// JavaScript is entered with nothing of it on the stack. The first look comes when it has used the processor for the look interval.
  void begins(Operation operation, double step, Duration now) noexcept;
  void ends(Duration now) noexcept;
  /// How often JavaScript is looked at in truth: more often than interval() when somebody else wants to.
  void set_look_interval(Duration every) noexcept { look_interval_ = every; }
  [[nodiscard]] std::shared_ptr<const RunningView> view() const noexcept { return view_; }
  /// In the middle of it.
  [[nodiscard]] std::optional<Limit> look(double step, bool in_checkpoint, Time now) noexcept;
  /// What the latest look saw.
  [[nodiscard]] Operation operation() const noexcept { return seen_operation_; }

  // Memory.

  /// How much the heap may occupy before it is to be collected, to know what of it is alive.
  [[nodiscard]] bool wants_collection(std::uint64_t occupied, std::uint64_t resident) const noexcept;
  /// As of a collection that is just over.
  [[nodiscard]] bool heap_is_over(std::uint64_t occupied, std::uint64_t alive, std::uint64_t resident) noexcept;

  /// False: the limit is reached; nothing may be written any more.
  [[nodiscard]] bool take_output(std::uint64_t bytes) noexcept;
  void refused() noexcept { ++usage_.refusals; }

  // What ended an operation.

  /// The first one of an operation counts.
  void hit(Limit limit, std::vector<std::string> stack);
  [[nodiscard]] const std::optional<LimitReport>& report() const noexcept { return report_; }
  [[nodiscard]] std::optional<LimitReport> take_report() noexcept {
    if (report_) last_ = report_;
    return std::exchange(report_, std::nullopt);
  }
  /// The latest that was taken.
  [[nodiscard]] const std::optional<LimitReport>& last() const noexcept { return last_; }
  [[nodiscard]] const SandboxUsage& usage() const noexcept { return usage_; }
  /// For a built-in that is in the middle of something, or of being loaded: a few interrupts more, so that it comes to an end.
  [[nodiscard]] bool wait_a_little(bool loading) noexcept { return ++waited_ <= (loading ? kLoadingWaitsMax : kWaitsMax); }

 private:
  static constexpr int kWaitsMax = 20;  ///< a millisecond of processor time each
  static constexpr int kLoadingWaitsMax = 80;
  [[nodiscard]] std::string value_of(Limit limit, Operation operation) const;

  SandboxPolicy policy_;
  Duration interval_;
  std::shared_ptr<detail::KillState> kill_ = std::make_shared<detail::KillState>();
  std::shared_ptr<RunningView> view_ = std::make_shared<RunningView>();
  Operation operation_ = Operation::evaluation;  ///< what was entered
  Operation seen_operation_ = Operation::evaluation;
  double first_step_ = 0;
  Duration look_interval_;
  Duration began_{};
  std::optional<Time> latest_;  ///< look of this entry
  double seen_step_ = -1;
  Time seen_{};  ///< when the operation began, as far as is known
  int waited_ = 0;
  std::uint64_t collect_at_;    ///< occupied bytes
  std::uint64_t resident_ = 0;  ///< when the heap was last known
  std::optional<LimitReport> report_;
  std::optional<LimitReport> last_;
  SandboxUsage usage_;
};

}  // namespace millrace::js
