// Class<T>, the half that does not depend on T.
#include <array>
#include <utility>

#include <millrace/js/class.h>
#include <millrace/js/runtime.h>

#include "js/border.h"
#include "js/runtime_core.h"
#include "js/type_name.h"

namespace millrace::js::detail {
namespace {

/// What `new` calls: argument 0 of the call is the prototype, `self` of it; the callable makes a shared_ptr.
class Construct final : public Callable {
 public:
  Construct(const void* tag, std::unique_ptr<Callable> make) noexcept : tag_(tag), make_(std::move(make)) {}
  Result<Local> call(Scope& scope, Local prototype, std::span<const Local> arguments) override {
    // The result was given an object with the class's own prototype; a class of the program that extends it has another.
    Result<Local> made = make_->call(scope, {}, arguments);
    if (!made) return made;
    if (scope.core().border().object_of(*made, tag_) == nullptr)
      return fail(Errc::invalid_argument, "the constructor made no object of its class");
    scope.core().engine()->set_prototype(*made, prototype);
    return made;
  }
  [[nodiscard]] std::size_t arity() const noexcept override { return make_->arity(); }
  [[nodiscard]] bool variadic() const noexcept override { return true; }

 private:
  const void* tag_;
  std::unique_ptr<Callable> make_;
};

}  // namespace

ClassPort::ClassPort(Runtime& runtime, std::string name, const void* tag, const char* type)
    : runtime_(runtime), name_(std::move(name)), tag_(tag), type_(type) {}

template <typename Body>
void ClassPort::work(Body body) {
  RuntimeCore& core = runtime_.core();
  unwrap(core.inside("Class", [&](Scope& scope) -> Result<void> { return body(scope, core.border()); }));
}

void ClassPort::set_base(const void* tag, const char* type, std::shared_ptr<void> (*upcast)(const std::shared_ptr<void>&)) {
  if (defined_)
    throw ErrorException(Error(Errc::invalid_argument, "Class: inherits() comes before everything else").with("class", name_));
  work([&](Scope&, Border& border) -> Result<void> {
    if (border.find_class(tag) != nullptr) return {};
    return fail(
        Error(Errc::not_found, "Class: the base was not exposed before").with("class", name_).with("base", type_name(type)));
  });
  base_ = tag;
  upcast_ = upcast;
}

void ClassPort::set_constructor(std::unique_ptr<Callable> make) {
  if (defined_)
    throw ErrorException(Error(Errc::invalid_argument, "Class: the constructor comes before the members").with("class", name_));
  make_ = std::move(make);
  define();
}

void ClassPort::define() {
  if (std::exchange(defined_, true)) return;
  work([&](Scope& scope, Border& border) -> Result<void> {
    if (border.find_class(tag_) != nullptr)
      return fail(
          Error(Errc::invalid_argument, "Class: this type is exposed already").with("class", name_).with("type", type_name(type_)));
    Local construct = scope.undefined();
    std::size_t arity = 0;
    if (make_ != nullptr) {
      arity = make_->arity();
      const Result<Local> made = border.function(name_, std::make_unique<Construct>(tag_, std::move(make_)));
      if (!made) return fail(made.error());
      construct = *made;
    }
    const Border::ClassRecord* const base = base_ == nullptr ? nullptr : border.find_class(base_);
    const Result<Local> type =
        scope.call(border.entries().define_class, {},
                   std::array{scope.string(name_), base == nullptr ? scope.undefined() : scope.value(base->constructor), construct,
                              scope.number(static_cast<double>(arity))});
    if (!type) return fail(type.error());
    const Result<Local> prototype = scope.get(*type, "prototype");
    if (!prototype) return fail(prototype.error());
    border.add_class(tag_, {name_, scope.keep(*type), scope.keep(*prototype), base_, upcast_});
    return scope.core().set_global(name_, *type);
  });
}

void ClassPort::add_method(Side side, std::string_view name, std::unique_ptr<Callable> method) {
  define();
  work([&](Scope& scope, Border& border) -> Result<void> {
    const Border::ClassRecord& record = *border.find_class(tag_);
    const Result<Local> function = border.function(name, std::move(method));
    if (!function) return fail(function.error());
    const Local target = scope.value(side == Side::instance ? record.prototype : record.constructor);
    const Result<Local> added = scope.call(border.entries().add_value, {}, std::array{target, scope.string(name), *function});
    return added ? Result<void>() : fail(added.error());
  });
}

void ClassPort::add_property(Side side, std::string_view name, std::unique_ptr<Callable> get, std::unique_ptr<Callable> set) {
  define();
  work([&](Scope& scope, Border& border) -> Result<void> {
    const Border::ClassRecord& record = *border.find_class(tag_);
    const Result<Local> getter = border.function("get " + std::string(name), std::move(get));
    if (!getter) return fail(getter.error());
    Local setter = scope.undefined();
    if (set != nullptr) {
      const Result<Local> made = border.function("set " + std::string(name), std::move(set));
      if (!made) return fail(made.error());
      setter = *made;
    }
    const Local target = scope.value(side == Side::instance ? record.prototype : record.constructor);
    const Result<Local> added =
        scope.call(border.entries().add_accessor, {}, std::array{target, scope.string(name), *getter, setter});
    return added ? Result<void>() : fail(added.error());
  });
}

void ClassPort::add_iterator(std::unique_ptr<Callable> begin) {
  define();
  work([&](Scope& scope, Border& border) -> Result<void> {
    const Result<Local> function = border.function("[Symbol.iterator]", std::move(begin));
    if (!function) return fail(function.error());
    const Local target = scope.value(border.find_class(tag_)->prototype);
    const Result<Local> added = scope.call(border.entries().add_iterator, {}, std::array{target, *function});
    return added ? Result<void>() : fail(added.error());
  });
}

void ClassPort::add_constant(std::string_view name, const Value& value) {
  define();
  work([&](Scope& scope, Border& border) -> Result<void> {
    const Local target = scope.value(border.find_class(tag_)->constructor);
    const Result<Local> added =
        scope.call(border.entries().add_value, {}, std::array{target, scope.string(name), scope.value(value)});
    return added ? Result<void>() : fail(added.error());
  });
}

Value ClassPort::value(Local (*make)(Scope& scope, void* context), void* context) {
  Value made;
  work([&](Scope& scope, Border&) -> Result<void> {
    made = scope.keep(make(scope, context));
    return {};
  });
  return made;
}

Value ClassPort::constructor() {
  define();
  return runtime_.core().border().find_class(tag_)->constructor;
}

Result<Local> wrap_object(Scope& scope, const void* tag, std::shared_ptr<void> object, const char* type) {
  scope.enter();
  Border& border = scope.core().border();
  const Border::ClassRecord* const record = border.find_class(tag);
  if (record == nullptr)
    return fail(Error(Errc::not_found, "this class was not exposed to the runtime: see js::Class").with("type", type_name(type)));
  if (const Local known = border.known(object.get(), tag)) return known;
  const Local made = border.adopt(tag, std::move(object), scope.value(record->prototype));
  if (!made) return fail(Errc::terminated, "no object can be made any more");
  return made;
}

Result<std::shared_ptr<void>> unwrap_object(Scope& scope, const void* tag, Local value, const char* type) {
  Border& border = scope.core().border();
  if (std::shared_ptr<void> object = border.object_of(value, tag)) return object;
  const Border::ClassRecord* const record = border.find_class(tag);
  return fail(scope.mismatch("an object of class " + (record == nullptr ? type_name(type) : record->name), value));
}

}  // namespace millrace::js::detail
