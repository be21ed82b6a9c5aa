// Promises across the border: Promise<T> as a parameter, a result, or the T of Value::to(), and Async<T> as a result.
//
// To JavaScript     a promise that is settled in the moment in which the one of C++ is, so its reactions have the place among all microtasks that they would
//                   have if JavaScript had settled it. The same promise of C++ gives the same promise of JavaScript while anybody there refers to it.
//                   Its rejection is JavaScript's to handle from then on.
// To C++            reactions and co_await continue in the very microtask in which `await` would have gone on. A value that is no promise counts as one that
//                   is fulfilled with it. A value that does not convert to T rejects. What came from C++ arrives as the promise it was, and what
//                   goes back to JavaScript as the promise it was.
// Cancellation      none crosses by itself.
// Close             the runtime's end rejects what C++ still waits for with Errc::closed.
// Cost              to JavaScript: one promise with its two functions. To C++: a then() and two closures.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <millrace/async.h>
#include <millrace/js/function.h>
#include <millrace/promise.h>

namespace millrace::js {

namespace detail {

using millrace::detail::PromiseBase;
using millrace::detail::PromiseState;
using millrace::detail::StateRef;

/// The value of a fulfilled state of one type, for JavaScript. Names the type, too.
using Deliver = Result<Local> (*)(Scope& scope, PromiseBase& state);

/// Who waits in C++ for a promise of JavaScript.
class Import {
 public:
  Import() = default;
  Import(const Import&) = delete;
  Import& operator=(const Import&) = delete;
  virtual ~Import() = default;
  /// In the turn of the promise's reactions.
  virtual void fulfil(Scope& scope, Local value) noexcept = 0;
  virtual void reject(Error reason) noexcept = 0;
  [[nodiscard]] virtual PromiseBase& state() noexcept = 0;
};

[[nodiscard]] Local export_promise(Scope& scope, PromiseBase& state, Deliver deliver);
/// `value` is a promise. The state of C++ that it stands for already; else null, and `import` will be told.
[[nodiscard]] StateRef<PromiseBase> exported_state(Scope& scope, Local promise, Deliver deliver);
void import_promise(Scope& scope, Local promise, std::unique_ptr<Import> import, Deliver deliver);

template <typename T>
Result<Local> deliver(Scope& scope, PromiseBase& state) {
  if constexpr (std::is_void_v<T>)
    return scope.undefined();
  else
    return give(scope, std::as_const(static_cast<PromiseState<T>&>(state).value()));
}

template <typename T>
class ImportTo final : public Import {
 public:
  explicit ImportTo(StateRef<PromiseState<T>> state) noexcept : state_(std::move(state)) {}
  void fulfil(Scope& scope, [[maybe_unused]] Local value) noexcept override {
    if (!state_->pending()) return;  // the loop was closed
    std::optional<Result<millrace::detail::Stored<T>>> converted;
    try {
      if constexpr (std::is_void_v<T>)
        converted.emplace(std::in_place);
      else
        converted.emplace(Convert<T>::from(scope, value));
    } catch (...) {
      converted.emplace(fail(Error::from_exception(std::current_exception())));
    }
    scope.leave();                   // reactions are code of the host
    if (!state_->pending()) return;  // a getter closed the loop
    if (*converted)
      state_->fulfil_in_turn(*std::move(*converted));
    else
      state_->reject_in_turn(std::move(converted->error()));
  }
  void reject(Error reason) noexcept override {
    if (state_->pending()) state_->reject_in_turn(std::move(reason));
  }
  [[nodiscard]] PromiseBase& state() noexcept override { return *state_; }

 private:
  StateRef<PromiseState<T>> state_;
};

}  // namespace detail

template <typename T>
struct Convert<Promise<T>> {
  static Local to(Scope& scope, const Promise<T>& promise) {
    return detail::export_promise(scope, *promise.state(), &detail::deliver<T>);
  }
  static Result<Promise<T>> from(Scope& scope, Local value) {
    if (!scope.is_promise(value)) {
      if constexpr (std::is_void_v<T>) {
        return Promise<T>::resolved(scope.loop());
      } else {
        Result<T> converted = Convert<T>::from(scope, value);
        if (!converted) return fail(std::move(converted.error()));
        return Promise<T>::resolved(scope.loop(), *std::move(converted));
      }
    }
    if (detail::StateRef<detail::PromiseBase> known = detail::exported_state(scope, value, &detail::deliver<T>))
      return Promise<T>(detail::StateRef<detail::PromiseState<T>>(static_cast<detail::PromiseState<T>*>(known.release())));
    Promise<T> made = Promise<T>::pending(scope.loop());
    detail::import_promise(
        scope, value, std::make_unique<detail::ImportTo<T>>(detail::StateRef<detail::PromiseState<T>>::share(made.state().get())),
        &detail::deliver<T>);
    return made;
  }
};

template <typename T>
struct Convert<Async<T>> {
  static Local to(Scope& scope, const Async<T>& running) { return Convert<Promise<T>>::to(scope, running); }
};

}  // namespace millrace::js
