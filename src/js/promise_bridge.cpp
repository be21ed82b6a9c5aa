#include "js/promise_bridge.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <utility>

#include "js/border.h"
#include "js/frame_text.h"
#include "js/runtime_core.h"

namespace millrace::js {

using millrace::detail::PromiseBase;
using millrace::detail::PromiseHome;
using millrace::detail::StateRef;

PromiseBridge::PromiseBridge(RuntimeCore& core)
    : core_(core), imports_(core.public_loop(), core.options().promises.deadline, [this](std::size_t id) { give_up(id); }) {
  PromiseHome::of(core.public_loop()).set_exporter(this);
}

PromiseBridge::~PromiseBridge() { release(); }

void PromiseBridge::release() noexcept {
  if (LoopCore& loop = core_.loop(); loop.extension() != nullptr) PromiseHome::of(core_.public_loop()).set_exporter(nullptr);
  const auto links = std::move(links_);
  links_.clear();
  by_promise_.clear();
  given_up_.clear();
  for (const std::unique_ptr<detail::Import>& import : imports_.release())
    if (import->state().pending())
      import->state().reject(Error(Errc::closed, "the JavaScript runtime ended before the promise was settled"));
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
    const std::unique_ptr<detail::Import> import = imports_.take(*link.import);
    if (import->state().pending())
      import->state().reject(Error(Errc::abandoned, "the promise of JavaScript was collected before it was settled"));
  }
  for (auto at = given_up_.begin(); at != given_up_.end();) {
    const auto here = at++;
    if (here->second.get()) continue;
    static_cast<void>(imports_.take(here->first));
    given_up_.erase(here);
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
    link.since = now();
    link.site = site_of(made.promise);
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
  const std::size_t id = imports_.add(std::move(import));
  add(state, {.state = StateRef<PromiseBase>::share(&state),
              .deliver = deliver,
              .promise = core_.engine()->weak(promise),
              .import = id,
              .since = now(),
              .site = site_of(promise)});
  const Result<Local> told =
      scope.call(core_.border().entries().tell_when_settled, {}, std::array{promise, scope.number(static_cast<double>(id))});
  if (told) return;
  // The program's own `constructor` on the promise threw, or the runtime is ending.
  const std::unique_ptr<detail::Import> failed = take_import(id);
  if (failed != nullptr && failed->state().pending()) failed->state().reject(told.error());
}

std::unique_ptr<detail::Import> PromiseBridge::take_import(std::size_t id) {
  std::unique_ptr<detail::Import> import = imports_.take(id);
  given_up_.erase(id);
  if (import == nullptr) return import;
  if (const auto link = links_.find(&import->state()); link != links_.end()) link->second.import.reset();
  return import;
}

Local PromiseBridge::settle(HostCall& call) {
  RuntimeCore& core = *static_cast<RuntimeCore*>(call.data());
  PromiseBridge& bridge = core.border().promises();
  const auto id = static_cast<std::size_t>(call.engine().number_of(call.at(0)));
  {
    const std::unique_ptr<detail::Import> import = bridge.take_import(id);
    if (import == nullptr) return {};  // too late: C++ has given it up
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

void PromiseBridge::give_up(std::size_t id) {
  const std::unique_ptr<detail::Import> import = imports_.give_up(id);
  const auto found = links_.find(&import->state());
  Link link = std::move(found->second);
  links_.erase(found);
  std::erase_if(by_promise_, [&](const auto& entry) { return entry.second == link.state.get(); });
  given_up_.insert_or_assign(id, std::move(link.promise));
  Error error(Errc::timed_out,
              "the promise of JavaScript was not settled within " + duration_text(core_.options().promises.deadline));
  std::string site;
  for (const std::string& frame : link.site) site.append(site.empty() ? "" : " < ").append(frame);
  if (!site.empty()) error = error.with("site", std::move(site));
  if (import->state().pending()) import->state().reject(std::move(error));
}

Instant PromiseBridge::now() const noexcept { return core_.loop().in_tick() ? core_.loop().now() : core_.loop().clock().now(); }

std::vector<std::string> PromiseBridge::site_of(Local promise) const {
  const PromiseWatch& watch = core_.options().promises;
  if (!watch.sites) return {};
  // Functions of ours are between those of the program, a few for each crossing.
  constexpr std::size_t kOursMax = 24;
  std::vector<std::string> site = frame_texts(core_.engine()->stack(watch.frames_max + kOursMax));
  if (site.size() > watch.frames_max) site.resize(watch.frames_max);
  if (!site.empty()) return site;
  const auto named = std::ranges::find(results_.rbegin(), results_.rend(), promise.raw, &NamedResult::value);
  if (named != results_.rend()) site.push_back(named->what);
  return site;
}

void PromiseBridge::note_result(Local result, std::string what) {
  if (results_.size() == kResultsMax) results_.pop_front();
  results_.push_back({result.raw, std::move(what)});
}

std::vector<PendingCrossings> PromiseBridge::pending(std::size_t max) const {
  const Instant now = this->now();
  std::map<std::pair<bool, std::vector<std::string>>, PendingCrossings> places;
  for (const auto& [state, link] : links_) {
    if (!state->pending()) continue;
    const bool imported = link.import.has_value();
    PendingCrossings& place = places[{imported, link.site}];
    if (place.count++ == 0) {
      place.waits_for = imported ? PendingCrossings::WaitsFor::javascript : PendingCrossings::WaitsFor::host;
      place.site = link.site;
    }
    place.oldest = std::max(place.oldest, std::max(now - link.since, Duration::zero()));
    if (!imported) continue;
    if (const std::optional<Instant> due = imports_.due(*link.import))
      place.due_in = place.due_in ? std::min(*place.due_in, *due - now) : *due - now;
  }
  std::vector<PendingCrossings> found;
  found.reserve(places.size());
  for (auto& [key, place] : places) found.push_back(std::move(place));
  std::ranges::stable_sort(found, std::greater(), &PendingCrossings::count);
  if (found.size() > max) found.resize(max);
  return found;
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
