// Scope: JavaScript entered from C++. What conversions are written with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/error.h>
#include <millrace/js/local.h>
#include <millrace/js/value.h>
#include <millrace/result.h>

namespace millrace {
class Loop;
}

namespace millrace::js {

class Callable;
class Runtime;

/// Reads and makes values. Handed to converters and to functions that ask for one; made by whoever calls into the runtime.
/// Thread    loop thread. Lifetime: the call.
/// Cost      reading numbers, booleans, undefined and null is a few instructions; the first other thing that happens in a scope takes the engine's
///           lock (about 20 ns), which the scope then keeps.
/// Errors    what makes a value answers an empty Local when the engine has no memory or is being stopped; whoever gets one stops, too.
class Scope {
 public:
  explicit Scope(RuntimeCore& core) noexcept : core_(core) {}
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope();

  // Making values.
  [[nodiscard]] Local undefined() noexcept;
  [[nodiscard]] Local null() noexcept;
  [[nodiscard]] Local boolean(bool value) noexcept;
  [[nodiscard]] Local number(double value) noexcept;
  /// UTF-8; malformed sequences become U+FFFD.
  [[nodiscard]] Local string(std::string_view utf8);
  /// Unit by unit: lone surrogates stay.
  [[nodiscard]] Local string(std::u16string_view utf16);
  [[nodiscard]] Local bigint(std::int64_t value);
  [[nodiscard]] Local bigint(std::uint64_t value);
  [[nodiscard]] Local date(double milliseconds_since_1970);
  /// A plain object with these keys and values, in turn. Setters on Object.prototype are not asked.
  [[nodiscard]] Local object(std::span<const Local> keys_and_values = {});
  /// A string that is the name of a property; kept, so that it is converted once (Scope::kKeysMax of them).
  [[nodiscard]] Local key(std::string_view name);
  static constexpr std::size_t kKeysMax = 1024;
  /// `make` is called with 0, 1, ... `size` - 1 and answers the elements.
  template <typename Make>
  [[nodiscard]] Local array(std::size_t size, Make make);
  [[nodiscard]] Local array(std::span<const Local> elements);
  /// A Uint8Array with a copy of them.
  [[nodiscard]] Local bytes(std::span<const std::byte> copied);
  /// A Uint8Array over this memory, without a copy. `owner` keeps it and is destroyed on the loop thread after the collector found the
  /// buffer unused.
  [[nodiscard]] Local bytes(std::span<std::byte> memory, std::shared_ptr<const void> owner);
  /// A Map of keys and values in turn.
  [[nodiscard]] Local map(std::span<const Local> keys_and_values);
  /// A JavaScript Error that carries this one; the value that was thrown, when it reports one.
  [[nodiscard]] Local error(const Error& error);
  [[nodiscard]] Local value(const Value& value) noexcept;
  /// A function that calls `callable`, which lives until the collector finds the function unused.
  [[nodiscard]] Local function(std::string_view name, std::unique_ptr<Callable> callable);

  // Reading values.
  [[nodiscard]] Kind kind(Local value) noexcept;
  /// NaN when it is no number; runs nothing.
  [[nodiscard]] double number_of(Local value) noexcept;
  [[nodiscard]] bool truthy(Local value) noexcept;
  /// Lone surrogates become U+FFFD.
  [[nodiscard]] std::string string_of(Local value);
  [[nodiscard]] std::u16string string16_of(Local value);
  [[nodiscard]] std::optional<std::int64_t> int64_of(Local value);
  [[nodiscard]] std::optional<std::uint64_t> uint64_of(Local value);
  [[nodiscard]] std::optional<double> date_of(Local value);
  /// The bytes of a typed array or ArrayBuffer, nothing for anything else. Valid until JavaScript runs again.
  [[nodiscard]] std::optional<std::span<std::byte>> bytes_of(Local value);
  [[nodiscard]] bool is_array(Local value);
  [[nodiscard]] bool is_promise(Local value);
  /// Keys and values of a Map in turn; nothing for anything else.
  [[nodiscard]] Result<std::optional<std::vector<Value>>> entries_of(Local map);

  // Objects: these may run JavaScript (getters, proxies) and answer what it throws.
  [[nodiscard]] Result<Local> get(Local object, std::string_view key);
  [[nodiscard]] Result<Local> get(Local object, std::uint32_t index);
  /// As an assignment would.
  Result<void> set(Local object, std::string_view key, Local value);
  [[nodiscard]] Result<bool> has(Local object, std::string_view key);
  [[nodiscard]] Result<std::uint32_t> length(Local array);
  [[nodiscard]] Result<std::vector<std::string>> keys(Local object);
  /// `this` is undefined when `self` is empty.
  [[nodiscard]] Result<Local> call(Local function, Local self, std::span<const Local> arguments);

  /// Keeps it beyond the scope.
  [[nodiscard]] Value keep(Local value);
  /// Errc::invalid_argument: `expected <wanted>, got <what it is>`.
  [[nodiscard]] Error mismatch(std::string_view wanted, Local got);

  /// Locals in any number, kept alive while it exists; a std::vector<Local> is not seen by the collector.
  class List {
   public:
    explicit List(Scope& scope);
    List(const List&) = delete;
    List& operator=(const List&) = delete;
    ~List();
    void push(Local item);
    [[nodiscard]] std::span<const Local> span() const noexcept;

   private:
    class Kept;
    std::unique_ptr<Kept> kept_;
  };

  [[nodiscard]] RuntimeCore& core() noexcept { return core_; }
  [[nodiscard]] Loop& loop() noexcept;
  /// Takes the engine's lock now, as the first thing that needs it would.
  void enter() noexcept;
  /// Gives the engine's lock back until it is next needed: to be called before code that may use another runtime on this thread, since the engine
  /// cannot hold two.
  void leave() noexcept;

 private:
  [[nodiscard]] Local collect(Local add, std::span<const Local> keys_and_values);
  [[nodiscard]] Result<Local> call_entry(Local function, std::span<const Local> arguments);
  friend class List;
  [[nodiscard]] Local array_of(std::size_t size, Local (*make)(void* context, std::size_t index), void* context);

  RuntimeCore& core_;
  struct Entered;
  alignas(void*) std::byte entry_[3 * sizeof(void*)];  ///< Entered, once something needed it
  bool entered_ = false;
};

/// A function of C++ as the runtime calls it. Thread: loop thread.
class Callable {
 public:
  Callable() = default;
  Callable(const Callable&) = delete;
  Callable& operator=(const Callable&) = delete;
  virtual ~Callable() = default;
  /// An Error is thrown into JavaScript; an exception, too. An empty Local is an error: a value could not be made.
  [[nodiscard]] virtual Result<Local> call(Scope& scope, Local self, std::span<const Local> arguments) = 0;
  /// As the function's `length` says; more are passed on when `variadic`.
  [[nodiscard]] virtual std::size_t arity() const noexcept = 0;
  [[nodiscard]] virtual bool variadic() const noexcept { return false; }
};

template <typename Make>
Local Scope::array(std::size_t size, Make make) {
  return array_of(size, [](void* context, std::size_t index) { return (*static_cast<Make*>(context))(index); }, &make);
}

}  // namespace millrace::js
