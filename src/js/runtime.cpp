// The public faces: Runtime and Value.
#include <millrace/js/runtime.h>

#include <utility>

#include "js/runtime_core.h"

namespace millrace::js {

Runtime::Runtime(std::shared_ptr<RuntimeCore> core) noexcept : core_(std::move(core)) {}
Runtime::~Runtime() {
  if (const auto told = core_->options().hooks.on_shutdown) core_->loop().contain([&] { told(*this); });
  core_->shut_down();
}

Result<std::unique_ptr<Runtime>> Runtime::create(Loop& loop, RuntimeOptions options) {
  if (loop.core().checkpoint().guest() != nullptr)
    return fail(Errc::invalid_argument, "create: this loop has a runtime already; one loop carries one");
  const LoopState state = loop.state();
  if (state == LoopState::closing || state == LoopState::closed) return fail(Errc::closed, "create: the loop is closed");
  Result<std::unique_ptr<Engine>> engine = Engine::create({.sure_interrupts = options.sandbox.has_value()});
  if (!engine) return fail(std::move(engine.error()));
  auto core = std::make_shared<RuntimeCore>(loop, std::move(options), std::move(*engine));
  if (auto started = core->start(); !started) return fail(std::move(started.error()));
  std::unique_ptr<Runtime> runtime(new Runtime(std::move(core)));
  if (const auto told = runtime->core_->options().hooks.on_created) runtime->core_->loop().contain([&] { told(*runtime); });
  return runtime;
}

Result<Value> Runtime::evaluate(std::string_view source, std::string_view name) { return core_->evaluate(source, name); }
Result<Value> Runtime::import(std::string_view specifier) { return core_->import(specifier); }
Result<void> Runtime::run_main(std::string_view path) { return core_->run_main(path); }
Result<void> Runtime::run_code(std::string_view source, std::string_view name) { return core_->run_code(source, name); }
RuntimeOutcome Runtime::run() { return core_->run(); }
Result<void> Runtime::set_callable(std::string_view name, std::unique_ptr<Callable> function) {
  return core_->set_function(name, std::move(function));
}
Result<Function> Runtime::make_function(std::string_view name, std::unique_ptr<Callable> callable) {
  Result<Function> made = Function();
  const Result<void> done = core_->inside("function", [&](Scope& scope) -> Result<void> {
    const Result<Local> function = core_->border().function(name, std::move(callable));
    if (!function) return fail(function.error());
    made = Convert<Function>::from(scope, *function);
    return {};
  });
  if (!done) return fail(done.error());
  return made;
}
Result<Value> Runtime::make_value(Result<Local> (*make)(Scope& scope, void* context), void* context) {
  Value made;
  const Result<void> done = core_->inside("value", [&](Scope& scope) -> Result<void> {
    const Result<Local> local = make(scope, context);
    if (!local) return fail(local.error());
    made = scope.keep(*local);
    return {};
  });
  if (!done) return fail(done.error());
  return made;
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
Value Runtime::global() {
  return core_->make_value([](Engine& engine) { return engine.global(); });
}
Capabilities Runtime::capabilities() const { return core_->engine()->capabilities(); }
Result<std::vector<WaitingTimers>> Runtime::waiting_timers(std::size_t max) { return core_->waiting_timers(max); }
PendingWork Runtime::pending_work() const noexcept { return core_->pending_work(); }
std::shared_ptr<observe::StackSource> Runtime::stacks() const { return core_->stacks(); }
Result<void> prepare_for_sandboxes(SandboxPreparation preparation) {
  if (!Engine::prepare_interrupts())
    return fail(Errc::invalid_argument,
                "prepare_for_sandboxes: a runtime was made before; call this first, as it is for the whole process");
  if (!preparation.idle_collections && !Engine::disable_idle_collections())
    return fail(Errc::unsupported, "prepare_for_sandboxes: this engine's collection timers cannot be switched off");
  return {};
}
KillSwitch Runtime::kill_switch() { return KillSwitch(core_->kill_state()); }
SandboxUsage Runtime::sandbox_usage() const noexcept {
  return core_->limits() == nullptr ? SandboxUsage{} : core_->limits()->usage();
}
std::vector<PendingCrossings> Runtime::pending_promises(std::size_t places_max) const {
  return core_->pending_promises(places_max);
}
void Runtime::set_stack_interval(Duration every) { core_->set_stack_interval(every); }
RuntimeFigures Runtime::figures() const noexcept { return core_->figures(); }
RuntimeMemory Runtime::memory() {
  return core_->read([this](Engine&) { return core_->memory(); });
}
void Runtime::collect_garbage() {
  core_->read([](Engine& engine) { engine.collect_garbage(); });
}

}  // namespace millrace::js
