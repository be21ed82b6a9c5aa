// all, all_settled, any, race: one promise of many.
//
// Inputs      a range of Promise<T> (or of Async<T>), or several promises of any types side by side. A range needs the loop, because an empty
//             one has no promise to ask. Handles in an rvalue range, or passed as rvalues, are given up: the value is then moved out when
//             nobody else holds it; otherwise it is copied.
// Rules       those of ECMAScript: inputs are subscribed to in order, and the result settles in the very microtask in which the deciding
//             input's reaction runs.
// Handled     every input counts as handled from the call on, also those that come after the decision.
// Memory      once decided, the others are unsubscribed: a promise that lives long and loses a million races keeps nothing of them. In
//             ECMAScript it keeps all.
// Errors      the first rejection is the result's (all, race); any() collects them in input order in an aggregate Error with
//             Errc::all_rejected.
// Thread      loop thread. Cost: one allocation for the waits, one for the result, and nothing else per input.
// Source      ECMA-262, 27.2.4.1 to 27.2.4.5.
#pragma once

#include <concepts>
#include <cstddef>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <millrace/detail/promise_group.h>
#include <millrace/promise.h>

namespace millrace {

namespace detail {

template <typename R>
concept PromiseRange = std::ranges::input_range<R> && FollowsPromise<std::ranges::range_value_t<R>>;
template <typename R>
using range_promised_t = typename std::remove_cvref_t<std::ranges::range_value_t<R>>::promised_type;
/// What a void input contributes where a value is needed.
template <typename T>
using Listed = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <typename R>
std::vector<StateRef<PromiseBase>> states_of(R&& range) {
  std::vector<StateRef<PromiseBase>> states;
  if constexpr (std::ranges::sized_range<R>) states.reserve(static_cast<std::size_t>(std::ranges::size(range)));
  for (auto&& promise : range) {
    if constexpr (std::is_lvalue_reference_v<R> || std::is_const_v<std::remove_reference_t<decltype(promise)>>)
      states.push_back(untyped(std::forward<decltype(promise)>(promise)));
    else
      states.push_back(untyped(std::move(promise)));
  }
  return states;
}

/// Makes the group, starts it, and hands its promise out.
template <typename R, typename Group>
Promise<R> start(PromiseHome& home, std::vector<StateRef<PromiseBase>> inputs) {
  StateRef<Group> group(home.make<Group>(inputs.size()));
  Promise<R> promise{StateRef<PromiseState<R>>::share(group.get())};
  if (home.closed()) {
    promise.ignore_rejection();
    if (promise.pending()) group->reject(home.closed_error());
    for (const auto& input : inputs) input->mark_handled();
    return promise;
  }
  try {
    group->begin();
    if (group->pending()) group->wait_for(inputs);
  } catch (...) {
    if (group->pending()) reject_with_current_exception(*group);
  }
  return promise;
}

template <typename T>
using AllResult = std::conditional_t<std::is_void_v<T>, void, std::vector<Listed<T>>>;

template <typename T>
class AllGroup final : public PromiseGroup<AllResult<T>> {
 public:
  AllGroup(PromiseHome& home, std::size_t count) : PromiseGroup<AllResult<T>>(home), left_(count) {
    if constexpr (!std::is_void_v<T>) values_ = std::make_unique<Slot<T>[]>(count), count_ = count;
  }
  void begin() {
    if (left_ == 0) finish();
  }

 private:
  friend class PromiseBase;
  ~AllGroup() override = default;
  void dispose() noexcept override { this->dispose_of(*this); }
  void arrived([[maybe_unused]] std::size_t index, PromiseBase& source) noexcept override {
    if (source.status() == PromiseStatus::rejected) {
      this->reject(source.error());
      values_.reset();
      return;
    }
    try {
      if constexpr (!std::is_void_v<T>) values_[index].fill(input_value<T>(source));
      if (--left_ == 0) finish();
    } catch (...) {
      reject_with_current_exception(*this);
    }
  }
  void finish() {
    if constexpr (std::is_void_v<T>) {
      this->fulfil();
    } else {
      std::vector<T> all;
      all.reserve(count_);
      for (std::size_t i = 0; i < count_; ++i) all.push_back(std::move(values_[i].get()));
      values_.reset();
      this->fulfil(std::move(all));
    }
  }

  std::size_t left_;
  std::size_t count_ = 0;
  std::unique_ptr<Slot<Listed<T>>[]> values_;
};

template <typename... Ts>
class AllOfGroup final : public PromiseGroup<std::tuple<Listed<Ts>...>> {
 public:
  using Values = std::tuple<Listed<Ts>...>;
  AllOfGroup(PromiseHome& home, std::size_t) noexcept : PromiseGroup<Values>(home) {}
  void begin() noexcept {}

 private:
  friend class PromiseBase;
  ~AllOfGroup() override = default;
  void dispose() noexcept override { this->dispose_of(*this); }
  void arrived(std::size_t index, PromiseBase& source) noexcept override {
    if (source.status() == PromiseStatus::rejected) return this->reject(source.error());
    try {
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        static_cast<void>(((I == index ? (fill<I>(source), true) : false) || ...));
        if (--left_ == 0) this->fulfil(std::move(std::get<I>(values_).get())...);
      }(std::index_sequence_for<Ts...>{});
    } catch (...) {
      reject_with_current_exception(*this);
    }
  }
  template <std::size_t I>
  void fill(PromiseBase& source) {
    using T = std::tuple_element_t<I, std::tuple<std::type_identity<Ts>...>>::type;
    if constexpr (std::is_void_v<T>)
      std::get<I>(values_).fill();
    else
      std::get<I>(values_).fill(input_value<T>(source));
  }

  std::size_t left_ = sizeof...(Ts);
  std::tuple<Slot<Listed<Ts>>...> values_;
};

template <typename T>
[[nodiscard]] Result<T> outcome_of(PromiseBase& source) {
  if (source.status() == PromiseStatus::rejected) return fail(source.error());
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return input_value<T>(source);
}

template <typename T>
class SettledGroup final : public PromiseGroup<std::vector<Result<T>>> {
 public:
  SettledGroup(PromiseHome& home, std::size_t count)
      : PromiseGroup<std::vector<Result<T>>>(home),
        left_(count),
        count_(count),
        outcomes_(std::make_unique<Slot<Result<T>>[]>(count)) {}
  void begin() {
    if (left_ == 0) this->fulfil();
  }

 private:
  friend class PromiseBase;
  ~SettledGroup() override = default;
  void dispose() noexcept override { this->dispose_of(*this); }
  void arrived(std::size_t index, PromiseBase& source) noexcept override {
    try {
      outcomes_[index].fill(outcome_of<T>(source));
      if (--left_ > 0) return;
      std::vector<Result<T>> all;
      all.reserve(count_);
      for (std::size_t i = 0; i < count_; ++i) all.push_back(std::move(outcomes_[i].get()));
      outcomes_.reset();
      this->fulfil(std::move(all));
    } catch (...) {
      reject_with_current_exception(*this);
    }
  }

  std::size_t left_;
  std::size_t count_;
  std::unique_ptr<Slot<Result<T>>[]> outcomes_;
};

template <typename... Ts>
class SettledOfGroup final : public PromiseGroup<std::tuple<Result<Ts>...>> {
 public:
  SettledOfGroup(PromiseHome& home, std::size_t) noexcept : PromiseGroup<std::tuple<Result<Ts>...>>(home) {}
  void begin() noexcept {}

 private:
  friend class PromiseBase;
  ~SettledOfGroup() override = default;
  void dispose() noexcept override { this->dispose_of(*this); }
  void arrived(std::size_t index, PromiseBase& source) noexcept override {
    try {
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        static_cast<void>(((I == index ? (std::get<I>(outcomes_).fill(outcome_of<Ts>(source)), true) : false) || ...));
        if (--left_ == 0) this->fulfil(std::move(std::get<I>(outcomes_).get())...);
      }(std::index_sequence_for<Ts...>{});
    } catch (...) {
      reject_with_current_exception(*this);
    }
  }

  std::size_t left_ = sizeof...(Ts);
  std::tuple<Slot<Result<Ts>>...> outcomes_;
};

/// How the value of one of several inputs reaches a result: as it is where all have one type, else as the alternative of its place.
template <typename T>
struct Uniform {
  using type = T;
  static void fulfil(PromiseState<T>& target, std::size_t, PromiseBase& source) {
    if constexpr (std::is_void_v<T>)
      target.fulfil();
    else
      target.fulfil(input_value<T>(source));
  }
};
template <typename... Ts>
struct Mixed {
  using type = std::variant<Listed<Ts>...>;
  static void fulfil(PromiseState<type>& target, std::size_t index, PromiseBase& source) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      static_cast<void>(((I == index ? (fulfil_at<I, Ts>(target, source), true) : false) || ...));
    }(std::index_sequence_for<Ts...>{});
  }
  template <std::size_t I, typename T>
  static void fulfil_at(PromiseState<type>& target, PromiseBase& source) {
    if constexpr (std::is_void_v<T>)
      target.fulfil(std::in_place_index<I>);
    else
      target.fulfil(std::in_place_index<I>, input_value<T>(source));
  }
};
template <typename T, typename... Ts>
struct ChooseKind {
  using type = std::conditional_t<(std::is_same_v<T, Ts> && ...), Uniform<T>, Mixed<T, Ts...>>;
};
template <typename... Ts>
using OneOf = typename ChooseKind<Ts...>::type;

template <typename Kind>
class RaceGroup final : public PromiseGroup<typename Kind::type> {
 public:
  RaceGroup(PromiseHome& home, std::size_t) noexcept : PromiseGroup<typename Kind::type>(home) {}
  void begin() noexcept {}

 private:
  friend class PromiseBase;
  ~RaceGroup() override = default;
  void dispose() noexcept override { this->dispose_of(*this); }
  void arrived(std::size_t index, PromiseBase& source) noexcept override {
    if (source.status() == PromiseStatus::rejected) return this->reject(source.error());
    try {
      Kind::fulfil(*this, index, source);
    } catch (...) {
      reject_with_current_exception(*this);
    }
  }
};

template <typename Kind>
class AnyGroup final : public PromiseGroup<typename Kind::type> {
 public:
  AnyGroup(PromiseHome& home, std::size_t count)
      : PromiseGroup<typename Kind::type>(home), left_(count), count_(count), reasons_(std::make_unique<Slot<Error>[]>(count)) {}
  void begin() {
    if (left_ == 0) reject_with_all();
  }

 private:
  friend class PromiseBase;
  ~AnyGroup() override = default;
  void dispose() noexcept override { this->dispose_of(*this); }
  void arrived(std::size_t index, PromiseBase& source) noexcept override {
    try {
      if (source.status() == PromiseStatus::fulfilled) return Kind::fulfil(*this, index, source);
      reasons_[index].fill(source.error());
      if (--left_ == 0) reject_with_all();
    } catch (...) {
      reject_with_current_exception(*this);
    }
  }
  void reject_with_all() {
    std::vector<Error> all;
    all.reserve(count_);
    for (std::size_t i = 0; i < count_; ++i) all.push_back(reasons_[i].get());
    reasons_.reset();
    this->reject(Error::aggregate(Errc::all_rejected, "any: every input was rejected", std::move(all)));
  }

  std::size_t left_;
  std::size_t count_;
  std::unique_ptr<Slot<Error>[]> reasons_;
};

template <typename P, typename... Ps>
[[nodiscard]] PromiseHome& home_of(const P& first, const Ps&...) noexcept {
  return first.state()->home();
}
template <typename... Ps>
std::vector<StateRef<PromiseBase>> list_of(Ps&&... promises) {
  std::vector<StateRef<PromiseBase>> states;
  states.reserve(sizeof...(Ps));
  (states.push_back(untyped(std::forward<Ps>(promises))), ...);
  return states;
}
template <typename P>
using promised_by = typename std::remove_cvref_t<P>::promised_type;

}  // namespace detail

/// Fulfilled with the values in input order when all are; Promise<void> for void inputs. Rejected with the first rejection.
template <detail::PromiseRange R>
auto all(Loop& loop, R&& promises) {
  using T = detail::range_promised_t<R>;
  return detail::start<detail::AllResult<T>, detail::AllGroup<T>>(detail::PromiseHome::of(loop),
                                                                  detail::states_of(std::forward<R>(promises)));
}
/// As a tuple; std::monostate stands for void.
template <detail::FollowsPromise... Ps>
  requires(sizeof...(Ps) > 0)
auto all(Ps&&... promises) {
  using Group = detail::AllOfGroup<detail::promised_by<Ps>...>;
  detail::PromiseHome& home = detail::home_of(promises...);
  return detail::start<typename Group::Values, Group>(home, detail::list_of(std::forward<Ps>(promises)...));
}

/// Fulfilled with every outcome in input order; never rejected.
template <detail::PromiseRange R>
auto all_settled(Loop& loop, R&& promises) {
  using T = detail::range_promised_t<R>;
  return detail::start<std::vector<Result<T>>, detail::SettledGroup<T>>(detail::PromiseHome::of(loop),
                                                                        detail::states_of(std::forward<R>(promises)));
}
template <detail::FollowsPromise... Ps>
  requires(sizeof...(Ps) > 0)
auto all_settled(Ps&&... promises) {
  detail::PromiseHome& home = detail::home_of(promises...);
  return detail::start<std::tuple<Result<detail::promised_by<Ps>>...>, detail::SettledOfGroup<detail::promised_by<Ps>...>>(
      home, detail::list_of(std::forward<Ps>(promises)...));
}

/// The first value; rejected when every input is. Without inputs: rejected at once.
template <detail::PromiseRange R>
auto any(Loop& loop, R&& promises) {
  using T = detail::range_promised_t<R>;
  return detail::start<T, detail::AnyGroup<detail::Uniform<T>>>(detail::PromiseHome::of(loop),
                                                                detail::states_of(std::forward<R>(promises)));
}
/// A T where all inputs have one type, else a std::variant whose index says which input it was; std::monostate stands for void.
template <detail::FollowsPromise... Ps>
  requires(sizeof...(Ps) > 0)
auto any(Ps&&... promises) {
  using Kind = detail::OneOf<detail::promised_by<Ps>...>;
  detail::PromiseHome& home = detail::home_of(promises...);
  return detail::start<typename Kind::type, detail::AnyGroup<Kind>>(home, detail::list_of(std::forward<Ps>(promises)...));
}

/// The first outcome, value or error. Without inputs: pending for ever, as in ECMAScript.
template <detail::PromiseRange R>
auto race(Loop& loop, R&& promises) {
  using T = detail::range_promised_t<R>;
  return detail::start<T, detail::RaceGroup<detail::Uniform<T>>>(detail::PromiseHome::of(loop),
                                                                 detail::states_of(std::forward<R>(promises)));
}
/// As any() with several types.
template <detail::FollowsPromise... Ps>
  requires(sizeof...(Ps) > 0)
auto race(Ps&&... promises) {
  using Kind = detail::OneOf<detail::promised_by<Ps>...>;
  detail::PromiseHome& home = detail::home_of(promises...);
  return detail::start<typename Kind::type, detail::RaceGroup<Kind>>(home, detail::list_of(std::forward<Ps>(promises)...));
}

}  // namespace millrace
