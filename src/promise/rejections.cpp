#include "promise/rejections.h"

#include <utility>

#include "loop/core.h"
#include "promise/annals.h"

namespace millrace::detail {
namespace {

/// Calls a function of the policy; what it throws goes where a task's exception goes.
template <typename Call>
void tell_one(LoopCore& core, Call call) noexcept {
  try {
    call();
  } catch (...) {
    core.report_uncaught(Error::from_exception(std::current_exception()));
  }
}

void tell_observer_alone(LoopCore& core, const PromiseBase& state) {
  core.tell_observer([&](Observer& observer) { observer.rejection_unhandled(state.error()); });
}

}  // namespace

void Rejections::handled(const PromiseBase& state) {
  const auto found = told_.find(&state);
  if (found == told_.end()) return;
  late_.push_back(found->second);
  told_.erase(found);
}

void Rejections::tell(LoopCore& core, const PromiseAnnals* annals) noexcept {
  while (!late_.empty())  // those included that these functions handle
    for (const std::uint64_t id : std::exchange(late_, {})) {
      ++handled_late_;
      if (const auto on_handled = policy_.on_handled) tell_one(core, [&] { on_handled(id); });  // a copy: it may set another policy
    }
  // Decided for all of them before anybody is told: what a function does about a later one does not spare that one its report (rule 22).
  auto batch = std::exchange(fresh_, {});
  std::erase_if(batch, [](const StateRef<PromiseBase>& state) { return state->handled(); });
  for (const StateRef<PromiseBase>& state : batch) {
    if (core.failing() || !core.queues().open.load(std::memory_order_relaxed))  // the run ends here: no policy is asked any more
      tell_observer_alone(core, *state);
    else
      tell_one(core, [&] { tell_unhandled(core, *state, annals); });
  }
}

void Rejections::tell_unhandled(LoopCore& core, PromiseBase& state, const PromiseAnnals* annals) {
  UnhandledRejection report{
      .id = ++last_id_, .reason = state.error(), .created = annals == nullptr ? std::string() : annals->of(state)};
  if (!state.handled()) {  // else a function told of an earlier one has handled it, and it will not be told as handled
    told_.emplace(&state, report.id);
    state.note_told();
  }
  core.tell_observer([&](Observer& observer) { observer.rejection_unhandled(report.reason); });

  const RejectionPolicy policy = policy_;  // a copy: they may set another
  const auto told = [&](const std::function<void(const UnhandledRejection&)>& function) {
    if (!function) return false;
    tell_one(core, [&] { function(report); });
    return true;
  };
  using enum UnhandledRejections;
  switch (policy.mode) {
    case raise:
      if (!told(policy.on_unhandled)) core.report_uncaught(report.reason);
      return;
    case strict:
      core.report_uncaught(report.reason);
      if (!core.failing()) told(policy.on_unhandled);
      return;
    case warn:
      told(policy.on_unhandled);
      told(policy.on_warning);
      return;
    case none: told(policy.on_unhandled); return;
    case warn_with_error_code:
      if (told(policy.on_unhandled)) return;
      told(policy.on_warning);
      core.set_exit_code(1);
      return;
  }
}

void Rejections::tell_rest(LoopCore& core) noexcept {
  late_.clear();
  for (const StateRef<PromiseBase>& state : std::exchange(fresh_, {}))
    if (!state->handled()) tell_observer_alone(core, *state);
}

}  // namespace millrace::detail
