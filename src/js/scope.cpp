#include <millrace/js/scope.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <utility>

#include <millrace/js/convert.h>

#include "js/border.h"
#include "js/runtime_core.h"

namespace millrace::js {

/// A turn of the loop's, and the engine's lock: the turn holds it, but inside a host function the engine has dropped it.
struct Scope::Entered {
  explicit Entered(RuntimeCore& core) noexcept : turn(core) {
    if (!core.holds_engine()) entry.emplace(*core.engine());
  }
  RuntimeCore::TurnScope turn;
  std::optional<Engine::Entry> entry;
};

Scope::~Scope() { leave(); }

void Scope::leave() noexcept {
  static_assert(sizeof(Entered) <= sizeof(entry_) && alignof(Entered) <= alignof(void*));
  if (std::exchange(entered_, false)) std::launder(reinterpret_cast<Entered*>(entry_))->~Entered();
}

void Scope::enter() noexcept {
  if (!std::exchange(entered_, true)) ::new (static_cast<void*>(entry_)) Entered(core_);
}

Loop& Scope::loop() noexcept { return core_.public_loop(); }

// What needs no lock.
Local Scope::undefined() noexcept { return core_.engine()->undefined(); }
Local Scope::null() noexcept { return core_.engine()->null(); }
Local Scope::boolean(bool value) noexcept { return core_.engine()->boolean(value); }
Local Scope::number(double value) noexcept { return core_.engine()->number(value); }
Kind Scope::kind(Local value) noexcept { return core_.engine()->kind(value); }
double Scope::number_of(Local value) noexcept { return core_.engine()->number_of(value); }
bool Scope::truthy(Local value) noexcept { return core_.engine()->to_boolean(value); }
Local Scope::value(const Value& value) noexcept {
  if (value.root_ == nullptr || value.core() != &core_) return undefined();
  return value.local();
}

Local Scope::string(std::string_view utf8) { return enter(), core_.engine()->string(utf8); }
Local Scope::string(std::u16string_view utf16) { return enter(), core_.engine()->string(utf16); }
Local Scope::bigint(std::int64_t value) { return enter(), core_.engine()->bigint(value); }
Local Scope::bigint(std::uint64_t value) { return enter(), core_.engine()->bigint(value); }
Local Scope::date(double milliseconds) { return enter(), core_.engine()->date(milliseconds); }
Local Scope::array(std::span<const Local> elements) { return enter(), core_.engine()->array(elements); }
Local Scope::bytes(std::span<const std::byte> copied) { return enter(), core_.engine()->bytes(copied); }
Local Scope::key(std::string_view name) { return enter(), core_.border().key(name); }

/// One of border.js.
Result<Local> Scope::call_entry(Local function, std::span<const Local> arguments) {
  for (const Local argument : arguments)
    if (!argument) return fail(Errc::terminated, "a value could not be made: the engine has no memory, or is being stopped");
  return core_.result_of(core_.enter([&] { return core_.engine()->call(function, {}, arguments); }));
}

/// As arguments of `add` behind the target, which it answers; some hundred at a time, because the engine bounds the arguments of a call.
Local Scope::collect(Local add, std::span<const Local> keys_and_values) {
  constexpr std::size_t kAtATime = 512;
  Local target = undefined();
  do {
    const std::span<const Local> now = keys_and_values.first(std::min(kAtATime, keys_and_values.size()));
    keys_and_values = keys_and_values.subspan(now.size());
    std::array<Local, kAtATime + 1> arguments;  // on the stack, where the collector sees them
    arguments[0] = target;
    std::ranges::copy(now, arguments.begin() + 1);
    const Result<Local> made = call_entry(add, std::span(arguments).first(now.size() + 1));
    if (!made) return {};
    target = *made;
  } while (!keys_and_values.empty());
  return target;
}

Local Scope::object(std::span<const Local> keys_and_values) {
  enter();
  return keys_and_values.empty() ? core_.engine()->object() : collect(core_.border().entries().object_of, keys_and_values);
}

Local Scope::map(std::span<const Local> keys_and_values) {
  enter();
  return collect(core_.border().entries().map_of, keys_and_values);
}

namespace {
struct Owner final : HostObject {
  explicit Owner(std::shared_ptr<const void> o) noexcept : owner(std::move(o)) {}
  std::shared_ptr<const void> owner;
};
}  // namespace

Local Scope::bytes(std::span<std::byte> memory, std::shared_ptr<const void> owner) {
  enter();
  return core_.engine()->external_bytes(memory, std::make_unique<Owner>(std::move(owner)));
}

Local Scope::array_of(std::size_t size, Local (*make)(void* context, std::size_t index), void* context) {
  enter();
  LocalList elements(*core_.engine());
  elements.items().reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    const Local element = make(context, i);
    if (!element) return {};
    elements.push(element);
  }
  return core_.engine()->array(elements.items());
}

Local Scope::function(std::string_view name, std::unique_ptr<Callable> callable) {
  enter();
  const Result<Local> made = core_.border().function(name, std::move(callable));
  return made ? *made : Local{};
}

std::string Scope::string_of(Local value) { return enter(), core_.engine()->string_of(value); }
std::u16string Scope::string16_of(Local value) { return enter(), core_.engine()->string16_of(value); }
std::optional<std::int64_t> Scope::int64_of(Local value) { return enter(), core_.engine()->int64_of(value); }
std::optional<std::uint64_t> Scope::uint64_of(Local value) { return enter(), core_.engine()->uint64_of(value); }
bool Scope::is_array(Local value) { return enter(), core_.engine()->is_array(value); }
bool Scope::is_promise(Local value) { return enter(), core_.engine()->is_promise(value); }

std::optional<double> Scope::date_of(Local value) {
  enter();
  if (!core_.engine()->is_date(value)) return std::nullopt;
  const Result<Local> time = call_entry(core_.border().entries().date_of, std::array{value});
  return time ? std::optional(number_of(*time)) : std::nullopt;
}

std::optional<std::span<std::byte>> Scope::bytes_of(Local value) {
  enter();
  if (!core_.engine()->has_bytes(value)) return std::nullopt;
  return core_.engine()->bytes_of(value);
}

Result<std::optional<std::vector<Value>>> Scope::entries_of(Local map) {
  enter();
  const Result<Local> list = call_entry(core_.border().entries().entries_of, std::array{map});
  if (!list) return fail(list.error());
  if (kind(*list) == Kind::undefined) return std::optional<std::vector<Value>>();
  const Result<std::uint32_t> size = length(*list);
  if (!size) return fail(size.error());
  std::vector<Value> entries;
  for (std::uint32_t i = 0; i < *size; ++i) {
    const Result<Local> entry = get(*list, i);
    if (!entry) return fail(entry.error());
    entries.push_back(keep(*entry));
  }
  return std::optional(std::move(entries));
}

Result<Local> Scope::get(Local object, std::string_view key) {
  enter();
  if (kind(object) < Kind::object) return fail(mismatch("an object", object));
  const Local name = core_.border().key(key);
  return core_.result_of(core_.enter([&] { return core_.engine()->get(object, name); }));
}
Result<Local> Scope::get(Local object, std::uint32_t index) {
  enter();
  if (kind(object) < Kind::object) return fail(mismatch("an object", object));
  return core_.result_of(core_.enter([&] { return core_.engine()->get(object, index); }));
}
Result<void> Scope::set(Local object, std::string_view key, Local value) {
  enter();
  if (kind(object) < Kind::object) return fail(mismatch("an object", object));
  const Local name = core_.border().key(key);
  const Result<Local> done = core_.result_of(core_.enter([&] { return core_.engine()->assign(object, name, value); }));
  return done ? Result<void>() : fail(done.error());
}
Result<bool> Scope::has(Local object, std::string_view key) {
  enter();
  if (kind(object) < Kind::object) return fail(mismatch("an object", object));
  const Result<Local> found = call_entry(core_.border().entries().has, std::array{object, core_.border().key(key)});
  if (!found) return fail(found.error());
  return truthy(*found);
}

Result<std::uint32_t> Scope::length(Local array) {
  const Result<Local> length = get(array, "length");
  if (!length) return fail(length.error());
  const double number = number_of(*length);
  if (!(number >= 0 && number <= std::numeric_limits<std::uint32_t>::max())) return fail(mismatch("a length", *length));
  return static_cast<std::uint32_t>(number);
}

Result<std::vector<std::string>> Scope::keys(Local object) {
  enter();
  const Result<Local> list = call_entry(core_.border().entries().keys_of, std::array{object});
  if (!list) return fail(list.error());
  return Convert<std::vector<std::string>>::from(*this, *list);
}

Result<Local> Scope::call(Local function, Local self, std::span<const Local> arguments) {
  enter();
  for (const Local argument : arguments)
    if (!argument) return fail(Errc::terminated, "an argument could not be made: the engine has no memory, or is being stopped");
  if (kind(function) != Kind::function) return fail(mismatch("a function", function));
  return core_.result_of(core_.border().call(function, self, arguments));
}

Value Scope::keep(Local value) {
  enter();
  return value ? core_.keep(value) : Value();
}

Local Scope::error(const Error& error) { return enter(), core_.javascript_error(*this, error); }

Error Scope::mismatch(std::string_view wanted, Local got) {
  enter();
  const Result<Local> text = call_entry(core_.border().entries().describe, std::array{got});
  return Error(Errc::invalid_argument, "expected " + std::string(wanted) + ", got " + (text ? string_of(*text) : "something else"))
      .with("name", "TypeError")
      .with("code", "ERR_INVALID_ARG_TYPE");
}

class Scope::List::Kept {
 public:
  explicit Kept(Engine& engine) : list(engine) {}
  LocalList list;
};
Scope::List::List(Scope& scope) : kept_((scope.enter(), std::make_unique<Kept>(*scope.core_.engine()))) {}
Scope::List::~List() = default;
void Scope::List::push(Local item) { kept_->list.push(item); }
std::span<const Local> Scope::List::span() const noexcept { return kept_->list.items(); }

namespace detail {

Error at_step(const Error& error, std::string_view step) {
  if (error.code() != Errc::invalid_argument) return error;
  const bool inner = !error.context("path").empty();
  const std::string problem(inner ? error.context("problem") : std::string_view(error.message()));
  const std::string path = std::string(step) + std::string(error.context("path"));
  Error made(Errc::invalid_argument, path + ": " + problem);
  for (const std::string_view key : {"name", "code"})
    if (!error.context(key).empty()) made = made.with(std::string(key), std::string(error.context(key)));
  return made.with("path", path).with("problem", problem);
}

Error no_enumerator(Scope& scope, std::span<const std::string_view> names, Local got) {
  std::string wanted = "one of";
  for (std::size_t i = 0; i < names.size(); ++i) wanted.append(i == 0 ? " '" : ", '").append(names[i]).append("'");
  return scope.mismatch(wanted, got);
}

Error not_whole(double got, double lowest, double highest) {
  const auto text = [](double number) {
    std::array<char, 32> buffer{};
    return std::string(buffer.data(), static_cast<std::size_t>(std::snprintf(buffer.data(), buffer.size(), "%.17g", number)));
  };
  return Error(Errc::invalid_argument,
               "expected a whole number from " + text(lowest) + " to " + text(highest) + ", got " + text(got))
      .with("name", "RangeError")
      .with("code", "ERR_OUT_OF_RANGE");
}

}  // namespace detail

}  // namespace millrace::js
