// field(), object() and list(): what a program gives to a logger.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <exception>
#include <iterator>
#include <optional>
#include <ranges>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

#include <millrace/observe/detail/log_arena.h>
#include <millrace/observe/log_value.h>

namespace millrace::observe {

class LogFields;
class LogList;
template <typename... Fields>
struct LogObjectOf;
template <typename... Values>
struct LogListOf;

/// A key and a reference to its value, as field() makes it. Nothing is read of the value before a record is made of it.
template <typename T>
struct LogFieldOf {
  std::string_view key;
  const T& value;
};
/// What field() makes of object() and list(), which are kept themselves.
template <typename T>
struct LogGroupOf {
  std::string_view key;
  T value;
};

namespace detail {
template <typename T>
constexpr bool is_group = false;
template <typename... Fields>
constexpr bool is_group<LogObjectOf<Fields...>> = true;
template <typename... Values>
constexpr bool is_group<LogListOf<Values...>> = true;
}  // namespace detail

/// One field of a record. `value` may be
///   null (nullptr), bool, integers, floating point, a char, text (whatever converts to std::string_view or has a
///   string(), as paths do; a null `const char*` is null);
///   a duration (std::chrono), a time of the system clock, a CorrelationId, an Error, a std::error_code, a std::exception_ptr;
///   a std::optional of one of these;
///   object(...), list(...), a range of such values (a list), a range of pairs whose first is text (an object);
///   a function without parameters, which is called only when a record is made;
///   a type of yours, for which a function beside it, found by its argument, says what it is:
///     `void log_fields(LogFields& out, const Order& order)` makes an object, `log_value(const Money& money)` answers another such value;
///   an enumeration with a function to_string() beside it, else its number.
/// Lifetime  the value is referred to, not copied: give the result to the logger in the same expression.
/// Cost      nothing; at a level that is off the value is not touched.
template <typename T>
[[nodiscard]] constexpr auto field(std::string_view key, const T& value) noexcept {
  if constexpr (detail::is_group<T>)
    return LogGroupOf<T>{key, value};
  else
    return LogFieldOf<T>{key, value};
}

/// Several fields as one value: `field("peer", object(field("host", host), field("port", port)))`. Lifetime: as field().
template <typename... Fields>
struct LogObjectOf {
  std::tuple<Fields...> fields;
};
template <typename... Fields>
[[nodiscard]] constexpr LogObjectOf<Fields...> object(const Fields&... fields) noexcept {
  return {{fields...}};
}
/// Values of any types one after the other. Lifetime: as field(), and each value must live as long.
template <typename... Values>
struct LogListOf {
  std::tuple<const Values&...> values;
};
template <typename... Values>
[[nodiscard]] constexpr LogListOf<Values...> list(const Values&... values) noexcept {
  return {{values...}};
}

namespace detail {

template <typename T>
concept LogText = std::convertible_to<const T&, std::string_view> && !std::is_null_pointer_v<T>;
/// Has a text of its own to give, such as std::filesystem::path, which is also a range of itself.
template <typename T>
concept HasString = requires(const T& value) {
  { value.string() } -> LogText;
};
template <typename T>
concept LogPair = requires(const T& pair) {
  { pair.first } -> LogText;
  pair.second;
};
template <typename T>
concept HasLogFields = requires(LogFields& out, const T& value) { log_fields(out, value); };
template <typename T>
concept HasLogValue = requires(const T& value) { log_value(value); };
template <typename T>
concept EnumerationWithText = std::is_enum_v<T> && requires(const T& value) {
  { to_string(value) } -> LogText;
};
template <typename T>
constexpr bool is_duration = false;
template <typename Rep, typename Period>
constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;
template <typename T>
constexpr bool is_system_time = false;
template <typename D>
constexpr bool is_system_time<std::chrono::time_point<std::chrono::system_clock, D>> = true;
template <typename T>
constexpr bool is_optional = false;
template <typename T>
constexpr bool is_optional<std::optional<T>> = true;

/// What fits into a LogValue without a copy of anything.
template <typename T>
concept PlainLogValue =
    !HasLogValue<T> && !HasLogFields<T> &&
    (std::is_null_pointer_v<T> || (std::integral<T> && !std::same_as<T, char> && sizeof(T) <= 8) || std::floating_point<T> ||
     LogText<T> || is_duration<T> || is_system_time<T> || std::same_as<T, CorrelationId> || std::same_as<T, Error>);

template <PlainLogValue T>
[[nodiscard, gnu::always_inline]] inline LogValue plain_value(const T& value) noexcept {
  if constexpr (std::is_null_pointer_v<T>) {
    return {};
  } else if constexpr (std::same_as<T, bool>) {
    return LogValue::of_bool(value);
  } else if constexpr (std::unsigned_integral<T>) {
    return LogValue::of_unsigned(value);
  } else if constexpr (std::integral<T>) {
    return LogValue::of_integer(value);
  } else if constexpr (std::floating_point<T>) {
    return LogValue::of_number(static_cast<double>(value));
  } else if constexpr (is_duration<T>) {
    return LogValue::of_duration(std::chrono::duration_cast<Duration>(value));
  } else if constexpr (is_system_time<T>) {
    return LogValue::of_time(std::chrono::time_point_cast<WallTime::duration>(value));
  } else if constexpr (std::same_as<T, CorrelationId>) {
    return LogValue::of_correlation_id(value);
  } else if constexpr (std::same_as<T, Error>) {
    return LogValue::of_error(value);
  } else {
    if constexpr (std::is_pointer_v<T>)
      if (value == nullptr) return {};
    return LogValue::of_text(value);
  }
}

/// The value of anything that field() takes, with all it needs in the arena.
template <typename T>
[[nodiscard]] LogValue kept_value(LogArena& arena, const T& value);

template <typename T>
[[nodiscard]] LogValue ask_value(LogArena& arena, const void* object) {
  return kept_value(arena, *static_cast<const T*>(object));
}
template <typename T>
[[nodiscard]] LogValue ask_fields(LogArena& arena, const void* object);

template <typename T>
[[nodiscard, gnu::always_inline]] inline LogValue value_or_question(const T& value) noexcept {
  if constexpr (PlainLogValue<T>)
    return plain_value(value);
  else
    return LogDeferral::deferred(&value, &ask_value<T>);
}
template <typename T>
[[nodiscard, gnu::always_inline]] inline LogField to_field(const LogFieldOf<T>& given) noexcept {
  return {given.key, value_or_question(given.value)};
}
template <typename T>
[[nodiscard, gnu::always_inline]] inline LogField to_field(const LogGroupOf<T>& given) noexcept {
  return {given.key, value_or_question(given.value)};
}
template <typename F>
  requires std::invocable<const F&, LogFields&>
[[nodiscard, gnu::always_inline]] inline LogField to_field(const F& given) noexcept {
  return {{}, LogDeferral::spread(&given, &ask_fields<F>)};
}
/// field(...), or a function that adds fields.
template <typename T>
concept LogFieldArgument = requires(const T& given) {
  { to_field(given) } -> std::same_as<LogField>;
};

/// A growing array in an arena.
template <typename T>
class ArenaArray {
 public:
  explicit ArenaArray(LogArena& arena) noexcept : arena_(arena) {}
  void push(const T& value) {
    if (size_ == capacity_) grow();
    ::new (static_cast<void*>(data_ + size_++)) T(value);
  }
  [[nodiscard]] std::span<const T> view() const noexcept { return {data_, size_}; }
  [[nodiscard]] LogArena& arena() const noexcept { return arena_; }

 private:
  void grow() {
    const std::size_t larger = capacity_ == 0 ? 4 : capacity_ * 2;
    T* const moved = arena_.allocate<T>(larger);
    for (std::size_t i = 0; i < size_; ++i) ::new (static_cast<void*>(moved + i)) T(data_[i]);
    data_ = moved;
    capacity_ = larger;
  }
  LogArena& arena_;
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace detail

/// Adds fields one by one: to a record in `log.debug("plan", [&](LogFields& f) { f.add("rows", count_rows()); })`, and to an object.
/// Copies    keys and values are copied, so they need not outlive the call.
/// Errors    std::bad_alloc. What a function given to a logger throws ends that function alone: the record keeps the fields added before
///           and gets one more, `log_failure`, with the exception as an error; where it was to answer a value, the error is the value.
/// Thread    that of the function it was given to, and only while that runs.
class LogFields {
 public:
  explicit LogFields(detail::LogArena& arena) noexcept : fields_(arena) {}
  LogFields(const LogFields&) = delete;
  LogFields& operator=(const LogFields&) = delete;

  /// `value` as for field().
  template <typename T>
  LogFields& add(std::string_view key, const T& value) {
    detail::LogArena& arena = fields_.arena();
    const std::string_view kept = arena.copy(key);
    fields_.push({kept, detail::kept_value(arena, value)});
    return *this;
  }
  /// An object of what `fill(LogFields&)` adds.
  template <std::invocable<LogFields&> Fill>
  LogFields& add_object(std::string_view key, const Fill& fill) {
    LogFields inner(fields_.arena());
    fill(inner);
    fields_.push({fields_.arena().copy(key), LogValue::of_object(inner.view())});
    return *this;
  }
  /// A list of what `fill(LogList&)` adds.
  template <std::invocable<LogList&> Fill>
  LogFields& add_list(std::string_view key, const Fill& fill);
  [[nodiscard]] std::span<const LogField> view() const noexcept { return fields_.view(); }

 private:
  detail::ArenaArray<LogField> fields_;
};

/// Adds values one by one. Otherwise as LogFields.
class LogList {
 public:
  explicit LogList(detail::LogArena& arena) noexcept : values_(arena) {}
  LogList(const LogList&) = delete;
  LogList& operator=(const LogList&) = delete;

  template <typename T>
  LogList& add(const T& value) {
    values_.push(detail::kept_value(values_.arena(), value));
    return *this;
  }
  template <std::invocable<LogFields&> Fill>
  LogList& add_object(const Fill& fill) {
    LogFields inner(values_.arena());
    fill(inner);
    values_.push(LogValue::of_object(inner.view()));
    return *this;
  }
  template <std::invocable<LogList&> Fill>
  LogList& add_list(const Fill& fill) {
    LogList inner(values_.arena());
    fill(inner);
    values_.push(LogValue::of_list(inner.view()));
    return *this;
  }
  [[nodiscard]] std::span<const LogValue> view() const noexcept { return values_.view(); }

 private:
  detail::ArenaArray<LogValue> values_;
};

template <std::invocable<LogList&> Fill>
LogFields& LogFields::add_list(std::string_view key, const Fill& fill) {
  LogList inner(fields_.arena());
  fill(inner);
  fields_.push({fields_.arena().copy(key), LogValue::of_list(inner.view())});
  return *this;
}

namespace detail {

/// Answers `value`, asked if it is still a question; what that throws becomes the value. Errors: std::bad_alloc.
[[nodiscard]] LogValue settled(LogArena& arena, const LogValue& value);
/// Runs `fill` and answers the fields it added, as an object; what it throws becomes one field more. Errors: std::bad_alloc.
[[nodiscard]] LogValue contained_fields(LogArena& arena, void (*fill)(LogFields& out, const void* object), const void* object);
[[nodiscard]] LogValue describe(LogArena& arena, std::error_code code);
[[nodiscard]] LogValue describe(LogArena& arena, const std::exception_ptr& exception);

template <typename T>
LogValue ask_fields(LogArena& arena, const void* object) {
  return contained_fields(arena, [](LogFields& out, const void* fill) { (*static_cast<const T*>(fill))(out); }, object);
}

template <typename... Fields>
[[nodiscard]] LogValue kept_group(LogArena& arena, const LogObjectOf<Fields...>& group) {
  LogFields made(arena);
  std::apply([&](const auto&... each) { (made.add(each.key, each.value), ...); }, group.fields);
  return LogValue::of_object(made.view());
}
template <typename... Values>
[[nodiscard]] LogValue kept_group(LogArena& arena, const LogListOf<Values...>& group) {
  LogList made(arena);
  std::apply([&](const auto&... each) { (made.add(each), ...); }, group.values);
  return LogValue::of_list(made.view());
}
template <typename Range>
[[nodiscard]] LogValue kept_range(LogArena& arena, const Range& range) {
  if constexpr (LogPair<std::ranges::range_value_t<Range>>) {
    LogFields made(arena);
    for (const auto& each : range) made.add(each.first, each.second);
    return LogValue::of_object(made.view());
  } else {
    LogList made(arena);
    for (const auto& each : range) made.add(static_cast<const std::ranges::range_value_t<Range>&>(each));
    return LogValue::of_list(made.view());
  }
}

template <typename T>
LogValue kept_value(LogArena& arena, const T& value) {
  if constexpr (HasLogFields<T>) {
    LogFields made(arena);
    log_fields(made, value);
    return LogValue::of_object(made.view());
  } else if constexpr (HasLogValue<T>) {
    return kept_value(arena, log_value(value));
  } else if constexpr (std::same_as<T, Error>) {
    return LogValue::of_error(arena.keep(value));
  } else if constexpr (PlainLogValue<T>) {
    const LogValue plain = plain_value(value);
    return plain.kind() == LogKind::text ? LogValue::of_text(arena.copy(plain.as_text())) : plain;
  } else if constexpr (std::same_as<T, char>) {
    return LogValue::of_text(arena.copy({&value, 1}));
  } else if constexpr (is_optional<T>) {
    return value ? kept_value(arena, *value) : LogValue();
  } else if constexpr (is_group<T>) {
    return kept_group(arena, value);
  } else if constexpr (std::same_as<T, std::error_code> || std::same_as<T, std::exception_ptr>) {
    return describe(arena, value);
  } else if constexpr (EnumerationWithText<T>) {
    return LogValue::of_text(arena.copy(to_string(value)));
  } else if constexpr (std::is_enum_v<T>) {
    return plain_value(static_cast<std::underlying_type_t<T>>(value));
  } else if constexpr (std::invocable<const T&>) {
    return kept_value(arena, value());
  } else if constexpr (HasString<T>) {
    return LogValue::of_text(arena.copy(value.string()));
  } else if constexpr (std::ranges::input_range<const T>) {
    return kept_range(arena, value);
  } else {
    static_assert(
        std::is_void_v<T>,
        "this type cannot be logged: give it a function log_fields(LogFields&, const T&) or log_value(const T&) beside it");
  }
}

}  // namespace detail
}  // namespace millrace::observe
