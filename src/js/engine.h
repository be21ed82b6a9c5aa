// The engine seam: everything the js room needs of a JavaScript engine, in words of its own. Nothing outside src/js/jsc/ names a
// type of the engine behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/assert.h>
#include <millrace/js/capabilities.h>
#include <millrace/result.h>

namespace millrace::js {

/// A JavaScript value on the C++ stack. Valid inside the Entry it came from; the collector scans the stack, not the heap, so a
/// Local stored anywhere else needs Engine::protect(). Empty means "no value", which is not the same as undefined.
struct Local {
  const void* raw = nullptr;
  [[nodiscard]] explicit operator bool() const noexcept { return raw != nullptr; }
};

enum class Kind : std::uint8_t { undefined, null, boolean, number, string, symbol, bigint, object, function };
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

/// C++ exceptions that leave it become JavaScript errors; they never cross the engine's frames.
using HostFunction = Local (*)(HostCall& call);

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
  [[nodiscard]] Local object() const;
  [[nodiscard]] Local array(std::span<const Local> elements) const;
  [[nodiscard]] Local error(std::string_view message, std::string_view code = {}) const;
  /// A Float64Array over memory of ours. Lifetime: `numbers` outlives the engine.
  [[nodiscard]] Local shared_numbers(std::span<double> numbers) const;
  /// `data` is what HostCall::data() gives back; both live as long as the engine.
  [[nodiscard]] Local function(std::string_view name, HostFunction function, void* data);
  [[nodiscard]] Local global() const noexcept;

  [[nodiscard]] Kind kind(Local value) const noexcept;
  [[nodiscard]] bool to_boolean(Local value) const noexcept;
  /// NaN when it is not a number; never runs JavaScript.
  [[nodiscard]] double number_of(Local value) const noexcept;
  /// The text of a string value, or an empty one for anything else; never runs JavaScript. Lone surrogates become U+FFFD.
  [[nodiscard]] std::string string_of(Local value) const;
  /// As String(value): may run JavaScript.
  [[nodiscard]] JsResult<std::string> to_text(Local value) const;
  /// The bytes of a typed array or ArrayBuffer; empty for anything else. Valid until JavaScript runs again.
  [[nodiscard]] std::span<std::byte> bytes_of(Local value) const noexcept;
  [[nodiscard]] Local bytes(std::span<const std::byte> copy_of) const;

  [[nodiscard]] JsResult<Local> get(Local object, std::string_view key) const;
  [[nodiscard]] JsResult<Local> get(Local object, std::uint32_t index) const;
  void set(Local object, std::string_view key, Local value, bool enumerable = true) const;

  // Code.
  [[nodiscard]] JsResult<Local> evaluate(std::string_view source, std::string_view url, int first_line = 1);
  /// A function with these parameter names around `body`, whose line numbers stay true.
  [[nodiscard]] JsResult<Local> compile_function(std::string_view body, std::string_view url,
                                                 std::span<const std::string_view> parameters);
  [[nodiscard]] JsResult<Local> call(Local function, Local self, std::span<const Local> arguments);

  /// Keeps a value alive until as many unprotect() calls. Cost: a locked hash table; for few, long-lived values.
  void protect(Local value) noexcept;
  void unprotect(Local value) noexcept;

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
  /// JavaScript that is on the stack stops soon, uncatchably, and its entry returns `terminated`. Only meaningful inside an entry.
  void terminate() noexcept;
  [[nodiscard]] bool terminating() const noexcept;
  /// The engine may run JavaScript again.
  void clear_termination() noexcept;

  /// Promise jobs that wait never run, now and at destruction; for a runtime that has exited.
  void block_jobs() noexcept;

  /// A full collection, now. For tests and memory measurements; the engine collects by itself.
  void collect_garbage() noexcept;

  // Work that the engine schedules for itself: finalizers, asynchronous WebAssembly.
  struct EventSource {
    std::vector<int> descriptors;            ///< readable means: call pump()
    std::optional<std::int64_t> timeout_ms;  ///< call pump() no later than this, counted from now
  };
  [[nodiscard]] EventSource event_source();
  /// Runs what is due, without blocking. May run JavaScript.
  void pump() noexcept;

  struct Impl;

 private:
  explicit Engine(std::unique_ptr<Impl> impl) noexcept;
  friend struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Locals in any number, kept alive while it exists: what a std::vector<Local>, which the collector does not see, must not be used
/// for.
class LocalList {
 public:
  explicit LocalList(Engine& engine) noexcept : engine_(engine) {}
  LocalList(const LocalList&) = delete;
  LocalList& operator=(const LocalList&) = delete;
  ~LocalList() {
    for (const Local item : items_) engine_.unprotect(item);
  }
  void push(Local item) {
    items_.push_back(item);
    engine_.protect(item);
  }
  [[nodiscard]] std::span<const Local> span() const noexcept { return items_; }

 private:
  Engine& engine_;
  std::vector<Local> items_;
};

}  // namespace millrace::js
