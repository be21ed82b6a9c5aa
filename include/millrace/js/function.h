// Functions of C++ as JavaScript calls them, from their types alone; and std::function over functions of JavaScript.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include <millrace/js/convert.h>

namespace millrace::js {

/// As the last parameter: every argument from there on, each a T.
template <typename T>
struct Rest : std::vector<T> {
  using std::vector<T>::vector;
};

/// As a parameter: what the function was called on, and no argument.
struct This {
  Local value;
};

namespace detail {

template <typename T>
concept Convertible = requires { sizeof(Convert<T>); };
/// Classes that nothing else converts are those that Class<T> exposes.
template <typename T>
concept ExposedClass = std::is_class_v<T> && !Convertible<T>;

/// Names a type at run time: by the address.
template <typename T>
inline constexpr char kClassTag = 0;
/// The object of JavaScript for `object`; the same one while it lives. Errors: Errc::not_found when the class was not exposed here.
[[nodiscard]] Result<Local> wrap_object(Scope& scope, const void* tag, std::shared_ptr<void> object, const char* type);
/// Errors: Errc::invalid_argument when it is no object of this class or of one derived from it.
[[nodiscard]] Result<std::shared_ptr<void>> unwrap_object(Scope& scope, const void* tag, Local value, const char* type);

template <typename T>
[[nodiscard]] Result<std::shared_ptr<T>> unwrap(Scope& scope, Local value) {
  Result<std::shared_ptr<void>> found = unwrap_object(scope, &kClassTag<T>, value, typeid(T).name());
  if (!found) return fail(std::move(found.error()));
  return std::static_pointer_cast<T>(*std::move(found));
}

/// How one parameter is read: what is kept for the call, and what is handed over of it.
template <typename P>
struct Parameter {
  using Stored = std::remove_cvref_t<P>;
  static constexpr std::size_t kTakes = 1;
  static constexpr bool kRest = false;
  static Result<Stored> read(Scope& scope, Local, std::span<const Local> arguments, std::size_t at) {
    return Convert<Stored>::from(scope, at < arguments.size() ? arguments[at] : scope.undefined());
  }
  static P&& pass(Stored& stored) noexcept { return static_cast<P&&>(stored); }
};
template <>
struct Parameter<std::string_view> : Parameter<std::string> {
  static std::string_view pass(std::string& stored) noexcept { return stored; }
};
template <>
struct Parameter<std::u16string_view> : Parameter<std::u16string> {
  static std::u16string_view pass(std::u16string& stored) noexcept { return stored; }
};
template <typename Byte>
  requires(std::is_same_v<std::remove_const_t<Byte>, std::byte>)
struct Parameter<std::span<Byte>> {
  struct Stored {
    Local value;
    std::span<Byte> bytes;
  };
  static constexpr std::size_t kTakes = 1;
  static constexpr bool kRest = false;
  static Result<Stored> read(Scope& scope, Local, std::span<const Local> arguments, std::size_t at) {
    const Local value = at < arguments.size() ? arguments[at] : scope.undefined();
    if (scope.bytes_of(value)) return Stored{value, {}};
    return fail(scope.mismatch("a typed array or ArrayBuffer", value));
  }
  /// When nothing runs any more that could resize the buffer.
  static void finish(Scope& scope, Stored& stored) { stored.bytes = scope.bytes_of(stored.value).value_or(std::span<std::byte>()); }
  static std::span<Byte> pass(Stored& stored) noexcept { return stored.bytes; }
};
template <typename T>
struct ObjectParameter {
  using Stored = std::shared_ptr<T>;
  static constexpr std::size_t kTakes = 1;
  static constexpr bool kRest = false;
  static Result<Stored> read(Scope& scope, Local, std::span<const Local> arguments, std::size_t at) {
    return unwrap<T>(scope, at < arguments.size() ? arguments[at] : scope.undefined());
  }
};
template <typename T>
  requires ExposedClass<std::remove_const_t<T>>
struct Parameter<T&> : ObjectParameter<std::remove_const_t<T>> {
  static T& pass(std::shared_ptr<std::remove_const_t<T>>& stored) noexcept { return *stored; }
};
template <typename T>
  requires ExposedClass<std::remove_const_t<T>>
struct Parameter<T*> : ObjectParameter<std::remove_const_t<T>> {
  static T* pass(std::shared_ptr<std::remove_const_t<T>>& stored) noexcept { return stored.get(); }
};
template <>
struct Parameter<Scope&> {
  using Stored = Scope*;
  static constexpr std::size_t kTakes = 0;
  static constexpr bool kRest = false;
  static Result<Stored> read(Scope& scope, Local, std::span<const Local>, std::size_t) { return &scope; }
  static Scope& pass(Stored& stored) noexcept { return *stored; }
};
template <>
struct Parameter<This> {
  using Stored = This;
  static constexpr std::size_t kTakes = 0;
  static constexpr bool kRest = false;
  static Result<Stored> read(Scope&, Local self, std::span<const Local>, std::size_t) { return This{self}; }
  static This pass(Stored& stored) noexcept { return stored; }
};
template <typename T>
struct RestParameter {
  using Stored = Rest<T>;
  static constexpr std::size_t kTakes = 0;
  static constexpr bool kRest = true;
  static Result<Stored> read(Scope& scope, Local, std::span<const Local> arguments, std::size_t at) {
    Rest<T> rest;
    for (std::size_t i = at; i < arguments.size(); ++i) {
      Result<T> one = Convert<T>::from(scope, arguments[i]);
      if (!one) return fail(at_step(one.error(), "argument " + std::to_string(i + 1)));
      rest.push_back(*std::move(one));
    }
    return rest;
  }
};
template <typename T>
struct Parameter<Rest<T>> : RestParameter<T> {
  static Rest<T>&& pass(Rest<T>& stored) noexcept { return std::move(stored); }
};
template <typename T>
struct Parameter<const Rest<T>&> : RestParameter<T> {
  static const Rest<T>& pass(Rest<T>& stored) noexcept { return stored; }
};
/// The object that a method is called on.
template <typename T>
struct Self {
  T& object;
};
template <typename T>
struct Parameter<Self<T>> {
  using Stored = std::shared_ptr<std::remove_const_t<T>>;
  static constexpr std::size_t kTakes = 0;
  static constexpr bool kRest = false;
  static Result<Stored> read(Scope& scope, Local self, std::span<const Local>, std::size_t) {
    return unwrap<std::remove_const_t<T>>(scope, self);
  }
  static T& pass(Stored& stored) noexcept { return *stored; }
};

/// What a result becomes.
template <typename R>
[[nodiscard]] Result<Local> give(Scope& scope, R&& result) {
  using T = std::remove_cvref_t<R>;
  if constexpr (std::is_same_v<T, Local>) {
    return result;
  } else if constexpr (std::is_base_of_v<Value, T>) {
    if (RuntimeCore* const owner = result.core(); owner != nullptr && owner != &scope.core())
      return fail(Errc::invalid_argument, "a value belongs to another runtime");
    return scope.value(result);
  } else if constexpr (ExposedClass<T>) {
    return wrap_object(scope, &kClassTag<T>, std::make_shared<T>(std::forward<R>(result)), typeid(T).name());
  } else {
    return Convert<T>::to(scope, std::forward<R>(result));
  }
}
template <typename T>
[[nodiscard]] Result<Local> give(Scope& scope, Result<T>&& result) {
  if (!result) return fail(std::move(result.error()));
  if constexpr (std::is_void_v<T>)
    return scope.undefined();
  else
    return give(scope, *std::move(result));
}
template <typename T>
  requires ExposedClass<T>
[[nodiscard]] Result<Local> give(Scope& scope, std::shared_ptr<T>&& result) {
  if (result == nullptr) return scope.null();
  return wrap_object(scope, &kClassTag<T>, std::move(result), typeid(T).name());
}
template <typename T>
  requires ExposedClass<T>
[[nodiscard]] Result<Local> give(Scope& scope, const std::shared_ptr<T>& result) {
  return give(scope, std::shared_ptr<T>(result));
}
template <typename T>
  requires ExposedClass<T>
[[nodiscard]] Result<Local> give(Scope& scope, std::unique_ptr<T>&& result) {
  return give(scope, std::shared_ptr<T>(std::move(result)));
}

template <typename F, typename R, typename... Ps>
class TypedCallable final : public Callable {
 public:
  explicit TypedCallable(F function) : function_(std::move(function)) {}
  Result<Local> call(Scope& scope, Local self, std::span<const Local> arguments) override {
    return call_with(scope, self, arguments, std::index_sequence_for<Ps...>());
  }
  [[nodiscard]] std::size_t arity() const noexcept override { return (std::size_t{0} + ... + Parameter<Ps>::kTakes); }
  [[nodiscard]] bool variadic() const noexcept override { return (false || ... || Parameter<Ps>::kRest); }

 private:
  /// Which argument the I-th parameter reads.
  template <std::size_t I>
  static consteval std::size_t position() {
    constexpr std::array<std::size_t, sizeof...(Ps)> kTakes{Parameter<Ps>::kTakes...};
    std::size_t at = 0;
    for (std::size_t i = 0; i < I; ++i) at += kTakes[i];
    return at;
  }
  template <std::size_t... I>
  Result<Local> call_with(Scope& scope, [[maybe_unused]] Local self, [[maybe_unused]] std::span<const Local> arguments,
                          std::index_sequence<I...>) {
    std::tuple<std::optional<typename Parameter<Ps>::Stored>...> stored;
    std::optional<Error> failed;
    [[maybe_unused]] const auto read = [&]<typename P, std::size_t J>(std::type_identity<P>,
                                                                      std::integral_constant<std::size_t, J>) {
      auto value = Parameter<P>::read(scope, self, arguments, position<J>());
      if (!value) {
        failed =
            Parameter<P>::kTakes == 0 ? value.error() : at_step(value.error(), "argument " + std::to_string(position<J>() + 1));
        return false;
      }
      std::get<J>(stored).emplace(*std::move(value));
      return true;
    };
    if (!(read(std::type_identity<Ps>{}, std::integral_constant<std::size_t, I>{}) && ...)) return fail(*std::move(failed));
    [[maybe_unused]] const auto finish = [&]<typename P>(std::type_identity<P>, auto& kept) {
      if constexpr (requires { Parameter<P>::finish(scope, *kept); }) Parameter<P>::finish(scope, *kept);
    };
    (finish(std::type_identity<Ps>{}, std::get<I>(stored)), ...);
    scope.leave();
    if constexpr (std::is_void_v<R>) {
      std::invoke(function_, Parameter<Ps>::pass(*std::get<I>(stored))...);
      return scope.undefined();
    } else {
      return give(scope, std::invoke(function_, Parameter<Ps>::pass(*std::get<I>(stored))...));
    }
  }

  F function_;
};

/// The parameters of a callable: of a function pointer, a lambda, or anything else with one operator().
template <typename F>
struct SignatureOf : SignatureOf<decltype(&F::operator())> {};
template <typename R, typename... Ps>
struct SignatureOf<R (*)(Ps...)> {
  template <typename F>
  using Made = TypedCallable<F, R, Ps...>;
  using Result = R;
  using Parameters = std::tuple<Ps...>;
};
template <typename R, typename... Ps>
struct SignatureOf<R (*)(Ps...) noexcept> : SignatureOf<R (*)(Ps...)> {};
template <typename C, typename R, typename... Ps>
struct SignatureOf<R (C::*)(Ps...)> : SignatureOf<R (*)(Ps...)> {};
template <typename C, typename R, typename... Ps>
struct SignatureOf<R (C::*)(Ps...) const> : SignatureOf<R (*)(Ps...)> {};
template <typename C, typename R, typename... Ps>
struct SignatureOf<R (C::*)(Ps...) noexcept> : SignatureOf<R (*)(Ps...)> {};
template <typename C, typename R, typename... Ps>
struct SignatureOf<R (C::*)(Ps...) const noexcept> : SignatureOf<R (*)(Ps...)> {};

/// A function that looks at its arguments itself.
template <typename F>
class UntypedCallable final : public Callable {
 public:
  explicit UntypedCallable(F function) : function_(std::move(function)) {}
  Result<Local> call(Scope& scope, Local, std::span<const Local> arguments) override {
    std::vector<Value> values;
    values.reserve(arguments.size());
    for (const Local argument : arguments) values.push_back(scope.keep(argument));
    scope.leave();
    Result<Value> result = function_(std::span<const Value>(values));
    if (!result) return fail(std::move(result.error()));
    return give(scope, *std::move(result));
  }
  [[nodiscard]] std::size_t arity() const noexcept override { return 0; }
  [[nodiscard]] bool variadic() const noexcept override { return true; }

 private:
  F function_;
};

template <typename F>
[[nodiscard]] std::unique_ptr<Callable> make_callable(F&& function) {
  using Plain = std::decay_t<F>;
  if constexpr (std::is_invocable_r_v<Result<Value>, Plain&, std::span<const Value>>)
    return std::make_unique<UntypedCallable<Plain>>(std::forward<F>(function));
  else
    return std::make_unique<typename SignatureOf<Plain>::template Made<Plain>>(std::forward<F>(function));
}

}  // namespace detail

template <typename T>
  requires detail::ExposedClass<T>
struct Convert<std::shared_ptr<T>> {
  static Local to(Scope& scope, const std::shared_ptr<T>& object) {
    Result<Local> made = detail::give(scope, object);
    return made ? *made : throw ErrorException(std::move(made.error()));
  }
  static Result<std::shared_ptr<T>> from(Scope& scope, Local value) { return detail::unwrap<T>(scope, value); }
};

template <typename R, typename... Args>
struct Convert<std::function<R(Args...)>> {
  static Local to(Scope& scope, std::function<R(Args...)> function) {
    if (!function) return scope.null();
    return scope.function("", std::make_unique<detail::TypedCallable<std::function<R(Args...)>, R, Args...>>(std::move(function)));
  }
  static Result<std::function<R(Args...)>> from(Scope& scope, Local value) {
    Result<Function> function = Convert<Function>::from(scope, value);
    if (!function) return fail(std::move(function.error()));
    return std::function<R(Args...)>(
        [held = *std::move(function)](Args... arguments) -> R { return unwrap(held.invoke<R>(std::forward<Args>(arguments)...)); });
  }
};

// What Value promised.

namespace detail {
/// Runs `body` inside the runtime of `value`; Errc::closed when that is gone. A checkpoint follows when the loop runs no callback just now.
[[nodiscard]] Result<void> inside(const Value& value, std::string_view operation, void (*body)(Scope& scope, void* context),
                                  void* context);

template <typename R, typename Body>
[[nodiscard]] Result<R> inside_for(const Value& value, std::string_view operation, Body body) {
  std::optional<Result<R>> result;
  auto enter = [&](Scope& scope) { result.emplace(body(scope)); };
  const Result<void> entered =
      inside(value, operation, [](Scope& scope, void* context) { (*static_cast<decltype(enter)*>(context))(scope); }, &enter);
  if (!entered) return fail(entered.error());
  return *std::move(result);
}
template <typename R>
[[nodiscard]] Result<R> taken(Scope& scope, const Result<Local>& result) {
  if (!result) return fail(result.error());
  if constexpr (std::is_void_v<R>)
    return {};
  else
    return Convert<R>::from(scope, *result);
}
/// The arguments as values of JavaScript. Errors: terminated when the engine can make none any more.
template <typename... Args>
[[nodiscard]] Result<std::array<Local, sizeof...(Args)>> given(Scope& scope, const Args&... arguments) {
  std::array<Local, sizeof...(Args)> locals{};
  std::size_t i = 0;
  std::optional<Error> failed;
  [[maybe_unused]] const auto give_one = [&](const auto& argument) {
    Result<Local> made = give(scope, argument);
    if (!made) return failed = std::move(made.error()), false;
    locals[i++] = *made;
    return true;
  };
  if (!(give_one(arguments) && ...)) return fail(*std::move(failed));
  return locals;
}
}  // namespace detail

template <typename T>
Result<T> Value::to() const {
  return detail::inside_for<T>(*this, "to", [this](Scope& scope) { return Convert<T>::from(scope, scope.value(*this)); });
}

template <typename T, typename Key>
Result<T> Value::get(const Key& key) const {
  Result<Value> property = get(key);
  if (!property) return fail(std::move(property.error()));
  return property->template to<T>();
}

template <typename T>
  requires(!std::is_same_v<std::remove_cvref_t<T>, Value>)
Result<void> Value::set(std::string_view key, T&& value) const {
  Result<Value> made = detail::inside_for<Value>(*this, "set", [&](Scope& scope) -> Result<Value> {
    const Result<Local> local = detail::give(scope, std::forward<T>(value));
    if (!local) return fail(local.error());
    return scope.keep(*local);
  });
  if (!made) return fail(std::move(made.error()));
  return set(key, *made);
}

template <typename R, typename... Args>
Result<R> Value::invoke(Args&&... arguments) const {
  return detail::inside_for<R>(*this, "invoke", [&](Scope& scope) -> Result<R> {
    const auto locals = detail::given(scope, arguments...);
    if (!locals) return fail(locals.error());
    return detail::taken<R>(scope, scope.call(scope.value(*this), {}, *locals));
  });
}

template <typename R, typename... Args>
Result<R> Value::invoke_method(std::string_view name, Args&&... arguments) const {
  return detail::inside_for<R>(*this, "invoke_method", [&](Scope& scope) -> Result<R> {
    if (scope.kind(scope.value(*this)) < Kind::object) return fail(scope.mismatch("an object", scope.value(*this)));
    const Result<Local> method = scope.get(scope.value(*this), name);
    if (!method) return fail(method.error());
    if (scope.kind(*method) != Kind::function)
      return fail(detail::at_step(scope.mismatch("a function", *method), "." + std::string(name)));
    const auto locals = detail::given(scope, arguments...);
    if (!locals) return fail(locals.error());
    return detail::taken<R>(scope, scope.call(*method, scope.value(*this), *locals));
  });
}

template <typename R, typename... Args>
Result<R> Function::operator()(Args&&... arguments) const {
  return invoke<R>(std::forward<Args>(arguments)...);
}

}  // namespace millrace::js
