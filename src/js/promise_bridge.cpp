#include "js/promise_bridge.h"

#include <array>
#include <utility>

#include "js/border.h"
#include "js/runtime_core.h"

namespace millrace::js {

using millrace::detail::PromiseBase;
using millrace::detail::PromiseHome;
using millrace::detail::StateRef;

PromiseBridge::PromiseBridge(RuntimeCore& core) : core_(core) { PromiseHome::of(core.public_loop()).set_exporter(this); }

PromiseBridge::~PromiseBridge() { release(); }

void PromiseBridge::release() noexcept {
  if (LoopCore& loop = core_.loop(); loop.extension() != nullptr) PromiseHome::of(core_.public_loop()).set_exporter(nullptr);
  const auto links = std::move(links_);
  links_.clear();
  by_promise_.clear();
  for (const std::unique_ptr<detail::Import>& import : std::exchange(imports_, std::vector<std::unique_ptr<detail::Import>>()))
    if (import != nullptr && import->state().pending())
      import->state().reject(Error(Errc::closed, "the JavaScript runtime ended before the promise was settled"));
  free_imports_.clear();
}

void PromiseBridge::add(const PromiseBase& state, Link link) {
  by_promise_.insert_or_assign(link.promise.get().raw, &state);
  links_.insert_or_assign(&state, std::move(link));
}

void PromiseBridge::sweep() {
  std::vector<Link> gone;  // destroyed last: what a state held may come back here
  for (auto at = links_.begin(); at != links_.end();) {
    const auto here = at++;
    if (here->second.promise.get()) continue;
    gone.push_back(std::move(here->second));
    links_.erase(here);
  }
  for (const Link& link : gone) {
    if (!link.import) continue;
    // Nobody can settle it any more.
    const std::unique_ptr<detail::Import> import = std::move(imports_[*link.import]);
    free_imports_.push_back(*link.import);
    if (import->state().pending())
      import->state().reject(Error(Errc::abandoned, "the promise of JavaScript was collected before it was settled"));
  }
  std::erase_if(by_promise_, [this](const auto& entry) { return !links_.contains(entry.second); });
}

Local PromiseBridge::to_javascript(Scope& scope, PromiseBase& state, detail::Deliver deliver) {
  scope.enter();
  if (const auto found = links_.find(&state); found != links_.end())
    if (const Local promise = found->second.promise.get()) return promise;
  const Engine::Deferred made = core_.engine()->deferred_promise();
  if (!made.promise) return {};
  state.mark_handled();
  Link link{.state = StateRef<PromiseBase>::share(&state), .deliver = deliver, .promise = core_.engine()->weak(made.promise)};
  if (state.pending()) {
    state.set_exported();
    link.kept = scope.keep(made.promise);
    link.resolve = scope.keep(made.resolve);
    link.reject = scope.keep(made.reject);
    add(state, std::move(link));
  } else {
    add(state, std::move(link));
    pass_on(scope, state, deliver, scope.keep(made.resolve), scope.keep(made.reject));
  }
  return made.promise;
}

void PromiseBridge::settled(PromiseBase& state) noexcept {
  const auto found = links_.find(&state);
  if (found == links_.end()) return;
  const Value kept = std::move(found->second.kept), resolve = std::move(found->second.resolve),
              reject = std::move(found->second.reject);
  const detail::Deliver deliver = found->second.deliver;
  static_cast<void>(core_.inside("promise", [&](Scope& scope) -> Result<void> {
    pass_on(scope, state, deliver, resolve, reject);
    return {};
  }));
}

void PromiseBridge::pass_on(Scope& scope, PromiseBase& state, detail::Deliver deliver, const Value& resolve, const Value& reject) {
  Result<Local> value = fail(Errc::closed, "");
  if (state.status() == PromiseStatus::fulfilled) {
    try {
      value = deliver(scope, state);
    } catch (...) {
      value = fail(Error::from_exception(std::current_exception()));
    }
  } else {
    value = fail(state.error());
  }
  if (!value) {
    static_cast<void>(scope.call(scope.value(reject), {}, std::array{scope.error(value.error())}));
    return;
  }
  // Resolving with an object looks for its `then`, which may be code of the program; that runs in a turn of its own, not inside whoever settles.
  bool later = false;
  if (scope.kind(*value) >= Kind::object) {
    const Result<Local> asked = scope.call(core_.border().entries().may_be_thenable, {}, std::array{*value});
    later = !asked || scope.truthy(*asked);
  }
  if (later) {
    Value held = scope.keep(*value);
    if (core_.public_loop().queue_microtask([resolve, held] { static_cast<void>(resolve.call(std::array{held})); })) return;
    // The queue is full: rather here than never.
  }
  static_cast<void>(scope.call(scope.value(resolve), {}, std::array{*value}));
}

StateRef<PromiseBase> PromiseBridge::known(Local promise, detail::Deliver deliver) {
  const auto at = by_promise_.find(promise.raw);
  if (at == by_promise_.end()) return {};
  const auto found = links_.find(at->second);
  if (found == links_.end() || found->second.deliver != deliver || found->second.promise.get().raw != promise.raw) return {};
  return found->second.state;
}

void PromiseBridge::wait_for(Scope& scope, Local promise, std::unique_ptr<detail::Import> import, detail::Deliver deliver) {
  PromiseBase& state = import->state();
  if (!state.pending()) return;  // the loop is closed
  if (free_imports_.empty()) {
    imports_.emplace_back();
    free_imports_.push_back(imports_.size() - 1);
  }
  const std::size_t id = free_imports_.back();
  free_imports_.pop_back();
  imports_[id] = std::move(import);
  add(state,
      {.state = StateRef<PromiseBase>::share(&state), .deliver = deliver, .promise = core_.engine()->weak(promise), .import = id});
  const Result<Local> told =
      scope.call(core_.border().entries().tell_when_settled, {}, std::array{promise, scope.number(static_cast<double>(id))});
  if (told) return;
  // The program's own `constructor` on the promise threw, or the runtime is ending.
  const std::unique_ptr<detail::Import> failed = take_import(id);
  if (failed->state().pending()) failed->state().reject(told.error());
}

std::unique_ptr<detail::Import> PromiseBridge::take_import(std::size_t id) {
  std::unique_ptr<detail::Import> import = std::move(imports_[id]);
  free_imports_.push_back(id);
  if (const auto link = links_.find(&import->state()); link != links_.end()) link->second.import.reset();
  return import;
}

Local PromiseBridge::settle(HostCall& call) {
  RuntimeCore& core = *static_cast<RuntimeCore*>(call.data());
  PromiseBridge& bridge = core.border().promises();
  const auto id = static_cast<std::size_t>(call.engine().number_of(call.at(0)));
  {
    const std::unique_ptr<detail::Import> import = bridge.take_import(id);
    const ContextBridge::Call context(core.contexts());
    Scope scope(core);
    if (call.engine().to_boolean(call.at(1)))
      import->fulfil(scope, call.at(2));
    else
      import->reject(core.error_from({.value = call.at(2)}));
  }
  core.cover_native_tasks();
  return {};
}

namespace detail {

Local export_promise(Scope& scope, PromiseBase& state, Deliver deliver) {
  return scope.core().border().promises().to_javascript(scope, state, deliver);
}
StateRef<PromiseBase> exported_state(Scope& scope, Local promise, Deliver deliver) {
  return scope.core().border().promises().known(promise, deliver);
}
void import_promise(Scope& scope, Local promise, std::unique_ptr<Import> import, Deliver deliver) {
  scope.core().border().promises().wait_for(scope, promise, std::move(import), deliver);
}

}  // namespace detail

}  // namespace millrace::js
