#include "js/border.h"

#include <algorithm>
#include <array>
#include <utility>

#include "js/promise_bridge.h"
#include "js/runtime_core.h"

namespace millrace::js {

/// Owned by the wrapper of a callable: with the last of them the callable goes.
class Border::CallableBox final : public HostObject {
 public:
  CallableBox(Border& border, std::size_t id) noexcept : border_(border), id_(id) {}
  ~CallableBox() override {
    const std::unique_ptr<Callable> gone = std::move(border_.callables_[id_]);
    border_.free_callables_.push_back(id_);
  }

 private:
  Border& border_;
  std::size_t id_;
};

/// Owned by an object of an exposed class.
class Border::Instance final : public HostObject {
 public:
  Instance(const void* tag, std::shared_ptr<void> object) noexcept : tag_(tag), object_(std::move(object)) {}
  [[nodiscard]] const void* tag() const noexcept { return tag_; }
  [[nodiscard]] const std::shared_ptr<void>& object() const noexcept { return object_; }

 private:
  const void* tag_;
  std::shared_ptr<void> object_;
};

Border::Border(RuntimeCore& core) : core_(core), promises_(std::make_unique<PromiseBridge>(core)) {}
Border::~Border() = default;

void Border::sweep() {
  std::erase_if(known_, [](const auto& entry) { return !entry.second.get(); });
  promises_->sweep();
}

void Border::release() noexcept {
  promises_->release();
  keys_.clear();
  classes_.clear();
  known_.clear();
}

Result<void> Border::start() {
  Engine& engine = *core_.engine();
  const JsResult<Local> exports = core_.load_border();
  if (!exports) return fail(core_.error_from(exports.error()).wrap(Errc::engine_failure, "border.js does not start"));
  const std::array<std::pair<std::string_view, Local*>, 18> names{{{"addAccessor", &entries_.add_accessor},
                                                                   {"addIterator", &entries_.add_iterator},
                                                                   {"addValue", &entries_.add_value},
                                                                   {"causeOf", &entries_.cause_of},
                                                                   {"dateOf", &entries_.date_of},
                                                                   {"defineClass", &entries_.define_class},
                                                                   {"describe", &entries_.describe},
                                                                   {"entriesOf", &entries_.entries_of},
                                                                   {"has", &entries_.has},
                                                                   {"mayBeThenable", &entries_.may_be_thenable},
                                                                   {"keysOf", &entries_.keys_of},
                                                                   {"makeError", &entries_.make_error},
                                                                   {"mapOf", &entries_.map_of},
                                                                   {"nameOf", &entries_.name_of},
                                                                   {"objectOf", &entries_.object_of},
                                                                   {"plainCall", &entries_.plain_call},
                                                                   {"tellWhenSettled", &entries_.tell_when_settled},
                                                                   {"wrap", &entries_.wrap}}};
  for (const auto& [name, entry] : names) {
    const JsResult<Local> found = engine.get(*exports, name);
    MILLRACE_ASSERT(found && engine.kind(*found) == Kind::function);
    engine.keep_forever(*found);
    *entry = *found;
  }
  return {};
}

JsResult<Local> Border::call(Local function, Local self, std::span<const Local> arguments) {
  const JsResult<Local> result = call_plainly(function, self, arguments);
  if (core_.options().promises.sites && result && core_.engine()->is_promise(*result)) {
    const JsResult<Local> name = core_.enter([&] { return core_.engine()->call(entries_.name_of, {}, std::array{function}); });
    promises_->note_result(*result, "call of " + (name ? core_.engine()->string_of(*name) : std::string("a function")));
  }
  return result;
}

JsResult<Local> Border::call_plainly(Local function, Local self, std::span<const Local> arguments) {
  Engine& engine = *core_.engine();
  if (self) return core_.enter([&] { return engine.call(function, self, arguments); });
  // The function goes in front of its arguments, where the collector sees them: on the stack, or in a list.
  constexpr std::size_t kOnStack = 8;
  if (arguments.size() < kOnStack) {
    std::array<Local, kOnStack> all;
    all[0] = function;
    std::ranges::copy(arguments, all.begin() + 1);
    return core_.enter([&] { return engine.call(entries_.plain_call, {}, std::span(all).first(arguments.size() + 1)); });
  }
  LocalList all(engine);
  all.push(function);
  for (const Local argument : arguments) all.push(argument);
  return core_.enter([&] { return engine.call(entries_.plain_call, {}, all.items()); });
}

Result<Local> Border::function(std::string_view name, std::unique_ptr<Callable> callable) {
  Engine& engine = *core_.engine();
  const std::size_t arity = callable->arity();
  const bool variadic = callable->variadic();
  if (free_callables_.empty()) {
    callables_.emplace_back();
    free_callables_.push_back(callables_.size() - 1);
  }
  const std::size_t id = free_callables_.back();
  free_callables_.pop_back();
  callables_[id] = std::move(callable);
  const Local box = engine.host_object(engine.null(), std::make_unique<CallableBox>(*this, id));
  if (!box) return fail(Errc::terminated, "no function can be made any more");
  const JsResult<Local> wrapped = engine.call(entries_.wrap, {},
                                              std::array{engine.string(name), engine.number(static_cast<double>(arity)),
                                                         engine.boolean(variadic), engine.number(static_cast<double>(id)), box});
  if (!wrapped) return fail(core_.error_from(wrapped.error()));
  return *wrapped;
}

Local Border::invoke(HostCall& call) {
  RuntimeCore& core = *static_cast<RuntimeCore*>(call.data());
  core.count_call();
  Engine& engine = call.engine();
  const std::span<const Local> arguments = call.arguments();
  Callable& callable = *core.border().callables_[static_cast<std::size_t>(engine.number_of(arguments[0]))];
  Result<Local> result = Local{};
  {
    const ContextBridge::Call context(core.contexts());
    Scope scope(core);
    try {
      result = callable.call(scope, arguments[1], arguments.subspan(2));
    } catch (...) {
      result = fail(Error::from_exception(std::current_exception()));
    }
    if (result && !*result) result = fail(Errc::terminated, "the function's result could not be made");
    if (!result && !engine.terminating()) {  // else no object can be made, and the wrapper waits for the end
      const Local thrown = scope.error(result.error());
      call.throw_value(thrown ? thrown : engine.undefined());
    }
  }
  core.cover_native_tasks();
  return result ? *result : Local{};
}

Local Border::key(std::string_view name) {
  if (const auto found = keys_.find(name); found != keys_.end()) return core_.local_of(found->second);
  const Local made = core_.engine()->string(name);
  if (keys_.size() < Scope::kKeysMax) keys_.emplace(name, core_.keep(made));
  return made;
}

Border::ClassRecord* Border::find_class(const void* tag) {
  const auto found = classes_.find(tag);
  return found == classes_.end() ? nullptr : &found->second;
}

Local Border::adopt(const void* tag, std::shared_ptr<void> object, Local prototype) {
  Engine& engine = *core_.engine();
  const void* const address = object.get();
  const Local made = engine.host_object(prototype, std::make_unique<Instance>(tag, std::move(object)));
  if (!made) return {};
  known_.insert_or_assign(Identity{address, tag}, engine.weak(made));
  return made;
}

Local Border::known(const void* object, const void* tag) {
  const auto found = known_.find(Identity{object, tag});
  return found == known_.end() ? Local{} : found->second.get();
}

std::shared_ptr<void> Border::object_of(Local value, const void* tag) {
  const auto* const instance = dynamic_cast<const Instance*>(core_.engine()->host_of(value));
  if (instance == nullptr) return nullptr;
  std::shared_ptr<void> object = instance->object();
  for (const void* at = instance->tag(); at != tag;) {
    const ClassRecord* const record = find_class(at);
    if (record == nullptr || record->base == nullptr) return nullptr;
    object = record->upcast(object);
    at = record->base;
  }
  return object;
}

}  // namespace millrace::js
