// What our coroutine types share: whose frame is on top of whose, and how a wait for a promise ends. Not for users.
#pragma once

#include <concepts>
#include <coroutine>
#include <exception>
#include <type_traits>
#include <utility>

#include <millrace/loop.h>
#include <millrace/promise.h>

namespace millrace::detail {

/// Base of the promise types. A frame that was called by another is owned by it, so that destroying the outermost destroys them all.
struct CoroutineFrame {
  CoroutineFrame* caller = nullptr;
  std::coroutine_handle<> handle;

  /// Destroys the outermost frame of this one's callers, and with it everything it called.
  void destroy_outermost() noexcept {
    CoroutineFrame* frame = this;
    while (frame->caller != nullptr) frame = frame->caller;
    frame->handle.destroy();
  }
};

/// A coroutine that waits for a promise. When the wait can never end, because the loop was closed, the frame is destroyed: what it holds is
/// released by its destructors, and no frame leaks.
template <typename T, bool kConsume>
class PromiseAwaiter final : public Reaction {
 public:
  explicit PromiseAwaiter(StateRef<PromiseState<T>> state) noexcept : state_(std::move(state)) {}
  PromiseAwaiter(PromiseAwaiter&& other) noexcept : state_(std::move(other.state_)) {}  // only before the wait
  ~PromiseAwaiter() override {
    if (state_) state_->unsubscribe(*this);  // the frame was destroyed meanwhile
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }  // one microtask, also when it is settled
  template <typename P>
  void await_suspend(std::coroutine_handle<P> waiting) noexcept {
    waiting_ = waiting;
    if constexpr (std::derived_from<P, CoroutineFrame>) frame_ = &waiting.promise();
    state_->subscribe(*this);
  }
  T await_resume() {
    const StateRef<PromiseState<T>> state = std::move(state_);
    if (state->status() == PromiseStatus::rejected) state->error().raise();
    if constexpr (std::is_void_v<T>)
      return;
    else if constexpr (kConsume)
      return consume_value<T>(*state, [](T&& value) { return T(std::move(value)); });
    else
      return std::as_const(state->value());
  }

  void react(PromiseBase&) noexcept override { waiting_.resume(); }
  void abandon() noexcept override {
    if (frame_ != nullptr)
      frame_->destroy_outermost();
    else
      waiting_.destroy();
  }

 private:
  StateRef<PromiseState<T>> state_;
  std::coroutine_handle<> waiting_;
  CoroutineFrame* frame_ = nullptr;
};

// Which loop a coroutine belongs to.

template <typename A>
concept IsLoop = std::same_as<std::remove_cvref_t<A>, Loop>;
template <typename A>
concept HasLoop = requires(A& a) {
  { a.loop() } -> std::same_as<Loop&>;
};
/// The first of a coroutine's parameters that is a Loop& or has a loop() that returns one.
template <typename First, typename... Rest>
[[nodiscard]] Loop& loop_among(First& first, Rest&... rest) noexcept {
  if constexpr (IsLoop<First>)
    return first;
  else if constexpr (HasLoop<First>)
    return first.loop();
  else
    return loop_among(rest...);
}
template <typename... Args>
concept NamesLoop = ((IsLoop<Args> || HasLoop<std::remove_reference_t<Args>>) || ...);

}  // namespace millrace::detail
