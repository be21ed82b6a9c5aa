// Values, errors and functions across the border.
#include <algorithm>
#include <array>
#include <utility>

#include "js/runtime_core.h"

namespace millrace::js {

Value RuntimeCore::keep(Local value) {
  engine_->protect(value);
  return Value(shared_from_this(), value.raw);
}

void RuntimeCore::drop(const void* raw) noexcept {
  if (engine_ == nullptr) return;
  const TurnScope turn(*this);
  engine_->unprotect({raw});
}

Error RuntimeCore::error_from(const ThrownValue& thrown) {
  if (thrown.terminated || !thrown.value)
    return Error(Errc::terminated, "JavaScript was stopped").with("exit_code", std::to_string(exit_code_));
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
  Error error = id.empty() || known == crossed_.end() ? Error(code, text) : known->wrap(code, text);
  if (!name.empty()) error = error.with("name", name);
  error = error.with("message", message);
  for (auto& [key, value] : place)
    if (!value.empty()) error = error.with(key, std::move(value));
  return stack.empty() ? error : error.with("stack", stack);
}

Result<Value> RuntimeCore::keep_result(const JsResult<Local>& result) {
  if (result) return keep(*result);
  return fail(error_from(result.error()));
}

Result<Value> RuntimeCore::call(Local function, std::span<const Value> arguments) {
  return operation<Value>("call", [&]() -> Result<Value> {
    if (engine_->kind(function) != Kind::function) return fail(Errc::invalid_argument, "call: the value is not a function");
    LocalList locals(*engine_);
    for (const Value& argument : arguments) {
      if (argument.raw_ != nullptr && argument.core_.get() != this)
        return fail(Errc::invalid_argument, "call: an argument belongs to another runtime");
      locals.push(argument.raw_ == nullptr ? engine_->undefined() : Local{argument.raw_});
    }
    return keep_result(enter_function(function, locals.span()));
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

Result<Value> RuntimeCore::get(Local object, std::string_view key) {
  return operation<Value>("get", [&]() -> Result<Value> {
    const Kind kind = engine_->kind(object);
    if (kind != Kind::object && kind != Kind::function)
      return fail(Error(Errc::invalid_argument, "get: the value is not an object").with("key", std::string(key)));
    return keep_result(enter([&] { return engine_->get(object, key); }));
  });
}

Local RuntimeCore::call_native(HostCall& call) {
  const auto& slot = *static_cast<FunctionSlot*>(call.data());
  RuntimeCore& core = *slot.core;
  Engine& engine = call.engine();
  std::vector<Value> arguments;
  arguments.reserve(call.count());
  for (std::size_t i = 0; i < call.count(); ++i) arguments.push_back(core.keep(call.at(i)));
  Result<Value> result = fail(Errc::uncaught_exception, "");
  try {
    result = (*slot.function)(arguments);
  } catch (...) {
    result = fail(Error::from_exception(std::current_exception()));
  }
  core.cover_native_tasks();
  if (result && result->raw_ != nullptr && result->core_.get() != &core)
    result = fail(Errc::invalid_argument, "the function's result belongs to another runtime");
  if (result) return result->raw_ == nullptr ? engine.undefined() : Local{result->raw_};
  if (engine.terminating()) return {};  // the wrapper of bootstrap.js waits for the end; no object can be made any more
  constexpr std::size_t kCrossedMax = 64;
  if (core.crossed_.size() == kCrossedMax) core.crossed_.pop_front();
  core.crossed_.push_back(result.error());
  call.throw_value(core.javascript_error(result.error()));
  return {};
}

Local RuntimeCore::javascript_error(const Error& error) {
  const Local made = engine_->error(error.message(), std::string(error.code().category().name()) + ":" + error.code().message());
  engine_->set(made, "correlationId", engine_->string(error.correlation_id().to_string()));
  if (error.cause() != nullptr) engine_->set(made, "cause", javascript_error(*error.cause()), false);
  return made;
}

Result<void> RuntimeCore::set_function(std::string_view name, NativeFunction function) {
  if (auto refused = refuse_finished("set_function"); !refused) return refused;
  Result<void> result;
  {
    const TurnScope turn(*this);
    functions_.push_back(std::move(function));
    function_slots_.push_back({this, &functions_.back()});
    const Local native = engine_->function(name, &call_native, &function_slots_.back());
    const JsResult<Local> defined = enter_function(entries_.wrap_function, std::array{engine_->string(name), native});
    if (!defined) result = fail(error_from(defined.error()));
  }
  checkpoint_if_outside();
  return result;
}

}  // namespace millrace::js
