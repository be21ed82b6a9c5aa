// Rejected promises that nobody handles: who is told, and when (docs/semantics.md, rules 22 to 24).
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include <millrace/detail/promise_state.h>
#include <millrace/promise_policy.h>

namespace millrace::detail {

/// Thread: loop thread.
class Rejections {
 public:
  void set_policy(RejectionPolicy policy) { policy_ = std::move(policy); }

  void add(PromiseBase& state) { fresh_.push_back(StateRef<PromiseBase>::share(&state)); }
  /// One that was told has a reaction now.
  void handled(const PromiseBase& state);
  /// One that was told is gone.
  void forget(const PromiseBase& state) noexcept { told_.erase(&state); }

  [[nodiscard]] bool has_news() const noexcept { return !fresh_.empty() || !late_.empty(); }
  /// Tells what there is. `annals` may be null.
  void tell(LoopCore& core, const PromiseAnnals* annals) noexcept;
  /// The loop ends: what nobody was told goes to the observer.
  void tell_rest(LoopCore& core) noexcept;

  [[nodiscard]] std::uint64_t unhandled() const noexcept { return last_id_; }
  [[nodiscard]] std::uint64_t handled_late() const noexcept { return handled_late_; }

 private:
  void tell_unhandled(LoopCore& core, PromiseBase& state, const PromiseAnnals* annals);

  RejectionPolicy policy_;
  std::vector<StateRef<PromiseBase>> fresh_;
  std::vector<std::uint64_t> late_;
  std::unordered_map<const PromiseBase*, std::uint64_t> told_;
  std::uint64_t last_id_ = 0;
  std::uint64_t handled_late_ = 0;
};

}  // namespace millrace::detail
