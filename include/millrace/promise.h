// Promise<T>: a value that comes later, with the rules of JavaScript. Resolver<T>: who settles it, from any thread.
#pragma once

#include <concepts>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <millrace/detail/promise_state.h>
#include <millrace/detail/promise_then.h>
#include <millrace/loop.h>
#include <millrace/promise_policy.h>
#include <millrace/result.h>

namespace millrace {

template <typename T>
class Resolver;
template <typename T>
struct PromiseAndResolver;
template <typename T>
[[nodiscard]] PromiseAndResolver<T> make_promise(Loop& loop);
namespace detail {
template <typename T>
[[nodiscard]] PromiseAndResolver<T> make_promise_at(PromiseHome& home);
}

/// A handle to a value of type T, or to the Error that says why there will be none.
/// Rules       those of ECMAScript: settled once; reactions run in microtasks, never inside then(), in the order in which they were
///             attached; a promise that a callback returns is followed, two microtasks later, and its own reactions one after that.
///             A rejection that nobody handles is told once (promise_policy.h).
/// Values      are moved in, never copied on the way. A callback attached to an lvalue gets `const T&`; one attached to an rvalue, as in
///             `read().then(...)` or `std::move(promise).then(...)`, gets `T&&`: the value itself when nobody else holds the promise, else a
///             copy. A promise of a move-only type is move-only itself, so there the value is never shared.
/// Thread      loop thread, all of it. Lifetime: may outlive its loop. Dropping the handle cancels nothing.
/// Errors      what a callback throws rejects its promise; Error::from_exception() describes it.
/// Close       pending promises are rejected with Errc::closed when their loop closes, oldest first, before anything else of it goes; their
///             callbacks are destroyed unrun. A promise that is made later is rejected from the start.
/// Cost        then(): one allocation from the loop's own pages for promise, reaction and callbacks together (96 bytes with an int and
///             a captured pointer); settling: one microtask for all reactions of a promise together. No atomics.
/// Source      ECMA-262, 27.2 Promise Objects.
template <typename T>
class Promise {
  static_assert(
      !std::is_reference_v<T>,
      "millrace::Promise<T&> does not exist: a promise owns its value. Use Promise<T*> or Promise<std::reference_wrapper<T>>.");
  static_assert(!std::is_const_v<T>, "millrace::Promise<const T> does not exist: write Promise<T>; callbacks get const T& anyway.");
  static_assert(!detail::FollowsPromise<T>, "millrace::Promise<Promise<T>> does not exist: resolving with a promise follows it.");

 public:
  using promised_type = T;
  using State = detail::PromiseState<T>;

  Promise(const Promise& other) noexcept
    requires(std::is_void_v<T> || std::is_copy_constructible_v<T>)
  = default;
  Promise(Promise&& other) noexcept = default;
  Promise& operator=(const Promise& other) noexcept
    requires(std::is_void_v<T> || std::is_copy_constructible_v<T>)
  = default;
  Promise& operator=(Promise&& other) noexcept = default;
  ~Promise() = default;

  /// Fulfilled from the start.
  template <typename... Args>
    requires(std::is_constructible_v<detail::Stored<T>, Args...>)
  [[nodiscard]] static Promise resolved(Loop& loop, Args&&... args) {
    Promise made = pending(loop);
    if (made.state_->pending()) made.state_->fulfil(std::forward<Args>(args)...);
    return made;
  }
  /// Rejected from the start.
  [[nodiscard]] static Promise rejected(Loop& loop, Error reason) {
    return rejected(detail::PromiseHome::of(loop), std::move(reason));
  }
  [[nodiscard]] static Promise rejected(detail::PromiseHome& home, Error reason) {
    Promise made = pending(home);
    if (made.state_->pending()) made.state_->reject(std::move(reason));
    return made;
  }

  [[nodiscard]] PromiseStatus status() const noexcept { return state_->status(); }
  [[nodiscard]] bool pending() const noexcept { return state_->pending(); }
  /// The value, or null unless fulfilled. Lives as long as a handle, unless a reaction to an rvalue moves it away.
  [[nodiscard]] const detail::Stored<T>* value() const noexcept {
    return status() == PromiseStatus::fulfilled ? &state_->value() : nullptr;
  }
  /// The reason, or null unless rejected.
  [[nodiscard]] const Error* error() const noexcept { return status() == PromiseStatus::rejected ? &state_->error() : nullptr; }

  /// Calls `on_fulfilled` with the value, or `on_rejected` with the Error. The promise it returns is resolved with what they return.
  template <typename F>
  auto then(F&& on_fulfilled) const& {
    return react<false>(std::forward<F>(on_fulfilled), detail::None{});
  }
  template <typename F>
  auto then(F&& on_fulfilled) && {
    return std::move(*this).template give<true>(std::forward<F>(on_fulfilled), detail::None{});
  }
  template <typename F, typename G>
  auto then(F&& on_fulfilled, G&& on_rejected) const& {
    return react<false>(std::forward<F>(on_fulfilled), std::forward<G>(on_rejected));
  }
  template <typename F, typename G>
  auto then(F&& on_fulfilled, G&& on_rejected) && {
    return std::move(*this).template give<true>(std::forward<F>(on_fulfilled), std::forward<G>(on_rejected));
  }
  /// JavaScript's `catch`. What `on_rejected` returns takes the value's place, so it is a T, a Promise<T> or a Result<T>.
  template <typename G>
  Promise catch_error(G&& on_rejected) const& {
    return react<false>(detail::None{}, std::forward<G>(on_rejected));
  }
  template <typename G>
  Promise catch_error(G&& on_rejected) && {
    return std::move(*this).template give<true>(detail::None{}, std::forward<G>(on_rejected));
  }
  /// Calls `callback` when it is settled either way, waits for what it returns, and passes the outcome on; what it throws, rejects with or
  /// returns as the error of a Result takes the outcome's place.
  template <typename F>
  Promise finally(F&& callback) const&;
  template <typename F>
  Promise finally(F&& callback) &&;

  /// The outcome as a value: never rejects. Errors become the failing side of the Result.
  [[nodiscard]] Promise<Result<T>> result() const&;
  [[nodiscard]] Promise<Result<T>> result() &&;
  /// The Error it is rejected with, as a value; nothing when it is fulfilled. Never rejects.
  [[nodiscard]] Promise<std::optional<Error>> result_as_error() const {
    return react<false>([](const auto&...) { return std::optional<Error>(); },
                        [](const Error& reason) { return std::optional<Error>(reason); });
  }

  /// Says that a rejection needs no handler.
  void ignore_rejection() const noexcept { state_->mark_handled(); }

  // For the rooms built on promises; not part of the promise to users.
  explicit Promise(detail::StateRef<State> state) noexcept : state_(std::move(state)) {}
  [[nodiscard]] const detail::StateRef<State>& state() const& noexcept { return state_; }
  [[nodiscard]] detail::StateRef<State> take_state() && noexcept { return std::move(state_); }
  [[nodiscard]] detail::StateRef<State> take_state() const& noexcept
    requires(std::is_void_v<T> || std::is_copy_constructible_v<T>)
  {
    return state_;
  }
  /// One that only who holds its state can settle; rejected already when the loop is closed.
  [[nodiscard]] static Promise pending(Loop& loop) { return pending(detail::PromiseHome::of(loop)); }
  [[nodiscard]] static Promise pending(detail::PromiseHome& home) {
    Promise made{detail::StateRef<State>(home.make<State>())};
    made.reject_if_closed();
    return made;
  }

 private:
  template <typename>
  friend class Promise;

  void reject_if_closed() const noexcept {
    if (!state_->home().closed()) [[likely]]
      return;
    state_->mark_handled();
    state_->reject(state_->home().closed_error());
  }
  template <bool kConsume, typename F, typename G>
  auto react(F&& on_fulfilled, G&& on_rejected) const;
  template <bool kConsume, typename F, typename G>
  auto give(F&& on_fulfilled, G&& on_rejected) && {
    // The handle goes when the reaction is attached, so that the value is its alone.
    const Promise given = std::move(*this);
    return given.template react<kConsume>(std::forward<F>(on_fulfilled), std::forward<G>(on_rejected));
  }

  detail::StateRef<State> state_;
};

/// Settles one promise, once.
/// Thread      any, one at a time. On the loop thread it settles at once; elsewhere it posts, before what waits at the door and beyond its
///             bounds, and the promise is settled in a callback of its own (docs/semantics.md, rule 32).
/// Lifetime    may outlive the loop: then nothing happens. Destroyed without having settled: the promise is rejected with Errc::abandoned.
/// Cost        loop thread: a comparison of thread ids. Elsewhere: a mutex, one allocation when the value is larger than 32 bytes.
template <typename T>
class [[nodiscard]] Resolver {
 public:
  Resolver(Resolver&&) noexcept = default;
  Resolver& operator=(Resolver&& other) noexcept {
    Resolver old = std::move(*this);
    state_ = std::move(other.state_);
    return *this;
  }
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  ~Resolver() {
    if (state_) abandon();
  }

  /// Fulfils with a value. False when it has settled or follows another promise already, or when the loop is closed.
  /// Errors: what building the value throws; then nothing happened.
  template <typename... Args>
    requires(std::is_constructible_v<detail::Stored<T>, Args...>)
  bool resolve(Args&&... args) {
    if (!state_) return false;
    if (home().on_loop_thread()) {
      detail::StateRef<State> state = std::move(state_);
      if (!state->open()) return false;
      try {
        state->fulfil(std::forward<Args>(args)...);
      } catch (...) {
        state_ = std::move(state);  // nothing happened
        throw;
      }
      return true;
    }
    return post([value = detail::Stored<T>(std::forward<Args>(args)...)](State& state) mutable { state.fulfil(std::move(value)); });
  }
  /// From now on the promise becomes what `other` becomes, two microtasks after it. Loop thread.
  bool resolve(Promise<T> other) {
    if (!state_) return false;
    const detail::StateRef<State> state = std::move(state_);
    if (!state->open()) return false;
    detail::follow_promise<T>(*state, std::move(other).take_state(), true);
    return true;
  }
  /// Settles with a value or an error.
  bool settle(Result<T> result) {
    if (!result) return reject(std::move(result.error()));
    if constexpr (std::is_void_v<T>)
      return resolve();
    else
      return resolve(*std::move(result));
  }
  bool reject(Error reason) {
    if (!state_) return false;
    if (home().on_loop_thread()) {
      const detail::StateRef<State> state = std::move(state_);
      if (!state->open()) return false;
      state->reject(std::move(reason));
      return true;
    }
    return post([reason = std::move(reason)](State& state) mutable { state.reject(std::move(reason)); });
  }
  /// Rejects with the exception that is being handled.
  bool reject_current_exception() { return reject(Error::from_exception(std::current_exception())); }

  /// False after a call that settled. Does not know what posts have done.
  [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(state_); }

 private:
  friend PromiseAndResolver<T> detail::make_promise_at<T>(detail::PromiseHome& home);
  using State = detail::PromiseState<T>;
  explicit Resolver(detail::StateRef<State> state) noexcept : state_(std::move(state)) {}

  [[nodiscard]] detail::PromiseHome& home() const noexcept { return state_->home(); }
  void abandon() noexcept {
    static constexpr const char* kWhat = "whoever was to settle the promise is gone";
    if (!home().on_loop_thread()) {
      static_cast<void>(post([](State& state) { state.home().abandon(state, kWhat); }));
      return;
    }
    const detail::StateRef<State> state = std::move(state_);
    state->home().abandon(*state, kWhat);
  }
  /// Carries the reference to the loop thread and drops it there, run or not.
  template <typename Settle>
  struct Settlement {
    State* state;
    Settle settle;
    Settlement(State* s, Settle&& f) : state(s), settle(std::move(f)) {}
    Settlement(Settlement&& other) noexcept(std::is_nothrow_move_constructible_v<Settle>)
        : state(std::exchange(other.state, nullptr)), settle(std::move(other.settle)) {}
    Settlement(const Settlement&) = delete;
    Settlement& operator=(const Settlement&) = delete;
    ~Settlement() {
      if (state != nullptr) state->home().give_up(state);
    }
    void operator()() {
      const detail::StateRef<State> owned(std::exchange(state, nullptr));
      if (!owned->open()) return;
      try {
        settle(*owned);
      } catch (...) {
        detail::reject_with_current_exception(*owned);
      }
    }
  };
  template <typename Settle>
  bool post(Settle settle) {
    detail::PromiseHome& home = this->home();
    Settlement<Settle> settlement(state_.get(), std::move(settle));
    std::optional<Task> task;
    try {
      task.emplace(std::move(settlement));
    } catch (...) {
      settlement.state = nullptr;  // no memory: still this resolver's to settle
      throw;
    }
    static_cast<void>(state_.release());
    return home.post(*task);
  }

  detail::StateRef<State> state_;
};

template <typename T>
struct PromiseAndResolver {
  Promise<T> promise;
  Resolver<T> resolver;
};

namespace detail {
template <typename T>
PromiseAndResolver<T> make_promise_at(PromiseHome& home) {
  Promise<T> promise = Promise<T>::pending(home);
  Resolver<T> resolver{promise.state()};
  return {std::move(promise), std::move(resolver)};
}
}  // namespace detail

/// A pending promise and who settles it. Loop thread. On a closed loop it is rejected with Errc::closed already.
template <typename T>
PromiseAndResolver<T> make_promise(Loop& loop) {
  return detail::make_promise_at<T>(detail::PromiseHome::of(loop));
}

namespace detail {
/// What run_until() says when the run ended before the promise was settled.
[[nodiscard]] Error why_unsettled(const RunOutcome& outcome);
}  // namespace detail

template <typename T>
template <bool kConsume, typename F, typename G>
auto Promise<T>::react(F&& on_fulfilled, G&& on_rejected) const {
  using OnFulfilled = std::decay_t<F>;
  using OnRejected = std::decay_t<G>;
  constexpr bool kPasses = std::is_same_v<OnFulfilled, detail::None>;
  constexpr bool kThrough = std::is_same_v<OnRejected, detail::None>;
  if constexpr (!kPasses)
    static_assert(detail::ValueCall<OnFulfilled, T, kConsume>::possible,
                  "millrace::Promise<T>::then: the callback cannot be called with the value. On an lvalue it gets const T&; to "
                  "take the value "
                  "itself, as a move-only type needs, give the promise up: std::move(promise).then(...). For Promise<void> it "
                  "takes nothing.");
  if constexpr (kPasses && !kConsume && !std::is_void_v<T>)
    static_assert(std::is_copy_constructible_v<T>,
                  "millrace::Promise<T>::catch_error and finally pass the value on: for a move-only T give the promise up: "
                  "std::move(promise).catch_error(...).");
  using FromValue = typename std::conditional_t<kPasses, std::type_identity<std::type_identity<T>>,
                                                detail::ValueCall<OnFulfilled, T, kConsume>>::type::type;
  static_assert(
      !std::is_reference_v<FromValue>,
      "millrace::Promise<T>::then: the callback returns a reference, but a promise owns its value. Return a value or a pointer.");
  using U = detail::promised_t<FromValue>;
  if constexpr (!kThrough) {
    static_assert(std::is_invocable_v<OnRejected, const Error&>,
                  "millrace::Promise<T>: the callback for rejections must be callable with const millrace::Error&.");
    using FromError = std::invoke_result_t<OnRejected, const Error&>;
    static_assert(
        std::is_same_v<detail::promised_t<std::remove_cvref_t<FromError>>, U> || std::is_convertible_v<FromError, U>,
        "millrace::Promise<T>: the callback for rejections must return what the other outcome has: the same type, a Promise "
        "or a Result of it, or something convertible to it.");
  }
  using Made = detail::ThenState<T, U, kConsume, OnFulfilled, OnRejected>;
  detail::PromiseHome& home = state_->home();
  auto* const made = home.make<Made>(std::forward<F>(on_fulfilled), std::forward<G>(on_rejected));
  Promise<U> derived{detail::StateRef<detail::PromiseState<U>>::share(made)};  // the other reference is the source's
  if (home.watched()) [[unlikely]] {
    home.note_reaction(*state_, *made);
    derived.reject_if_closed();
  }
  state_->subscribe(*made);
  return derived;
}

template <typename T>
template <typename F>
Promise<T> Promise<T>::finally(F&& callback) const& {
  static_assert(std::is_void_v<T> || std::is_copy_constructible_v<T>,
                "millrace::Promise<T>::finally: for a move-only T give the promise up: std::move(promise).finally(...).");
  return Promise(*this).finally(std::forward<F>(callback));
}

namespace detail {

/// A promise of what `call()` returns: followed, or fulfilled already.
template <typename Call>
auto promise_of(PromiseHome& home, Call&& call) {
  using R = std::invoke_result_t<Call>;
  if constexpr (FollowsPromise<R>) {
    return Promise<promised_t<std::remove_cvref_t<R>>>(std::forward<Call>(call)().take_state());
  } else {
    auto made = Promise<void>::pending(home);
    if constexpr (is_result<std::remove_cvref_t<R>>) {
      auto result = std::forward<Call>(call)();
      if (!made.pending()) return made;
      if (result)
        made.state()->fulfil();
      else
        made.state()->reject(std::move(result.error()));
    } else {
      std::forward<Call>(call)();
      if (made.pending()) made.state()->fulfil();
    }
    return made;
  }
}

}  // namespace detail

template <typename T>
template <typename F>
Promise<T> Promise<T>::finally(F&& callback) && {
  static_assert(std::is_invocable_v<std::decay_t<F>&>, "millrace::Promise<T>::finally: the callback is called with nothing.");
  auto shared = std::make_shared<std::decay_t<F>>(std::forward<F>(callback));  // whichever of the two is called
  detail::PromiseHome* const home = &state_->home();
  auto on_rejected = [shared, home](const Error& reason) {
    return detail::promise_of(*home, [&] { return (*shared)(); }).then([reason](const auto&...) -> Result<T> {
      return fail(reason);
    });
  };
  if constexpr (std::is_void_v<T>) {
    return std::move(*this).then(
        [shared, home] { return detail::promise_of(*home, [&] { return (*shared)(); }).then([](const auto&...) {}); },
        std::move(on_rejected));
  } else {
    return std::move(*this).then(
        [shared, home](T&& value) {
          return detail::promise_of(*home, [&] { return (*shared)(); })
              .then([value = std::move(value)](const auto&...) mutable -> T { return std::move(value); });
        },
        std::move(on_rejected));
  }
}

template <typename T>
Promise<Result<T>> Promise<T>::result() const& {
  return Promise(*this).result();
}

template <typename T>
Promise<Result<T>> Promise<T>::result() && {
  using Outcome = detail::Verbatim<Result<T>>;
  auto on_rejected = [](const Error& reason) { return Outcome{fail(reason)}; };
  if constexpr (std::is_void_v<T>)
    return std::move(*this).then([] { return Outcome{Result<void>{}}; }, std::move(on_rejected));
  else
    return std::move(*this).then([](T&& value) { return Outcome{Result<T>(std::move(value))}; }, std::move(on_rejected));
}

/// Runs the loop until `promise` is settled, at most for `limit`, and answers with its outcome; it counts as handled.
/// Errors      Errc::timed_out; Errc::would_block_forever when nothing is left on the loop that could settle it; Errc::closed; whatever ended
///             the run otherwise. The promise stays as it is then.
/// Thread      loop thread, not inside a run.
template <typename T>
[[nodiscard]] Result<T> run_until(Loop& loop, Promise<T> promise, std::optional<Duration> limit = std::nullopt) {
  promise.ignore_rejection();
  if (promise.pending()) {
    const RunOutcome outcome = loop.run_until([&promise] { return !promise.pending(); }, limit);
    if (promise.pending()) return fail(detail::why_unsettled(outcome));
  }
  if (const Error* reason = promise.error()) return fail(*reason);
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    const auto state = std::move(promise).take_state();
    return detail::consume_value<T>(*state, [](T&& value) { return T(std::move(value)); });
  }
}

}  // namespace millrace
