// Reactions: what then(), catch_error() and finally() leave with a promise, and how one promise follows another. Not for users.
#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <new>
#include <type_traits>
#include <utility>

#include <millrace/detail/promise_state.h>
#include <millrace/result.h>

namespace millrace {
template <typename T>
class Promise;
}

namespace millrace::detail {

// What a callback's result resolves a promise with.

template <typename R>
struct Promised {
  using type = R;
};
template <typename R>
  requires requires { typename R::promised_type; }  // Promise, Async
struct Promised<R> {
  using type = typename R::promised_type;
};
template <typename T>
struct Promised<Result<T>> {
  using type = T;
};
/// Fulfils with `value` as it is, also with a Result.
template <typename T>
struct Verbatim {
  T value;
};
template <typename T>
struct Promised<Verbatim<T>> {
  using type = T;
};
template <typename R>
inline constexpr bool is_verbatim = false;
template <typename T>
inline constexpr bool is_verbatim<Verbatim<T>> = true;

/// void stays void, Promise<U>, Async<U> and Result<U> become U, everything else is itself.
template <typename R>
using promised_t = typename Promised<std::remove_cv_t<R>>::type;

template <typename R>
concept FollowsPromise = requires { typename std::remove_cvref_t<R>::promised_type; };
template <typename R>
inline constexpr bool is_result = false;
template <typename T>
inline constexpr bool is_result<Result<T>> = true;

// The value of a settled source, as a callback gets it.

/// How `F` is called with the value of a promise: with nothing for void.
template <typename F, typename T, bool kConsume>
struct ValueCall {
  using Argument = std::conditional_t<kConsume, T&&, const T&>;
  static constexpr bool possible = std::is_invocable_v<F, Argument>;
  using type = std::invoke_result<F, Argument>;
};
template <typename F, bool kConsume>
struct ValueCall<F, void, kConsume> {
  static constexpr bool possible = std::is_invocable_v<F>;
  using type = std::invoke_result<F>;
};

/// Calls `use(T&&)` with the value itself if nobody else can see it any more, else with a copy.
template <typename T, typename Use>
decltype(auto) consume_value(PromiseState<T>& source, Use&& use) {
  if constexpr (std::is_copy_constructible_v<T>) {
    if (source.observed()) return std::forward<Use>(use)(T(std::as_const(source.value())));
  }
  return std::forward<Use>(use)(std::move(source.value()));  // a promise of a move-only value has one handle, and it was given up
}

template <typename T>
void follow_promise(PromiseState<T>& target, StateRef<PromiseState<T>> source, bool source_given_up) noexcept;

/// The resolve function of ECMAScript for what a callback returned: a promise is followed, a Result's error rejects, a value fulfils.
template <typename T, typename R>
void resolve_with(PromiseState<T>& target, R&& result) {
  if constexpr (FollowsPromise<R>) {
    bool given_up = !std::is_lvalue_reference_v<R>;
    follow_promise<T>(target, std::forward<R>(result).take_state(), given_up);
  } else if constexpr (is_result<std::remove_cvref_t<R>>) {
    if (!result) return target.reject(std::forward<R>(result).error());
    if constexpr (std::is_void_v<T>)
      target.fulfil();
    else
      target.fulfil(*std::forward<R>(result));
  } else if constexpr (is_verbatim<std::remove_cvref_t<R>>) {
    target.fulfil(std::forward<R>(result).value);
  } else {
    target.fulfil(std::forward<R>(result));
  }
}

/// Rejects `target` with the exception that is being handled.
inline void reject_with_current_exception(PromiseBase& target) noexcept {
  target.reject(Error::from_exception(std::current_exception()));
}

/// Settles `target` with what `call()` returns or throws.
template <typename T, typename Call>
void settle_by(PromiseState<T>& target, Call&& call) noexcept {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Call>>) {
      std::forward<Call>(call)();
      target.fulfil();
    } else {
      resolve_with(target, std::forward<Call>(call)());
    }
  } catch (...) {
    reject_with_current_exception(target);
  }
}

/// Stands for a callback that was not given.
struct None {};

/// The promise that then() returns, with the callbacks that settle it: one allocation for both. The callbacks are destroyed when their turn
/// is over, however long the promise lives.
template <typename T, typename U, bool kConsume, typename OnFulfilled, typename OnRejected>
class ThenState final : public PromiseState<U>, public Reaction {
 public:
  template <typename F, typename G>
  ThenState(PromiseHome& home, F&& on_fulfilled, G&& on_rejected)
      : PromiseState<U>(home), calls_{std::forward<F>(on_fulfilled), std::forward<G>(on_rejected)} {}

  void react(PromiseBase& source) noexcept override {
    if (source.status() == PromiseStatus::fulfilled)
      fulfilled(static_cast<PromiseState<T>&>(source));
    else
      rejected(source);
    end_wait();
  }
  void abandon() noexcept override { end_wait(); }

 private:
  struct Calls {
    [[no_unique_address]] OnFulfilled on_fulfilled;
    [[no_unique_address]] OnRejected on_rejected;
  };
  friend class PromiseBase;
  ~ThenState() override {}
  void dispose() noexcept override { this->dispose_of(*this); }

  /// Loses the reference that the source held.
  void end_wait() noexcept {
    calls_.~Calls();
    this->release_here();
  }
  void fulfilled(PromiseState<T>& source) noexcept {
    if constexpr (std::is_same_v<OnFulfilled, None>) {
      if constexpr (std::is_void_v<T>)
        this->fulfil();
      else if constexpr (kConsume)
        settle_by(*this, [&]() -> T { return consume_value<T>(source, [](T&& value) { return T(std::move(value)); }); });
      else
        settle_by(*this, [&]() -> T { return std::as_const(source.value()); });
    } else if constexpr (std::is_void_v<T>) {
      settle_by(*this, [&]() -> decltype(auto) { return std::invoke(std::move(calls_.on_fulfilled)); });
    } else if constexpr (kConsume) {
      settle_by(*this, [&]() -> decltype(auto) {
        return consume_value<T>(
            source, [&](T&& value) -> decltype(auto) { return std::invoke(std::move(calls_.on_fulfilled), std::move(value)); });
      });
    } else {
      settle_by(*this,
                [&]() -> decltype(auto) { return std::invoke(std::move(calls_.on_fulfilled), std::as_const(source.value())); });
    }
  }
  void rejected(PromiseBase& source) noexcept {
    if constexpr (std::is_same_v<OnRejected, None>)
      this->reject(source.error());
    else
      settle_by(*this, [&]() -> decltype(auto) { return std::invoke(std::move(calls_.on_rejected), source.error()); });
  }

  union {
    Calls calls_;  ///< alive until the wait ends
  };
};

/// `target` becomes what `source` becomes. Waits for it one microtask later, as ECMAScript's NewPromiseResolveThenableJob does.
template <typename T>
class Follower final : public Reaction {
 public:
  Follower(PromiseHome& home, StateRef<PromiseState<T>> target, bool consume) noexcept
      : home_(home), target_(std::move(target)), consume_(consume) {}

  void react(PromiseBase& settled) noexcept override {
    if (settled.status() == PromiseStatus::rejected) {
      target_->reject(settled.error());
    } else {
      auto& source = static_cast<PromiseState<T>&>(settled);
      if constexpr (std::is_void_v<T>)
        target_->fulfil();
      else
        settle_by(*target_, [&]() -> T {
          if constexpr (std::is_copy_constructible_v<T>)
            if (!consume_ || source.observed()) return std::as_const(source.value());
          return std::move(source.value());
        });
    }
    end();
  }
  void abandon() noexcept override { end(); }
  void end() noexcept {
    PromiseHome& home = home_;
    const StateRef<PromiseState<T>> target = std::move(target_);  // goes last: without a state the home may end
    this->~Follower();
    home.deallocate(this, sizeof(Follower));
  }

 private:
  PromiseHome& home_;
  StateRef<PromiseState<T>> target_;
  bool consume_;
};

/// The job that begins the wait.
template <typename T>
struct FollowJob {
  FollowJob(Follower<T>* follower, StateRef<PromiseState<T>> source) noexcept : follower_(follower), source_(std::move(source)) {}
  static void refuse(Follower<T>* follower, const StateRef<PromiseState<T>>& /*source*/) noexcept { follower->end(); }
  FollowJob(FollowJob&& other) noexcept : follower_(std::exchange(other.follower_, nullptr)), source_(std::move(other.source_)) {}
  FollowJob(const FollowJob&) = delete;
  FollowJob& operator=(const FollowJob&) = delete;
  ~FollowJob() {
    if (follower_ != nullptr) follower_->end();
  }
  void operator()() noexcept { source_->subscribe(*std::exchange(follower_, nullptr)); }

 private:
  Follower<T>* follower_;
  StateRef<PromiseState<T>> source_;
};

template <typename T>
void follow_promise(PromiseState<T>& target, StateRef<PromiseState<T>> source, bool source_given_up) noexcept {
  if (source.get() == &target) return target.reject(Error(Errc::self_resolution, "a promise cannot be resolved with itself"));
  target.follow();
  PromiseHome& home = target.home();
  if (home.watched()) [[unlikely]]
    home.note_following(target, *source);
  void* const memory = home.allocate(sizeof(Follower<T>));
  auto* const follower = ::new (memory) Follower<T>(home, StateRef<PromiseState<T>>::share(&target), source_given_up);
  // Refused once the loop is closed: then the target is rejected already, or will be.
  home.push<FollowJob<T>>(follower, std::move(source));
}

}  // namespace millrace::detail
