// The public faces: Runtime and Value.
#include <millrace/js/runtime.h>

#include <utility>

#include "js/runtime_core.h"

namespace millrace::js {

Runtime::Runtime(std::shared_ptr<RuntimeCore> core) noexcept : core_(std::move(core)) {}
Runtime::~Runtime() { core_->shut_down(); }

Result<std::unique_ptr<Runtime>> Runtime::create(Loop& loop, RuntimeOptions options) {
  if (loop.core().checkpoint().guest() != nullptr)
    return fail(Errc::invalid_argument, "create: this loop has a runtime already; one loop carries one");
  const LoopState state = loop.state();
  if (state == LoopState::closing || state == LoopState::closed) return fail(Errc::closed, "create: the loop is closed");
  Result<std::unique_ptr<Engine>> engine = Engine::create();
  if (!engine) return fail(std::move(engine.error()));
  auto core = std::make_shared<RuntimeCore>(loop, std::move(options), std::move(*engine));
  if (auto started = core->start(); !started) return fail(std::move(started.error()));
  return std::unique_ptr<Runtime>(new Runtime(std::move(core)));
}

Result<Value> Runtime::evaluate(std::string_view source, std::string_view name) { return core_->evaluate(source, name); }
Result<void> Runtime::run_main(std::string_view path) { return core_->run_main(path); }
Result<void> Runtime::run_code(std::string_view source, std::string_view name) { return core_->run_code(source, name); }
RuntimeOutcome Runtime::run() { return core_->run(); }
Result<void> Runtime::set_function(std::string_view name, NativeFunction function) {
  return core_->set_function(name, std::move(function));
}
Value Runtime::undefined() {
  return core_->make_value([](Engine& engine) { return engine.undefined(); });
}
Value Runtime::boolean(bool value) {
  return core_->make_value([value](Engine& engine) { return engine.boolean(value); });
}
Value Runtime::number(double value) {
  return core_->make_value([value](Engine& engine) { return engine.number(value); });
}
Value Runtime::string(std::string_view utf8) {
  return core_->make_value([utf8](Engine& engine) { return engine.string(utf8); });
}
Capabilities Runtime::capabilities() const { return core_->engine()->capabilities(); }
void Runtime::collect_garbage() {
  core_->read([](Engine& engine) { engine.collect_garbage(); });
}

Value::Value(std::shared_ptr<RuntimeCore> core, const void* raw) noexcept : core_(std::move(core)), raw_(raw) {}
Value::Value(Value&& other) noexcept : core_(std::move(other.core_)), raw_(std::exchange(other.raw_, nullptr)) {}
Value& Value::operator=(Value&& other) noexcept {
  Value(std::move(other)).swap(*this);
  return *this;
}
Value::~Value() {
  if (core_ != nullptr && raw_ != nullptr) core_->drop(raw_);
}
void Value::swap(Value& other) noexcept {
  std::swap(core_, other.core_);
  std::swap(raw_, other.raw_);
}

namespace {

bool usable(const std::shared_ptr<RuntimeCore>& core) { return core != nullptr && core->engine() != nullptr; }

bool is_kind(const std::shared_ptr<RuntimeCore>& core, const void* raw, Kind kind) {
  return usable(core) && core->read([&](Engine& engine) { return engine.kind({raw}) == kind; });
}

Error empty_error(std::string_view operation) {
  return Error(Errc::closed, std::string(operation) + ": the value is empty, or its runtime is destroyed");
}

}  // namespace

bool Value::is_undefined() const { return is_kind(core_, raw_, Kind::undefined); }
bool Value::is_null() const { return is_kind(core_, raw_, Kind::null); }
bool Value::is_boolean() const { return is_kind(core_, raw_, Kind::boolean); }
bool Value::is_number() const { return is_kind(core_, raw_, Kind::number); }
bool Value::is_string() const { return is_kind(core_, raw_, Kind::string); }
bool Value::is_object() const { return is_kind(core_, raw_, Kind::object) || is_function(); }
bool Value::is_function() const { return is_kind(core_, raw_, Kind::function); }

bool Value::to_boolean() const {
  return usable(core_) && core_->read([this](Engine& engine) { return engine.to_boolean({raw_}); });
}

Result<double> Value::to_number() const {
  if (!usable(core_)) return fail(empty_error("to_number"));
  if (!is_number()) return fail(Errc::invalid_argument, "to_number: the value is not a number");
  return core_->read([this](Engine& engine) { return engine.number_of({raw_}); });
}

Result<std::string> Value::to_string() const {
  if (!usable(core_)) return fail(empty_error("to_string"));
  return core_->to_text({raw_});
}

Result<Value> Value::get(std::string_view key) const {
  if (!usable(core_)) return fail(empty_error("get"));
  return core_->get({raw_}, key);
}

Result<Value> Value::call(std::span<const Value> arguments) const {
  if (!usable(core_)) return fail(empty_error("call"));
  return core_->call({raw_}, arguments);
}

}  // namespace millrace::js
