// The engine seam: everything the js room needs of a JavaScript engine, in words of its own. Nothing outside src/js/jsc/ names a
// type of the engine behind it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <millrace/assert.h>
#include <millrace/clock.h>
#include <millrace/js/capabilities.h>
#include <millrace/js/local.h>
#include <millrace/result.h>

#include "js/root_table.h"

namespace millrace::js {

enum class PromiseState : std::uint8_t { pending = 0, fulfilled = 1, rejected = 2, unknown = 3 };

class Engine;

/// One call from JavaScript into C++. Thread: loop thread; lives for the call.
class HostCall {
 public:
  HostCall(Engine& engine, void* data, const void* const* arguments, std::size_t count) noexcept
      : engine_(engine), data_(data), arguments_(arguments), count_(count) {}
  [[nodiscard]] Engine& engine() const noexcept { return engine_; }
  [[nodiscard]] void* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] std::span<const Local> arguments() const noexcept {
    static_assert(sizeof(Local) == sizeof(const void*) && alignof(Local) == alignof(const void*));
    return {reinterpret_cast<const Local*>(arguments_), count_};
  }
  /// The n-th argument, or undefined.
  [[nodiscard]] Local at(std::size_t n) const noexcept;
  /// Makes the call throw `exception` into JavaScript; return anything afterwards.
  void throw_value(Local exception) noexcept { exception_ = exception; }
  [[nodiscard]] Local exception() const noexcept { return exception_; }

 private:
  Engine& engine_;
  void* data_;
  const void* const* arguments_;
  std::size_t count_;
  Local exception_{};
};

/// Something of C++ that an object of JavaScript owns. Destroyed on the loop thread, some time after the collector found that nobody refers to the
/// object any more, or with the engine.
class HostObject {
 public:
  HostObject() = default;
  HostObject(const HostObject&) = delete;
  HostObject& operator=(const HostObject&) = delete;
  virtual ~HostObject() = default;

 private:
  friend class FinalizedObjects;
  HostObject* next_ = nullptr;
};

/// Host objects whose JavaScript object is gone. The collector adds from a thread of its own; the loop thread destroys.
class FinalizedObjects {
 public:
  FinalizedObjects() = default;
  FinalizedObjects(const FinalizedObjects&) = delete;
  FinalizedObjects& operator=(const FinalizedObjects&) = delete;
  ~FinalizedObjects() { destroy_all(); }
  void add(HostObject* gone) noexcept {
    gone->next_ = first_.load(std::memory_order_relaxed);
    while (!first_.compare_exchange_weak(gone->next_, gone, std::memory_order_release, std::memory_order_relaxed)) {
    }
  }
  void destroy_all() noexcept {
    if (first_.load(std::memory_order_relaxed) == nullptr) return;
    for (HostObject* gone = first_.exchange(nullptr, std::memory_order_acquire); gone != nullptr;)
      delete std::exchange(gone, gone->next_);
  }

 private:
  std::atomic<HostObject*> first_{nullptr};
};

/// C++ exceptions that leave it become JavaScript errors; they never cross the engine's frames.
using HostFunction = Local (*)(HostCall& call);

/// A host function with an entry of its own that compiled JavaScript can call; leaf<f>() makes one.
struct LeafFunction {
  HostFunction function = nullptr;
  const void* (*entry)(const void* context, const void* const* frame) = nullptr;
};

/// What is known about a thrown value, read without trusting it: getters that throw and hostile proxies leave fields empty.
struct ThrownValue {
  Local value;
  bool terminated = false;  ///< the engine was told to stop; there is no value
};
template <typename T>
using JsResult = std::expected<T, ThrownValue>;

struct EngineOptions {
  /// As if the engine could drain only when its outermost lock is released; for tests of that fallback.
  bool drain_outside = false;
  /// Interrupts have to come, whatever runs (Engine::prepare_interrupts()).
  bool sure_interrupts = false;
  /// As if the engine could neither be called directly nor looked into, so that everything takes the way of its C API; likewise.
  bool c_api_only = false;
};

/// One isolated heap with one global object.
/// Thread    the loop thread for everything; engines on different threads do not meet.
/// Cost      creation takes milliseconds and about 20 MB for the first one, 0.7 MB for a further one in the process.
class Engine {
 public:
  /// Errors: Errc::engine_failure.
  [[nodiscard]] static Result<std::unique_ptr<Engine>> create(EngineOptions options = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Has all code look by itself whether it is to be interrupted, in all engines of the process. Without it the engine puts marks into compiled code when
  /// it wants to interrupt, which seldom finds nothing to mark (seen with 2.50: a loop that was ended twice and run a third time), and makes that code
  /// anew afterwards. Costs a load and a branch in each turn of a loop: an empty one takes twice as long, others as long as before.
  /// False: too late, an engine exists or existed, and does without.
  static bool prepare_interrupts() noexcept;
  /// Engines made from now on have no timers that collect garbage. False: they cannot be switched off. Cost: an engine is made and thrown away.
  static bool disable_idle_collections() noexcept;

  /// Holds the engine for a scope. Nothing drains when one ends: microtasks run when drain_microtasks() says so, and only then.
  /// Nests. Every other member is called inside one. Cost: a few nanoseconds when nested, about 50 otherwise.
  class [[nodiscard]] Entry {
   public:
    explicit Entry(Engine& engine) noexcept;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry();

   private:
    Engine& engine_;
  };

  [[nodiscard]] const Capabilities& capabilities() const noexcept;

  // Values.
  [[nodiscard]] Local undefined() const noexcept;
  [[nodiscard]] Local null() const noexcept;
  [[nodiscard]] Local boolean(bool value) const noexcept;
  [[nodiscard]] Local number(double value) const noexcept;
  /// UTF-8; malformed sequences become U+FFFD.
  [[nodiscard]] Local string(std::string_view utf8) const;
  /// Unit by unit; lone surrogates stay.
  [[nodiscard]] Local string(std::u16string_view utf16) const;
  /// One byte per character, U+0000 to U+00FF.
  [[nodiscard]] Local narrow_string(std::string_view latin1) const;
  /// The same of a known size, written in place: `fill(to)` writes the characters, and returns false when there is to be no string.
  template <typename Fill>
  [[nodiscard]] Local narrow_string(std::size_t size, Fill fill) const {
    return make_narrow(size, [](void* f, char* to) { return (*static_cast<Fill*>(f))(to); }, &fill);
  }
  template <typename Fill>
  [[nodiscard]] Local wide_string(std::size_t size, Fill fill) const {
    return make_wide(size, [](void* f, char16_t* to) { return (*static_cast<Fill*>(f))(to); }, &fill);
  }
  [[nodiscard]] Local bigint(std::int64_t value) const noexcept;
  [[nodiscard]] Local bigint(std::uint64_t value) const noexcept;
  [[nodiscard]] Local date(double milliseconds) const noexcept;
  [[nodiscard]] Local object() const;
  [[nodiscard]] Local array(std::span<const Local> elements) const;
  [[nodiscard]] Local error(std::string_view message, std::string_view code = {}) const;
  /// A Float64Array over memory of ours. Lifetime: `numbers` outlives the engine.
  [[nodiscard]] Local shared_numbers(std::span<double> numbers) const;
  /// `data` is what HostCall::data() gives back; both live as long as the engine.
  [[nodiscard]] Local function(std::string_view name, HostFunction function, void* data);
  /// As function(), for one that is short and waits for nobody: the engine's lock stays held meanwhile.
  /// Cost of a call: a third, where Capabilities::direct_calls.
  /// `data` is one for all leaf functions of an engine.
  [[nodiscard]] Local leaf_function(std::string_view name, LeafFunction leaf, void* data);
  [[nodiscard]] Local global() const noexcept;
  /// An object with this prototype that owns `host`. Without one: what no program sees, for less.
  [[nodiscard]] Local host_object(Local prototype, std::unique_ptr<HostObject> host) const;
  /// Null for any other object.
  [[nodiscard]] HostObject* host_of(Local value) const noexcept;
  /// A Uint8Array over memory of ours. `owner` is what keeps the memory.
  [[nodiscard]] Local external_bytes(std::span<std::byte> memory, std::unique_ptr<HostObject> owner) const;
  /// Destroys what the objects owned that were collected.
  void destroy_finalized() noexcept;
  struct Deferred {
    Local promise, resolve, reject;
  };
  /// Empty when there is no memory for it.
  [[nodiscard]] Deferred deferred_promise() const noexcept;

  [[nodiscard]] Kind kind(Local value) const noexcept;
  /// How the engine sees an object: equal numbers for objects that it makes alike. Which number means what, the caller finds out by
  /// asking for objects it knows. Never runs JavaScript.
  struct Cell {
    std::uint64_t header;
    [[nodiscard]] explicit operator bool() const noexcept { return header != 0; }
    /// Prototype, names and kinds of the properties, and the two others.
    [[nodiscard]] std::uint32_t structure() const noexcept { return static_cast<std::uint32_t>(header); }
    /// How its elements are kept, if it has any. Without the upper two bits, a lock that threads of the engine take for moments.
    [[nodiscard]] std::uint8_t elements() const noexcept { return static_cast<std::uint8_t>(header >> 32) & 0x3f; }
    /// Map, date, array of bytes, ..., whatever its prototype is.
    [[nodiscard]] std::uint8_t type() const noexcept { return static_cast<std::uint8_t>(header >> 40); }
  };
  /// Empty for what is no object.
  [[nodiscard]] Cell cell(Local value) const noexcept;
  [[nodiscard]] bool to_boolean(Local value) const noexcept;
  [[nodiscard]] bool strictly_equal(Local a, Local b) const noexcept;
  /// NaN when it is not a number; never runs JavaScript.
  [[nodiscard]] double number_of(Local value) const noexcept;
  /// The text of a string value, or an empty one for anything else; never runs JavaScript. Lone surrogates become U+FFFD.
  [[nodiscard]] std::string string_of(Local value) const;
  /// Unit by unit.
  [[nodiscard]] std::u16string string16_of(Local value) const;
  /// Nothing when it is no BigInt, or out of range.
  [[nodiscard]] std::optional<std::int64_t> int64_of(Local bigint) const noexcept;
  [[nodiscard]] std::optional<std::uint64_t> uint64_of(Local bigint) const noexcept;
  [[nodiscard]] bool is_array(Local value) const noexcept;
  [[nodiscard]] bool is_date(Local value) const noexcept;
  [[nodiscard]] bool is_promise(Local value) const noexcept;
  /// As String(value): may run JavaScript.
  [[nodiscard]] JsResult<std::string> to_text(Local value) const;
  /// The bytes of a typed array or ArrayBuffer; empty for anything else. Valid until JavaScript runs again.
  /// The engine never lets go of a buffer it has shown: it can no longer be transferred. So not for what a program made.
  [[nodiscard]] std::span<std::byte> bytes_of(Local value) const noexcept;
  [[nodiscard]] bool has_bytes(Local value) const noexcept;
  /// A Uint8Array over memory of ours. Lifetime: `memory` outlives the engine.
  [[nodiscard]] Local shared_bytes(std::span<std::byte> memory) const;
  [[nodiscard]] Local bytes(std::span<const std::byte> copy_of) const;
  /// Nothing for what is no Uint8Array; 0 when it is detached or lies outside its buffer.
  [[nodiscard]] std::optional<std::size_t> uint8_length(Local value) const noexcept;

  [[nodiscard]] JsResult<Local> get(Local object, std::string_view key) const;
  [[nodiscard]] JsResult<Local> get(Local object, std::uint32_t index) const;
  /// `key` is a string that is kept: cheaper than its text.
  [[nodiscard]] JsResult<Local> get(Local object, Local key) const;
  /// As `object[key] = value`. Answers `value`.
  [[nodiscard]] JsResult<Local> assign(Local object, Local key, Local value) const;
  void set_prototype(Local object, Local prototype) const noexcept;
  void set(Local object, std::string_view key, Local value, bool enumerable = true) const;
  void set(Local object, std::uint32_t index, Local value) const;

  // Code.
  [[nodiscard]] JsResult<Local> evaluate(std::string_view source, std::string_view url, int first_line = 1);
  /// A function with these parameter names around `body`, whose line numbers stay true.
  [[nodiscard]] JsResult<Local> compile_function(std::string_view body, std::string_view url,
                                                 std::span<const std::string_view> parameters);
  /// The same in a global environment of its own, which no program can reach or change; made when first asked for (0.3 ms). What it
  /// gives may be called like any function; its objects must not come into a program's hands.
  [[nodiscard]] JsResult<Local> compile_apart(std::string_view body, std::string_view url,
                                              std::span<const std::string_view> parameters);
  [[nodiscard]] JsResult<Local> call(Local function, Local self, std::span<const Local> arguments);

  /// What C++ keeps alive.
  [[nodiscard]] RootTable& roots() const noexcept;
  /// Keeps a value alive as long as the engine.
  void keep_forever(Local value);

  /// Refers to an object without keeping it alive.
  class Weak;
  [[nodiscard]] Weak weak(Local object) const;

  // Promises and jobs.
  /// Runs promise jobs until none is left. Stopped by terminate().
  void drain_microtasks() noexcept;
  [[nodiscard]] PromiseState promise_state(Local promise) const noexcept;
  [[nodiscard]] Local promise_result(Local promise) const noexcept;
  /// True when somebody reacts to it, or when the engine cannot tell.
  [[nodiscard]] bool promise_handled(Local promise) const noexcept;
  /// `function(promise, reason)` is called at the end of a drain for each promise that was rejected with nobody reacting.
  void set_rejection_tracker(Local function);
  /// The target of a Proxy, null for a revoked one, nothing when it is no Proxy.
  [[nodiscard]] std::optional<Local> proxy_target(Local value) const noexcept;

  // Stopping.
  /// JavaScript that is on the stack stops soon, uncatchably, and its entry returns `terminated`. Only meaningful inside an entry. In an interrupt it
  /// stops there.
  void terminate() noexcept;
  [[nodiscard]] bool terminating() const noexcept;
  /// The engine may run JavaScript again.
  void clear_termination() noexcept;

  // Being looked at while it runs.
  /// While JavaScript computes, `asked(data)` is called about every `every` of processor time, on this thread and in the middle of whatever
  /// runs, where nothing but stack() may be called. Zero: never. Inside an entry.
  /// Cost      zero: none. Else about 2.5 us at each outermost entry, and at each interrupt the compiled code of what runs, which is made anew.
  void set_interrupt(Duration every, void (*asked)(void* data), void* data) noexcept;
  struct Frame {
    std::string function;
    std::string file;
    std::uint32_t line = 0;  ///< 0: not known
  };
  /// What JavaScript is in, innermost first, as the engine has it: lines are those of the text that it was given.
  [[nodiscard]] std::vector<Frame> stack(std::size_t frames_max) const;

  /// Promise jobs that wait never run, now and at destruction; for a runtime that has exited.
  void block_jobs() noexcept;

  /// True once after each collection.
  [[nodiscard]] bool take_collected() noexcept;

  /// How many collections there were.
  [[nodiscard]] std::uint64_t collections() const noexcept;

  /// A full collection, now. For tests and memory measurements; the engine collects by itself.
  void collect_garbage() noexcept;
  struct HeapSize {
    std::uint64_t occupied =
        0;  ///< what the engine took for it, garbage included; nothing outside of the heap that is new since the latest collection
    std::uint64_t alive = 0;  ///< at the latest collection, with what objects hold outside of the heap
  };
  /// Cost: a look at every block of the heap, some microseconds for each 16 MiB; where the engine does not show its counters, as memory_statistics().
  [[nodiscard]] HeapSize heap_size() const;
  /// eval() and what is like it throw EvalError with `message` from now on.
  void forbid_eval(std::string_view message) noexcept;
  /// An object: heapSize in use, heapCapacity, extraMemorySize outside of the heap, in bytes. Cost: a look at every object of the heap.
  [[nodiscard]] Local memory_statistics() const;

  // Work that the engine schedules for itself: finalizers, asynchronous WebAssembly.
  struct EventSource {
    std::vector<int> descriptors;            ///< readable means: call pump()
    std::optional<std::int64_t> timeout_ms;  ///< call pump() no later than this, counted from now
  };
  [[nodiscard]] EventSource event_source();
  /// All engines of a thread share this work, and only some of them are told of its descriptors: `look` is called when this one has become one of them, so
  /// event_source() says something new. Once.
  void share_events(void (*look)(void* data), void* data);
  /// Runs what is due, without blocking. May run JavaScript.
  void pump() noexcept;

  struct Impl;
  /// For leaf<f>() only.
  static const void* call_leaf(HostFunction function, const void* context, const void* const* frame) noexcept;

 private:
  Local make_narrow(std::size_t size, bool (*fill)(void* with, char* to), void* with) const;
  Local make_wide(std::size_t size, bool (*fill)(void* with, char16_t* to), void* with) const;
  explicit Engine(std::unique_ptr<Impl> impl) noexcept;
  friend struct Impl;
  friend class TextView;
  std::unique_ptr<Impl> impl_;
};

template <HostFunction function>
constexpr LeafFunction leaf() {
  return {function, [](const void* context, const void* const* frame) { return Engine::call_leaf(function, context, frame); }};
}

/// The characters of a string value as they are, lone surrogates included; of anything else, none. Read in place where
/// Capabilities::direct_strings, else copied.
/// Lifetime: a local variable, gone before JavaScript runs again.
class TextView {
 public:
  TextView(const Engine& engine, Local string);
  TextView(const TextView&) = delete;
  TextView& operator=(const TextView&) = delete;
  [[nodiscard]] bool is_narrow() const noexcept { return wide_.data() == nullptr; }
  /// One byte per character, U+0000 to U+00FF; what is_narrow() says decides between the two.
  [[nodiscard]] std::string_view narrow() const noexcept { return narrow_; }
  [[nodiscard]] std::u16string_view wide() const noexcept { return wide_; }
  [[nodiscard]] std::size_t size() const noexcept { return is_narrow() ? narrow_.size() : wide_.size(); }

 private:
  std::string_view narrow_;
  std::u16string_view wide_;
  std::u16string copy_;
};

/// Thread: loop thread. Lifetime: destroyed before its engine.
class Engine::Weak {
 public:
  Weak() noexcept = default;
  Weak(Weak&& other) noexcept : group_(other.group_), reference_(std::exchange(other.reference_, nullptr)) {}
  Weak& operator=(Weak&& other) noexcept {
    std::swap(group_, other.group_);
    std::swap(reference_, other.reference_);
    return *this;
  }
  Weak(const Weak&) = delete;
  Weak& operator=(const Weak&) = delete;
  ~Weak();
  /// Empty once the object was collected. Inside an entry of the engine.
  [[nodiscard]] Local get() const noexcept;

 private:
  friend class Engine;
  Weak(const void* group, void* reference) noexcept : group_(group), reference_(reference) {}
  const void* group_ = nullptr;
  void* reference_ = nullptr;
};

/// Locals in any number, kept alive while it exists: what a std::vector<Local>, which the collector does not see, must not be used for.
/// Holds the engine's lock: a collection cannot look at it while it changes. One ends before those that began before it.
class LocalList {
 public:
  explicit LocalList(Engine& engine) : entry_(engine), table_(engine.roots()) {
    list_.below = std::exchange(table_.lists_, &list_);
  }
  LocalList(const LocalList&) = delete;
  LocalList& operator=(const LocalList&) = delete;
  ~LocalList() { table_.lists_ = list_.below; }
  void push(Local item) { list_.items.push_back(item); }
  [[nodiscard]] std::vector<Local>& items() noexcept { return list_.items; }

 private:
  Engine::Entry entry_;
  RootTable& table_;
  RootTable::List list_;
};

}  // namespace millrace::js
