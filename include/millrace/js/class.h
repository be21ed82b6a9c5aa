// Class<T>: a class of C++ as a class of JavaScript.
//
//   js::Class<Counter>(*runtime, "Counter")
//       .constructor<int>()
//       .method("add", &Counter::add)
//       .property("value", &Counter::value, &Counter::set_value)
//       .static_method("zero", [] { return std::make_shared<Counter>(0); });
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <millrace/js/function.h>

namespace millrace::js {

class Runtime;

namespace detail {

/// What a runtime does for a Class; the names are those of its members there.
class ClassPort {
 public:
  ClassPort(Runtime& runtime, std::string name, const void* tag, const char* type);
  /// Throws ErrorException when the class was used or constructed before, or the base is unknown.
  void set_base(const void* tag, const char* type, std::shared_ptr<void> (*upcast)(const std::shared_ptr<void>& derived));
  void set_constructor(std::unique_ptr<Callable> make);
  enum class Side : bool { instance, type };
  void add_method(Side side, std::string_view name, std::unique_ptr<Callable> method);
  void add_property(Side side, std::string_view name, std::unique_ptr<Callable> get, std::unique_ptr<Callable> set);
  void add_iterator(std::unique_ptr<Callable> begin);
  void add_constant(std::string_view name, const Value& value);
  [[nodiscard]] Value value(Local (*make)(Scope& scope, void* context), void* context);
  [[nodiscard]] Value constructor();
  /// Makes the class unless that happened.
  void define();

 private:
  template <typename Body>
  void work(Body body);

  Runtime& runtime_;
  std::string name_;
  const void* tag_;
  const char* type_;
  const void* base_ = nullptr;
  std::shared_ptr<void> (*upcast_)(const std::shared_ptr<void>&) = nullptr;
  std::unique_ptr<Callable> make_;
  bool defined_ = false;
};

/// `F` as a method of T: a member function, or a callable whose first parameter is a T&.
template <typename T, typename F>
struct MethodOf;
template <typename R, typename C, typename... Ps>
struct MemberCall {
  template <typename T, typename M>
  static std::unique_ptr<Callable> make(M member) {
    auto call = [member](T& self, Ps... arguments) -> R { return (self.*member)(std::forward<Ps>(arguments)...); };
    return std::make_unique<TypedCallable<decltype(call), R, Self<T>, Ps...>>(std::move(call));
  }
};
template <typename R, typename First, typename... Ps>
struct FreeCall {
  template <typename T, typename F>
  static std::unique_ptr<Callable> make(F&& function) {
    using Plain = std::decay_t<F>;
    return std::make_unique<TypedCallable<Plain, R, Self<std::remove_reference_t<First>>, Ps...>>(std::forward<F>(function));
  }
};
template <typename R, typename Parameters>
struct FreeCallOf;
template <typename R, typename... Ps>
struct FreeCallOf<R, std::tuple<Ps...>> : FreeCall<R, Ps...> {};

template <typename T, typename R, typename C, typename... Ps>
std::unique_ptr<Callable> make_method(R (C::*member)(Ps...)) {
  return MemberCall<R, C, Ps...>::template make<T>(member);
}
template <typename T, typename R, typename C, typename... Ps>
std::unique_ptr<Callable> make_method(R (C::*member)(Ps...) const) {
  return MemberCall<R, C, Ps...>::template make<T>(member);
}
template <typename T, typename R, typename C, typename... Ps>
std::unique_ptr<Callable> make_method(R (C::*member)(Ps...) noexcept) {
  return MemberCall<R, C, Ps...>::template make<T>(member);
}
template <typename T, typename R, typename C, typename... Ps>
std::unique_ptr<Callable> make_method(R (C::*member)(Ps...) const noexcept) {
  return MemberCall<R, C, Ps...>::template make<T>(member);
}
template <typename T, typename F>
  requires(!std::is_member_pointer_v<std::decay_t<F>>)
std::unique_ptr<Callable> make_method(F&& function) {
  using Signature = SignatureOf<std::decay_t<F>>;
  return FreeCallOf<typename Signature::Result, typename Signature::Parameters>::template make<T>(std::forward<F>(function));
}
/// Reading and writing a member variable.
template <typename T, typename C, typename M>
  requires(!std::is_function_v<M>)
std::unique_ptr<Callable> make_method(M C::* member) {
  return make_method<T>([member](T& self) -> M { return self.*member; });
}

}  // namespace detail

/// Effect    makes the class a global of that name. Objects of it are `instanceof` it, have their methods on its prototype, and a class of the
///           program may extend it. A method that is called on something else throws a TypeError.
/// Objects   each owns a std::shared_ptr<T>: what JavaScript constructs and what C++ hands over are the same. The same T is the same object of
///           JavaScript while anybody there refers to it. A T is destroyed on the loop thread, some time after the collector found its object
///           unused, or with the runtime.
/// Methods   member functions, or callables whose first parameter is a T&; parameters and results are converted (convert.h). A Promise<U> makes an
///           async method (include js/promise.h). What a method throws, or an Error in a Result, is thrown into JavaScript.
/// Order     base and constructor first; then the rest in any order. Errors: ErrorException, for what a program does once at its start.
/// Thread    loop thread. Lifetime: the builder until the end of the statement; what it made, as the runtime.
template <typename T>
class Class {
  static_assert(std::is_class_v<T>, "Class<T> exposes a class or struct");
  static_assert(!detail::Convertible<T>,
                "T has a Convert<T> or a description in fields<T> already, so it would never be an object of this class");

 public:
  Class(Runtime& runtime, std::string name) : port_(runtime, std::move(name), &detail::kClassTag<T>, typeid(T).name()) {}
  Class(const Class&) = delete;
  Class& operator=(const Class&) = delete;
  /// A class without any members is one, too.
  ~Class() noexcept(false) {
    if (std::uncaught_exceptions() == exceptions_) port_.define();
  }

  /// The class was exposed before.
  template <typename Base>
  Class& inherits() {
    static_assert(std::is_base_of_v<Base, T>);
    port_.set_base(&detail::kClassTag<Base>, typeid(Base).name(),
                   [](const std::shared_ptr<void>& derived) -> std::shared_ptr<void> {
                     return std::static_pointer_cast<Base>(std::static_pointer_cast<T>(derived));
                   });
    return *this;
  }
  /// `new Name(...)` makes a T of these.
  template <typename... Args>
  Class& constructor() {
    return constructor_from([](Args... arguments) { return std::make_shared<T>(std::forward<Args>(arguments)...); });
  }
  /// `new Name(...)` calls `make`, which answers a std::shared_ptr<T>, or a Result of one.
  template <typename F>
  Class& constructor_from(F make) {
    port_.set_constructor(detail::make_callable(std::move(make)));
    return *this;
  }
  template <typename F>
  Class& method(std::string_view name, F function) {
    port_.add_method(detail::ClassPort::Side::instance, name, detail::make_method<T>(std::move(function)));
    return *this;
  }
  /// Read-only. `get`: a method without parameters, or a member variable.
  template <typename Get>
  Class& property(std::string_view name, Get get) {
    port_.add_property(detail::ClassPort::Side::instance, name, detail::make_method<T>(std::move(get)), nullptr);
    return *this;
  }
  template <typename Get, typename Set>
  Class& property(std::string_view name, Get get, Set set) {
    port_.add_property(detail::ClassPort::Side::instance, name, detail::make_method<T>(std::move(get)),
                       detail::make_method<T>(std::move(set)));
    return *this;
  }
  /// A member variable that JavaScript reads and writes.
  template <typename C, typename M>
  Class& field(std::string_view name, M C::* member) {
    return property(name, member, [member](T& self, M value) { self.*member = std::move(value); });
  }
  template <typename F>
  Class& static_method(std::string_view name, F function) {
    port_.add_method(detail::ClassPort::Side::type, name, detail::make_callable(std::move(function)));
    return *this;
  }
  template <typename Get>
  Class& static_property(std::string_view name, Get get) {
    port_.add_property(detail::ClassPort::Side::type, name, detail::make_callable(std::move(get)), nullptr);
    return *this;
  }
  template <typename V>
  Class& constant(std::string_view name, const V& value) {
    auto make = [&](Scope& scope) { return unwrap(detail::give(scope, value)); };
    port_.add_constant(
        name, port_.value([](Scope& scope, void* context) { return (*static_cast<decltype(make)*>(context))(scope); }, &make));
    return *this;
  }
  /// Makes objects iterable: `begin`, a method, answers a std::function<std::optional<U>()> that gives one U after the other, then nothing.
  template <typename F>
  Class& iterator(F begin) {
    port_.add_iterator(detail::make_method<T>(stepping(std::move(begin))));
    return *this;
  }
  /// The class itself, as JavaScript sees it.
  [[nodiscard]] Value value() { return port_.constructor(); }

 private:
  /// A step answers [value], so that undefined can be one.
  template <typename F>
  static auto stepping(F begin) {
    using Step = std::invoke_result_t<F&, T&>;
    using Item = typename std::invoke_result_t<Step&>::value_type;
    return [begin](T& self) {
      return std::function<std::optional<std::tuple<Item>>()>(
          [step = std::invoke(begin, self)]() mutable -> std::optional<std::tuple<Item>> {
            std::optional<Item> item = step();
            if (!item) return std::nullopt;
            return std::tuple<Item>(*std::move(item));
          });
    };
  }

  detail::ClassPort port_;
  const int exceptions_ = std::uncaught_exceptions();
};

}  // namespace millrace::js
