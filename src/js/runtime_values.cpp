// Values, errors and functions across the border.
#include <algorithm>
#include <array>
#include <exception>
#include <stdexcept>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "js/promise_bridge.h"
#include "js/runtime_core.h"
#include "js/type_name.h"

namespace millrace::js {
namespace {

constexpr int kCausesMax = 16;  // of one error; a longer chain is cut where it crosses

/// How an exception of C++ looks from JavaScript.
struct NativeException {
  std::string type;       ///< empty: there is none
  std::string_view name;  ///< of the class of errors that comes nearest
};

NativeException describe_exception(const std::exception_ptr& exception) {
  if (!exception) return {};
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& known) {
    const auto is = [&]<typename E>(std::type_identity<E>) { return dynamic_cast<const E*>(&known) != nullptr; };
    const bool range = is(std::type_identity<std::out_of_range>{}) || is(std::type_identity<std::length_error>{}) ||
                       is(std::type_identity<std::range_error>{}) || is(std::type_identity<std::overflow_error>{}) ||
                       is(std::type_identity<std::underflow_error>{});
    const bool type = is(std::type_identity<std::invalid_argument>{}) || is(std::type_identity<std::bad_cast>{});
    return {type_name(typeid(known).name()), range ? "RangeError" : type ? "TypeError" : std::string_view()};
  } catch (...) {
    const std::type_info* const thrown = abi::__cxa_current_exception_type();
    return {thrown == nullptr ? "unknown" : type_name(thrown->name()), {}};
  }
}

}  // namespace

Root* RuntimeCore::keep_root(Local value) {
  if (holds_engine()) return engine_->roots().add(value);
  const Engine::Entry held(*engine_);  // a collection cannot pass while the value goes from the stack to its root
  return engine_->roots().add(value);
}

Error RuntimeCore::error_from(const ThrownValue& thrown) {
  if (thrown.terminated || !thrown.value) {
    if (limits_ != nullptr && (limits_->report() || ended_by_limit_)) {
      const LimitReport& report = limits_->report() ? *limits_->report() : *limits_->last();
      return Error(Errc::terminated, "JavaScript was stopped by the limit " + report.to_string())
          .with("limit", std::string(js::to_string(report.limit)));
    }
    return Error(Errc::terminated, "JavaScript was stopped").with("exit_code", std::to_string(exit_code_));
  }
  std::string name, message, stack, id;
  std::array<std::pair<const char*, std::string>, 3> place{{{"file", {}}, {"line", {}}, {"column", {}}}};
  if (entries_.describe_error) {
    // The built-in reads the error without trusting its getters.
    const JsResult<Local> texts = enter_function(entries_.describe_error, std::array{thrown.value});
    const auto text = [&](std::uint32_t index) {
      const JsResult<Local> part = texts ? engine_->get(*texts, index) : JsResult<Local>(engine_->undefined());
      return part ? engine_->string_of(*part) : std::string();
    };
    name = text(0);
    message = text(1);
    stack = text(2);
    id = text(3);
    for (std::uint32_t i = 0; i < place.size(); ++i) place[i].second = text(4 + i);
  } else if (const JsResult<std::string> text = engine_->to_text(thrown.value)) {
    message = *text;
    if (const JsResult<Local> trace = engine_->get(thrown.value, "stack")) stack = engine_->string_of(*trace);
  }
  const Errc code = name == "SyntaxError" ? Errc::syntax_error : Errc::javascript_error;
  const std::string text = name.empty() ? message : name + ": " + message;
  const auto known =
      std::find_if(crossed_.begin(), crossed_.end(), [&](const Error& e) { return e.correlation_id().to_string() == id; });
  std::optional<Error> cause;
  if (!id.empty() && known != crossed_.end())
    cause = *known;
  else
    cause = cause_of(thrown.value);
  Error error = cause ? cause->wrap(code, text) : Error(code, text);
  if (!name.empty()) error = error.with("name", name);
  error = error.with("message", message);
  for (auto& [key, value] : place)
    if (!value.empty()) error = error.with(key, std::move(value));
  if (!stack.empty()) error = error.with("stack", stack);
  // Kept with it, so that the same value arrives if the error goes back.
  return Error::from_exception(std::make_exception_ptr(Exception(std::move(error), keep(thrown.value))));
}

std::optional<Error> RuntimeCore::cause_of(Local thrown) {
  if (border_ == nullptr || describing_ >= kCausesMax) return std::nullopt;
  const JsResult<Local> cause = enter_function(border_->entries().cause_of, std::array{thrown});
  if (!cause || engine_->kind(*cause) == Kind::undefined) return std::nullopt;
  ++describing_;
  Error error = error_from({.value = *cause});
  --describing_;
  return error;
}

Result<Value> RuntimeCore::keep_result(const JsResult<Local>& result) {
  if (result) return keep(*result);
  return fail(error_from(result.error()));
}

Result<Value> RuntimeCore::call(const Value& function, const Value& self, std::span<const Value> arguments) {
  return operation<Value>("call", [&]() -> Result<Value> {
    const Local callee = function.local();
    if (self.root_ != nullptr && self.core() != this)
      return fail(Errc::invalid_argument, "call: `self` belongs to another runtime");
    if (engine_->kind(callee) != Kind::function) return fail(Errc::invalid_argument, "call: the value is not a function");
    constexpr std::size_t kOnStack = 16;  // where the collector sees them
    std::array<Local, kOnStack> few;
    LocalList many(*engine_);
    if (arguments.size() > kOnStack) many.items().resize(arguments.size());
    const std::span<Local> locals =
        std::span<Local>(arguments.size() > kOnStack ? many.items().data() : few.data(), arguments.size());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (arguments[i].root_ != nullptr && arguments[i].core() != this)
        return fail(Errc::invalid_argument, "call: an argument belongs to another runtime");
      locals[i] = arguments[i].root_ == nullptr ? engine_->undefined() : arguments[i].local();
    }
    return keep_result(border().call(callee, self.local(), locals));
  });
}

Result<std::string> RuntimeCore::to_text(Local value) {
  return operation<std::string>("to_string", [&] {
    Result<std::string> result;
    static_cast<void>(enter([&]() -> JsResult<Local> {
      JsResult<std::string> text = engine_->to_text(value);
      if (text)
        result = std::move(*text);
      else
        result = fail(error_from(text.error()));
      return engine_->undefined();
    }));
    return result;
  });
}

Local RuntimeCore::javascript_error(Scope& scope, const Error& error) {
  if (error.exception()) {
    try {
      std::rethrow_exception(error.exception());
    } catch (const Exception& from_here) {
      if (const Value thrown = from_here.thrown(); thrown.root_ != nullptr && thrown.core() == this) return thrown.local();
    } catch (...) {
      // One of C++: described like any other error.
    }
  }
  constexpr std::size_t kCrossedMax = 64;
  if (crossed_.size() == kCrossedMax) crossed_.pop_front();
  crossed_.push_back(error);
  const std::string_view code = error.context("code");
  const NativeException native = describe_exception(error.exception());
  const std::string name(error.context("name").empty() ? native.name : error.context("name"));
  Local cause = engine_->undefined();
  if (error.cause() != nullptr && describing_ < kCausesMax) {
    ++describing_;
    cause = javascript_error(scope, *error.cause());
    --describing_;
  }
  const JsResult<Local> made = enter_function(
      border().entries().make_error,
      std::array{engine_->string(name), engine_->string(error.message()),
                 engine_->string(code.empty() ? std::string(error.code().category().name()) + ":" + error.code().message()
                                              : std::string(code)),
                 engine_->string(error.correlation_id().to_string()), engine_->string(native.type), cause});
  return made ? *made : engine_->undefined();
}

void RuntimeCore::make_border() {
  border_ = std::make_unique<Border>(*this);
  // Without it only a runtime that has ended would do, and that refuses every operation before it comes here.
  static_cast<void>(border_->start());
}

std::vector<PendingCrossings> RuntimeCore::pending_promises(std::size_t places_max) const {
  if (border_ == nullptr || engine_ == nullptr) return {};
  return border_->promises().pending(places_max);
}

Result<void> RuntimeCore::set_global(std::string_view name, Local value) {
  const JsResult<Local> defined = enter_function(entries_.set_global, std::array{engine_->string(name), value});
  return defined ? Result<void>() : fail(error_from(defined.error()));
}

Result<void> RuntimeCore::set_function(std::string_view name, std::unique_ptr<Callable> function) {
  return inside("set_function", [&](Scope&) -> Result<void> {
    const Result<Local> made = border().function(name, std::move(function));
    if (!made) return fail(made.error());
    return set_global(name, *made);
  });
}

}  // namespace millrace::js
