// What a RuntimeCore with limits does: being looked at while it runs, ending an operation, and going on after it.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "js/frame_text.h"
#include "js/limits/resident.h"
#include "js/runtime_core.h"

namespace millrace::js {
namespace {

constexpr std::size_t kFramesMax = 16;

/// Whether built-ins of ours are what runs, or functions of the engine that they have called.
bool ours_run(const std::vector<Engine::Frame>& frames) {
  const auto named = std::ranges::find_if(
      frames, [](const Engine::Frame& frame) { return is_ours(frame) || (!frame.file.empty() && frame.file != "[native code]"); });
  return named != frames.end() && is_ours(*named);
}

}  // namespace

void RuntimeCore::limit(SandboxPolicy policy) {
  limits_ = std::make_unique<Limits>(std::move(policy));
  policy_teller_.applied(limits_->policy());
  if (!limits_->policy().eval) engine_->forbid_eval("Code generation from strings is not allowed by the sandbox's policy");
  if (limits_->policy().heap_bytes != 0) {
    const Engine::HeapSize size = engine_->heap_size();
    static_cast<void>(limits_->heap_is_over(size.occupied, size.alive, resident_bytes()));
  }
}

std::shared_ptr<detail::KillState> RuntimeCore::kill_state() {
  if (limits_ == nullptr) {
    // Nothing is limited, and all of it can be stopped.
    SandboxPolicy policy;
    policy.eval = policy.web_assembly = policy.shared_memory = policy.files = policy.modules = policy.system = policy.workers =
        true;
    policy.builtin_modules = {"*"};
    policy.after_limit = AfterLimit::end;
    limits_ = std::make_unique<Limits>(std::move(policy));
    watch_running();
  }
  const std::shared_ptr<detail::KillState>& state = limits_->kill_state();
  const std::lock_guard lock(state->mutex);
  if (!state->door) state->door = loop_.ingress();
  state->runtime = std::static_pointer_cast<RuntimeCore>(shared_from_this());
  return state;
}

void RuntimeCore::watch_running() {
  if (engine_ == nullptr) return;
  const TurnScope turn(*this);  // the engine's lock
  look_as_usual();
}

void RuntimeCore::look_as_usual() noexcept {
  looks_closely_ = false;
  Duration every = options_.stack_interval;
  if (limits_ != nullptr) every = every > Duration::zero() ? std::min(every, limits_->interval()) : limits_->interval();
  look_every(every);
}

void RuntimeCore::look_every(Duration every) noexcept {
  if (limits_ != nullptr) limits_->set_look_interval(every);
  engine_->set_interrupt(every, [](void* data) { static_cast<RuntimeCore*>(data)->interrupted(); }, this);
}

void RuntimeCore::interrupted() noexcept {
  if (asked_for_stacks_) stacks_->interrupted(*engine_);
  if (limits_ == nullptr || finished_ || engine_->terminating()) return;
  std::optional<Limit> reached = limits_->look(state_.step(), state_.in_checkpoint(), Limits::Time::now());
  if (!reached && heap_is_over()) reached = Limit::heap;
  if (!reached) {
    if (looks_closely_) look_as_usual();  // what was waited for is over
    return;
  }
  std::vector<Engine::Frame> frames;
  try {
    frames = engine_->stack(kFramesMax);
    // Our own code is not stopped in the middle: what it keeps in order would be torn. It soon comes to an end, or to a function of the program.
    if (const bool loading = state_.loading(); (loading || ours_run(frames)) && limits_->wait_a_little(loading)) {
      looks_closely_ = true;
      return look_every(std::chrono::milliseconds(1));
    }
    limits_->hit(*reached, frame_texts(frames));
  } catch (...) {
    limits_->hit(*reached, {});
  }
  stop_running();
}

// As with an exit: nothing of the program runs any more until the stack is unwound.
void RuntimeCore::stop_running() noexcept {
  state_.set_exiting(true);
  engine_->terminate();
}

bool RuntimeCore::heap_is_over() noexcept {
  if (limits_->policy().heap_bytes == 0) return false;
  const Engine::HeapSize size = engine_->heap_size();
  return limits_->wants_collection(std::max(size.occupied, size.alive), resident_bytes()) && heap_is_over_after_collection();
}

bool RuntimeCore::heap_is_over_after_collection() noexcept {
  engine_->collect_garbage();
  const Engine::HeapSize size = engine_->heap_size();
  return limits_->heap_is_over(size.occupied, size.alive, resident_bytes());
}

void RuntimeCore::look_at_heap() noexcept {
  if (limits_ == nullptr || limits_->policy().heap_bytes == 0 || engine_->terminating() || !heap_is_over_after_collection()) return;
  limits_->hit(Limit::heap, frame_texts(engine_->stack(kFramesMax)));
  stop_running();
}

bool RuntimeCore::take_output(std::size_t bytes) noexcept {
  if (limits_ == nullptr || limits_->take_output(bytes)) return true;
  if (!limits_->report() && entered_ > 0) {
    limits_->hit(Limit::output, frame_texts(engine_->stack(kFramesMax)));
    stop_running();
  }
  return false;
}

void RuntimeCore::killed() noexcept {
  if (finished_ || engine_ == nullptr || entered_ > 0) return;  // an interrupt sees it where JavaScript runs
  limits_->hit(Limit::killed, {});
  const TurnScope turn(*this);
  end_by_limit();
}

void RuntimeCore::limited_out() noexcept {
  // Whatever else was reached, what was killed stays so.
  if (limits_->policy().after_limit == AfterLimit::end || limits_->report()->limit == Limit::killed) return end_by_limit();
  engine_->clear_termination();
  state_.set_exiting(false);
  state_.leave_checkpoint();
  followed_.clear();
  loop_.core().checkpoint().uncover_all();
  if (looks_closely_) look_as_usual();
  const JsResult<Local> cleared = engine_->call(entries_.abandon, {}, {});
  if (!cleared || heap_is_over()) return end_by_limit();
  tell_limit();
}

void RuntimeCore::end_by_limit() noexcept {
  state_.set_exiting(true);
  finish(limits_->policy().limit_exit_code);
  tell_limit();
  if (loop_.state() == LoopState::running) loop_.stop();
}

void RuntimeCore::tell_limit() noexcept {
  ended_by_limit_ = true;
  const std::optional<LimitReport> report = limits_->take_report();
  if (report) policy_teller_.ended(*report);
  if (report && limits_->policy().on_limit) loop_.core().contain([&] { limits_->policy().on_limit(*report); });
}

}  // namespace millrace::js
