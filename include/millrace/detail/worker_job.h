// A job of a WorkerPool: a callable on its way to a worker, and its outcome on the way back. Not for users.
//
//   waiting -> running -> finished    the worker has the outcome; the loop settles the promise in a callback of its own, and frees the job
//      |          \-----> forsaken    the promise was settled without it; the worker frees the job when the callable returns
//      \-> freed                      as forsaken, before it began
//
// Who may touch what: the loop thread has `state_` to `link_in_pool_`, and clears them before it forsakes the job; the worker has the callable
// and the outcome until it has finished. The pool's mutex guards `link_in_queue_` and the edge from waiting to running; from there the stage
// decides, once, who frees the job.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <millrace/abort.h>
#include <millrace/context.h>
#include <millrace/detail/list_hook.h>
#include <millrace/detail/promise_state.h>
#include <millrace/detail/promise_then.h>
#include <millrace/timer.h>

namespace millrace {
class WorkerContext;
}

namespace millrace::detail {

class WorkerCrew;

class WorkerJob : public AbortHook {
 public:
  explicit WorkerJob(StateRef<PromiseBase> state) noexcept : state_(std::move(state)) {}
  [[nodiscard]] bool forsaken() const noexcept {
    return stage_.load(std::memory_order_acquire) == Stage::forsaken;  // acquire; pairs with WorkerCrew::forsake()
  }
  [[nodiscard]] const Context& context() const noexcept { return context_; }

 protected:
  /// What the callable is given when it takes a std::stop_token. Set by who knows the callable, before the job is submitted.
  std::stop_source stop_{std::nostopstate};

 private:
  friend class WorkerCrew;
  enum class Stage : std::uint8_t { waiting, running, finished, forsaken };

  /// Calls the callable, keeps what comes out, and destroys the callable. Worker thread.
  virtual void work(const WorkerContext& context) noexcept = 0;
  /// What the callable threw, once work() is over; null: nothing.
  [[nodiscard]] virtual const Error* thrown() const noexcept = 0;
  /// Settles the promise with what came out. Loop thread.
  virtual void settle(PromiseBase& state) noexcept = 0;
  void aborted(const Error& reason) noexcept final;

  StateRef<PromiseBase> state_;  ///< empty: settled without this job
  WorkerCrew* crew_ = nullptr;
  TimerHandle timer_;
  ListHook link_in_pool_;
  ListHook link_in_queue_;
  std::atomic<Stage> stage_{Stage::waiting};
  Context context_;                   ///< the worker's, from the edge to running on
  std::optional<Instant> submitted_;  ///< while somebody follows work
};

/// How a job calls its callable: with a WorkerContext, else with a std::stop_token, else with nothing.
template <typename F>
struct WorkerCall {
  static constexpr bool takes_context = std::is_invocable_v<F, const WorkerContext&>;
  static constexpr bool takes_stop_token = !takes_context && std::is_invocable_v<F, std::stop_token>;
  static constexpr bool possible = takes_context || takes_stop_token || std::is_invocable_v<F>;
  static auto result() {
    if constexpr (takes_context)
      return std::type_identity<std::invoke_result_t<F, const WorkerContext&>>{};
    else if constexpr (takes_stop_token)
      return std::type_identity<std::invoke_result_t<F, std::stop_token>>{};
    else
      return std::type_identity<std::invoke_result_t<F>>{};
  }
};
template <typename F>
using worker_result_t = typename decltype(WorkerCall<F>::result())::type;

template <typename F>
class WorkerJobOf final : public WorkerJob {
 public:
  using Returned = std::remove_cv_t<worker_result_t<F>>;
  using T = promised_t<Returned>;

  template <typename G>
  WorkerJobOf(const StateRef<PromiseState<T>>& state, G&& callable)
      : WorkerJob(StateRef<PromiseBase>::share(state.get())), callable_(std::in_place, std::forward<G>(callable)) {
    if constexpr (WorkerCall<F>::takes_stop_token) stop_ = std::stop_source{};
  }

 private:
  void work(const WorkerContext& context) noexcept override {
    try {
      if constexpr (std::is_void_v<Returned>) {
        call(context);
        outcome_.template emplace<1>();
      } else {
        outcome_.template emplace<1>(call(context));
      }
    } catch (...) {
      outcome_.template emplace<2>(Error::from_exception(std::current_exception()));
    }
    callable_.reset();
  }
  decltype(auto) call([[maybe_unused]] const WorkerContext& context) {
    if constexpr (WorkerCall<F>::takes_context)
      return std::invoke(*std::move(callable_), context);
    else if constexpr (WorkerCall<F>::takes_stop_token)
      return std::invoke(*std::move(callable_), stop_.get_token());
    else
      return std::invoke(*std::move(callable_));
  }
  [[nodiscard]] const Error* thrown() const noexcept override { return std::get_if<2>(&outcome_); }
  void settle(PromiseBase& state) noexcept override {
    auto& target = static_cast<PromiseState<T>&>(state);
    if (Error* const thrown = std::get_if<2>(&outcome_)) return target.reject(std::move(*thrown));
    if constexpr (std::is_void_v<Returned>) {
      target.fulfil();
    } else {
      try {
        resolve_with(target, std::move(*std::get_if<1>(&outcome_)));
      } catch (...) {  // moving the value threw
        reject_with_current_exception(target);
      }
    }
  }

  std::optional<F> callable_;
  std::variant<std::monostate, Stored<Returned>, Error> outcome_;
};

/// A callable and arguments for it, called once.
template <typename F, typename... Args>
class BoundCall {
 public:
  template <typename G, typename... Given>
  explicit BoundCall(std::in_place_t, G&& callable, Given&&... args)
      : parts_(std::forward<G>(callable), std::forward<Given>(args)...) {}
  decltype(auto) operator()(const WorkerContext& context) &&
    requires std::is_invocable_v<F, const WorkerContext&, Args...>
  {
    return call_after(context);
  }
  decltype(auto) operator()(std::stop_token token) &&
      requires(std::is_invocable_v<F, std::stop_token, Args...> && !std::is_invocable_v<F, const WorkerContext&, Args...>) {
        return call_after(std::move(token));
      } decltype(auto) operator()() &&
        requires std::is_invocable_v<F, Args...>
  {
    return call_after();
  }

 private:
  template <typename... First>
  decltype(auto) call_after(First&&... first) {
    return std::apply(
        [&](F&& callable, Args&&... args) -> decltype(auto) {
          return std::invoke(std::move(callable), std::forward<First>(first)..., std::move(args)...);
        },
        std::move(parts_));
  }
  std::tuple<F, Args...> parts_;
};

}  // namespace millrace::detail
