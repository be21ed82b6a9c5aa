// The public face of aborting: every member hands over to the state.
#include <millrace/abort.h>

#include <exception>
#include <utility>

#include "base/scoped_flag.h"
#include "loop/core.h"
#include "promise/abort_state.h"

namespace millrace {
namespace {
Error default_reason() { return Error(Errc::aborted, "the operation was aborted"); }
}  // namespace

bool AbortHook::listen(const AbortSignal& signal) noexcept {
  MILLRACE_ASSERT(!linked());
  AbortState* state = AbortState::of(signal);
  return state != nullptr && state->add(*this);
}

void AbortHook::unlink() noexcept {
  if (linked()) state_->remove(*this);
}

bool detail::AbortCallback::attach(const AbortSignal& signal) noexcept {
  loop_ = &AbortState::of(signal)->loop();
  return listen(signal);
}

void detail::AbortCallback::drop() noexcept {
  unlink();
  if (running_)
    dropped_ = true;
  else
    delete this;
}

void detail::AbortCallback::aborted(const Error& reason) noexcept {
  {
    const ScopedFlag running{running_};
    try {
      call(reason);
    } catch (...) {
      loop_->core().raise_later(std::current_exception());
    }
  }
  if (dropped_) delete this;
}

void AbortSignal::retain(AbortState& state) noexcept { state.retain(); }
void AbortSignal::release(AbortState& state) noexcept { state.release(); }
bool AbortSignal::takes_hooks() const noexcept { return state_ != nullptr && state_->takes_hooks(); }

AbortSignal AbortSignal::aborted_with(Loop& loop, const Error& reason) {
  return AbortState::aborted_as(loop, loop.core().door(), reason);
}
AbortSignal AbortSignal::aborted_with(Loop& loop) { return aborted_with(loop, default_reason()); }
Result<AbortSignal> AbortSignal::timeout(Loop& loop, Duration delay) { return AbortState::after(loop, delay); }
AbortSignal AbortSignal::any(std::span<const AbortSignal> signals) { return AbortState::following(signals); }

const Error* AbortSignal::reason() const noexcept { return state_ == nullptr ? nullptr : state_->reason(); }

void AbortSignal::throw_if_aborted() const {
  if (const Error* why = reason()) throw ErrorException(*why);
}

Result<void> AbortSignal::check() const {
  if (const Error* why = reason()) return fail(*why);
  return {};
}

AbortController::AbortController(Loop& loop) : signal_(AbortState::adopt(new AbortState(loop))) {}

bool AbortController::abort(const Error& reason) {
  MILLRACE_ASSERT(!signal_.empty());  // not moved from
  return AbortState::of(signal_)->abort(reason);
}

bool AbortController::abort() { return !signal_.aborted() && abort(default_reason()); }

}  // namespace millrace
