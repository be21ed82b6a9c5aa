// Coroutines: Async<T> runs at once and is a promise, as an async function of JavaScript; Lazy<T> runs when it is awaited.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <millrace/detail/coroutine.h>
#include <millrace/promise.h>

namespace millrace {

template <typename T>
class Async;

namespace detail {

template <typename T>
class AsyncFrameBase : public CoroutineFrame {
 public:
  template <typename... Args>
  explicit AsyncFrameBase(Args&... args) : state_(make_state(args...)) {}
  AsyncFrameBase(const AsyncFrameBase&) = delete;
  AsyncFrameBase& operator=(const AsyncFrameBase&) = delete;
  ~AsyncFrameBase() {
    // Destroyed before its end: somebody destroyed what it awaited.
    state_->home().abandon(*state_, "the coroutine was destroyed before it returned");
  }

  [[nodiscard]] std::suspend_never initial_suspend() const noexcept { return {}; }
  [[nodiscard]] std::suspend_never final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept {
    if (state_->open()) reject_with_current_exception(*state_);
  }

 protected:
  template <typename... Args>
  static StateRef<PromiseState<T>> make_state(Args&... args) {
    static_assert(NamesLoop<Args...>,
                  "A coroutine that returns millrace::Async needs to know its loop: give it a parameter of type millrace::Loop&, "
                  "or one (for a "
                  "member function: the object) whose loop() returns a millrace::Loop&.");
    return Promise<T>::pending(loop_among(args...)).state();
  }
  StateRef<PromiseState<T>> state_;
};

template <typename T>
class AsyncFrame final : public AsyncFrameBase<T> {
 public:
  using AsyncFrameBase<T>::AsyncFrameBase;
  Async<T> get_return_object();
  template <typename R>
  void return_value(R&& result) {
    if (this->state_->open()) resolve_with(*this->state_, std::forward<R>(result));
  }
};
template <>
class AsyncFrame<void> final : public AsyncFrameBase<void> {
 public:
  using AsyncFrameBase<void>::AsyncFrameBase;
  Async<void> get_return_object();
  void return_void() noexcept {
    if (state_->open()) state_->fulfil();
  }
};

}  // namespace detail

/// The promise of a coroutine that begins to run when it is called, up to its first co_await, as an async function does.
/// Loop        the coroutine's first parameter that is a Loop& or has a loop() names it. The frame outlives the call, so what its
///             references refer to must outlive the coroutine; take strings and spans by value.
/// co_await    a promise or Async (one microtask, also when it is settled), a Lazy (no microtask at all), anything of awaitables.h, or
///             any other awaitable. A rejection is thrown: the exception that caused it, or else ErrorException.
/// co_return   a value; a Promise<T> or Async<T>, which is followed; a Result<T>.
/// Errors      what leaves the body rejects it. Dropping the handle cancels nothing: it runs on, and a rejection that nobody handles is told.
/// Close       a coroutine that waits when its loop is closed is destroyed where it stands, its locals' destructors run, and its promise is
///             rejected with Errc::closed.
/// Compiler    GCC 12 destroys the captures of a lambda twice when the lambda is written inside a co_await expression, as in
///             `co_await promise.then([text] { ... })`: name it first. Clang does not.
/// Cost        a frame from operator new and a state of 56 bytes for an int. Thread: loop thread.
template <typename T = void>
class Async : public Promise<T> {
 public:
  using promise_type = detail::AsyncFrame<T>;
  using Promise<T>::Promise;
  explicit Async(Promise<T> promise) noexcept : Promise<T>(std::move(promise)) {}
};

template <typename T>
Async<T> detail::AsyncFrame<T>::get_return_object() {
  this->handle = std::coroutine_handle<AsyncFrame>::from_promise(*this);
  return Async<T>(Promise<T>(this->state_));
}
inline Async<void> detail::AsyncFrame<void>::get_return_object() {
  handle = std::coroutine_handle<AsyncFrame>::from_promise(*this);
  return Async<void>(Promise<void>(state_));
}

/// An lvalue is copied from, an rvalue given up: its value is moved out when nobody else holds it.
template <typename T>
[[nodiscard]] auto operator co_await(const Promise<T>& promise) noexcept {
  static_assert(std::is_void_v<T> || std::is_copy_constructible_v<T>,
                "co_await of a millrace::Promise of a move-only type takes its value away: co_await std::move(promise).");
  return detail::PromiseAwaiter<T, false>(promise.state());
}
template <typename T>
[[nodiscard]] auto operator co_await(Promise<T>&& promise) noexcept {
  return detail::PromiseAwaiter<T, true>(std::move(promise).take_state());
}

template <typename T>
class Lazy;

namespace detail {

template <typename T>
class LazyFrameBase : public CoroutineFrame {
 public:
  LazyFrameBase() noexcept = default;
  LazyFrameBase(const LazyFrameBase&) = delete;
  LazyFrameBase& operator=(const LazyFrameBase&) = delete;

  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
  [[nodiscard]] auto final_suspend() const noexcept {
    struct BackToCaller {
      std::coroutine_handle<> caller;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      [[nodiscard]] std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept { return caller; }
      void await_resume() const noexcept {}
    };
    return BackToCaller{continuation_};
  }
  void unhandled_exception() noexcept { outcome_.template emplace<2>(std::current_exception()); }
  void set_caller(std::coroutine_handle<> waiting, CoroutineFrame* frame) noexcept {
    continuation_ = waiting;
    caller = frame;
  }
  Stored<T> take() {
    if (outcome_.index() == 2) std::rethrow_exception(std::get<2>(outcome_));
    return std::get<1>(std::move(outcome_));
  }

 protected:
  std::variant<std::monostate, Stored<T>, std::exception_ptr> outcome_;

 private:
  std::coroutine_handle<> continuation_;
};

template <typename T>
class LazyFrame final : public LazyFrameBase<T> {
 public:
  Lazy<T> get_return_object() noexcept;
  template <typename R>
    requires(std::is_constructible_v<T, R>)
  void return_value(R&& value) {
    this->outcome_.template emplace<1>(std::forward<R>(value));
  }
};
template <>
class LazyFrame<void> final : public LazyFrameBase<void> {
 public:
  Lazy<void> get_return_object() noexcept;
  void return_void() noexcept { outcome_.emplace<1>(); }
};

}  // namespace detail

namespace detail {

template <typename T>
struct LazyAwaiter {
  LazyFrame<T>* frame;
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <typename P>
  [[nodiscard]] std::coroutine_handle<> await_suspend(std::coroutine_handle<P> waiting) const noexcept {
    CoroutineFrame* caller = nullptr;
    if constexpr (std::derived_from<P, CoroutineFrame>) caller = &waiting.promise();
    frame->set_caller(waiting, caller);
    return frame->handle;
  }
  T await_resume() const {
    if constexpr (std::is_void_v<T>)
      static_cast<void>(frame->take());
    else
      return frame->take();
  }
};

}  // namespace detail

/// A coroutine that does nothing until it is awaited, once, by another: then it runs as if it were called, and hands its value or its exception
/// over without a microtask. What it awaits itself takes the turns it takes.
/// Lifetime    owned by its handle, which lives in the caller's frame: when that is destroyed, so is this one, wherever it waits.
/// Errors      the exception itself. Thread: loop thread. Cost: a frame from operator new.
template <typename T = void>
class [[nodiscard]] Lazy {
 public:
  using promise_type = detail::LazyFrame<T>;
  Lazy(Lazy&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Lazy& operator=(Lazy&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  Lazy(const Lazy&) = delete;
  Lazy& operator=(const Lazy&) = delete;
  ~Lazy() {
    if (frame_ != nullptr) frame_->handle.destroy();
  }

  /// Runs it as a coroutine of its own. Loop thread.
  [[nodiscard]] Async<T> start(Loop& loop) && { return run(loop, std::move(*this)); }

  [[nodiscard]] auto operator co_await() && noexcept {
    MILLRACE_ASSERT(frame_ != nullptr && !frame_->handle.done());
    return detail::LazyAwaiter<T>{frame_};
  }

 private:
  template <typename>
  friend class detail::LazyFrame;
  explicit Lazy(detail::LazyFrame<T>* frame) noexcept : frame_(frame) {}
  static Async<T> run(Loop& /*loop*/, Lazy lazy) { co_return co_await std::move(lazy); }

  detail::LazyFrame<T>* frame_;
};

template <typename T>
Lazy<T> detail::LazyFrame<T>::get_return_object() noexcept {
  this->handle = std::coroutine_handle<LazyFrame>::from_promise(*this);
  return Lazy<T>(this);
}
inline Lazy<void> detail::LazyFrame<void>::get_return_object() noexcept {
  handle = std::coroutine_handle<LazyFrame>::from_promise(*this);
  return Lazy<void>(this);
}

}  // namespace millrace
