// Conversions between values of C++ and of JavaScript. What they share: nothing is guessed. A number is not made of a string, nor a truth value of an
// object; what does not fit is an error that says what was expected, what there was, and where.
//
//   C++                                         JavaScript
//   bool                                        boolean
//   integers up to 32 bits, float, double       number; an integer must be whole and in range
//   std::int64_t, std::uint64_t                 number while exact (up to 2^53 - 1), else BigInt; both are read
//   std::string, string_view, const char*       string, as UTF-8; lone surrogates become U+FFFD
//   std::u16string, u16string_view              string, unit by unit
//   std::monostate; std::nullptr_t              undefined; null
//   std::optional<T>                            T or undefined; null is read as nothing, too
//   std::variant<Ts...>                         the first of Ts that fits
//   std::vector<T>, std::array<T, N>            array
//   std::pair, std::tuple                       array of exactly so many
//   std::map<std::string, T>, unordered_map     plain object; with other keys a Map
//   system_clock::time_point; durations         Date; number of milliseconds
//   std::vector<std::byte>                      Uint8Array, copied; std::span<const std::byte>: as a parameter, without a copy, for the call;
//                                               Scope::bytes() hands memory over without one
//   enums                                       the names in `enumerators`, else the number
//   structs with a description in `fields`      plain object
//   classes exposed with Class<T>               their objects: T&, const T&, T* as parameters, std::shared_ptr<T>, T as a result
//   std::function<R(Args...)>                   function, both ways; what it throws is an ErrorException
//   Promise<T> (include js/promise.h)           promise
//   Result<T>, as a result                      T, or the Error thrown
//   Error                                       Error object
//   Value, Object, Function                     themselves
//
// One of your own: specialise Convert<T> with `to(Scope&, const T&) -> Local` and `from(Scope&, Local) -> Result<T>`.
#pragma once

#include <array>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <millrace/js/scope.h>
#include <millrace/js/value.h>

namespace millrace::js {

namespace detail {
/// `error` happened at this step of a path: `.name`, `[3]`, `argument 2`.
[[nodiscard]] Error at_step(const Error& error, std::string_view step);
[[nodiscard]] inline Error at_index(const Error& error, std::size_t index) {
  return at_step(error, "[" + std::to_string(index) + "]");
}
/// The names of all alternatives, for `expected one of`.
[[nodiscard]] Error no_enumerator(Scope& scope, std::span<const std::string_view> names, Local got);
[[nodiscard]] Error not_whole(double got, double lowest, double highest);

inline constexpr double kSafe = 9007199254740991;  // 2^53 - 1
}  // namespace detail

/// The description of a struct: `template <> inline constexpr auto millrace::js::fields<Point> = described(field("x", &Point::x), ...);`
template <typename T>
inline constexpr std::nullptr_t fields = nullptr;
/// A missing or undefined property is an error, unless the member is a std::optional or the field says `or_default`.
template <typename T, typename Member>
struct Field {
  const char* name;
  Member T::* member;
  bool may_miss = false;
};
template <typename T, typename Member>
[[nodiscard]] constexpr Field<T, Member> field(const char* name, Member T::* member) noexcept {
  return {name, member};
}
/// One that keeps what T's default constructor gave it when it is missing.
template <typename T, typename Member>
[[nodiscard]] constexpr Field<T, Member> field_or_default(const char* name, Member T::* member) noexcept {
  return {name, member, true};
}
template <typename... Fields>
[[nodiscard]] constexpr std::tuple<Fields...> described(Fields... list) noexcept {
  return {list...};
}
/// The names of an enum: `template <> inline constexpr auto millrace::js::enumerators<Color> = named<Color>({{"red", Color::red}, ...});`
template <typename T>
inline constexpr std::nullptr_t enumerators = nullptr;
template <typename T, std::size_t N>
[[nodiscard]] constexpr std::array<std::pair<std::string_view, T>, N> named(const std::pair<std::string_view, T> (&list)[N]) {
  return std::to_array(list);
}

namespace detail {
template <typename T>
concept Described = !std::is_null_pointer_v<std::remove_cvref_t<decltype(fields<T>)>>;
template <typename T>
concept Named = std::is_enum_v<T> && !std::is_null_pointer_v<std::remove_cvref_t<decltype(enumerators<T>)>>;
template <typename T>
concept SmallInteger = std::integral<T> && !std::same_as<T, bool> && sizeof(T) <= 4;
template <typename T>
concept LargeInteger = std::integral<T> && sizeof(T) == 8;
}  // namespace detail

template <>
struct Convert<bool> {
  static Local to(Scope& scope, bool value) { return scope.boolean(value); }
  static Result<bool> from(Scope& scope, Local value) {
    if (scope.kind(value) != Kind::boolean) return fail(scope.mismatch("a boolean", value));
    return scope.truthy(value);
  }
};

template <std::floating_point T>
struct Convert<T> {
  static Local to(Scope& scope, T value) { return scope.number(static_cast<double>(value)); }
  static Result<T> from(Scope& scope, Local value) {
    const double number = scope.number_of(value);
    if (std::isnan(number) && scope.kind(value) != Kind::number) return fail(scope.mismatch("a number", value));
    constexpr auto kHighest = static_cast<double>(std::numeric_limits<T>::max());
    if (std::isfinite(number) && std::abs(number) > kHighest) return fail(detail::not_whole(number, -kHighest, kHighest));
    return static_cast<T>(number);
  }
};

template <detail::SmallInteger T>
struct Convert<T> {
  static Local to(Scope& scope, T value) { return scope.number(static_cast<double>(value)); }
  static Result<T> from(Scope& scope, Local value) {
    constexpr double kLowest = std::numeric_limits<T>::lowest(), kHighest = std::numeric_limits<T>::max();
    const double number = scope.number_of(value);
    if (number >= kLowest && number <= kHighest && number == std::trunc(number)) return static_cast<T>(number);
    if (scope.kind(value) != Kind::number) return fail(scope.mismatch("a whole number", value));
    return fail(detail::not_whole(number, kLowest, kHighest));
  }
};

template <detail::LargeInteger T>
struct Convert<T> {
  using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
  static Local to(Scope& scope, T value) {
    const auto number = static_cast<double>(value);
    if (number >= -detail::kSafe && number <= detail::kSafe) return scope.number(number);
    return scope.bigint(static_cast<Wide>(value));
  }
  static Result<T> from(Scope& scope, Local value) {
    constexpr double kLowest = std::is_signed_v<T> ? -detail::kSafe : 0;
    const double number = scope.number_of(value);
    if (number >= kLowest && number <= detail::kSafe && number == std::trunc(number)) return static_cast<T>(number);
    const Kind kind = scope.kind(value);
    if (kind == Kind::bigint) {
      std::optional<Wide> wide;
      if constexpr (std::is_signed_v<T>)
        wide = scope.int64_of(value);
      else
        wide = scope.uint64_of(value);
      if (wide) return static_cast<T>(*wide);
      return fail(
          scope.mismatch(std::is_signed_v<T> ? "a BigInt of 64 bits with sign" : "a BigInt of 64 bits without sign", value));
    }
    if (kind != Kind::number) return fail(scope.mismatch("a whole number or a BigInt", value));
    return fail(detail::not_whole(number, kLowest, detail::kSafe));
  }
};

template <>
struct Convert<std::string> {
  static Local to(Scope& scope, std::string_view value) { return scope.string(value); }
  static Result<std::string> from(Scope& scope, Local value) {
    if (scope.kind(value) != Kind::string) return fail(scope.mismatch("a string", value));
    return scope.string_of(value);
  }
};
template <>
struct Convert<std::string_view> {
  static Local to(Scope& scope, std::string_view value) { return scope.string(value); }
};
template <>
struct Convert<const char*> {
  static Local to(Scope& scope, const char* value) { return scope.string(std::string_view(value)); }
};
template <std::size_t N>
struct Convert<char[N]> {
  static Local to(Scope& scope, const char* value) { return scope.string(std::string_view(value)); }
};
template <>
struct Convert<std::u16string> {
  static Local to(Scope& scope, std::u16string_view value) { return scope.string(value); }
  static Result<std::u16string> from(Scope& scope, Local value) {
    if (scope.kind(value) != Kind::string) return fail(scope.mismatch("a string", value));
    return scope.string16_of(value);
  }
};
template <>
struct Convert<std::u16string_view> {
  static Local to(Scope& scope, std::u16string_view value) { return scope.string(value); }
};

template <>
struct Convert<std::monostate> {
  static Local to(Scope& scope, std::monostate) { return scope.undefined(); }
  static Result<std::monostate> from(Scope& scope, Local value) {
    if (scope.kind(value) != Kind::undefined) return fail(scope.mismatch("undefined", value));
    return std::monostate();
  }
};
template <>
struct Convert<std::nullptr_t> {
  static Local to(Scope& scope, std::nullptr_t) { return scope.null(); }
  static Result<std::nullptr_t> from(Scope& scope, Local value) {
    if (scope.kind(value) != Kind::null) return fail(scope.mismatch("null", value));
    return nullptr;
  }
};

template <typename T>
struct Convert<std::optional<T>> {
  static Local to(Scope& scope, const std::optional<T>& value) { return value ? Convert<T>::to(scope, *value) : scope.undefined(); }
  static Result<std::optional<T>> from(Scope& scope, Local value) {
    if (const Kind kind = scope.kind(value); kind == Kind::undefined || kind == Kind::null) return std::optional<T>();
    Result<T> inside = Convert<T>::from(scope, value);
    if (!inside) return fail(std::move(inside.error()));
    return std::optional<T>(std::move(*inside));
  }
};

template <typename... Ts>
struct Convert<std::variant<Ts...>> {
  using Variant = std::variant<Ts...>;
  static Local to(Scope& scope, const Variant& value) {
    return std::visit([&]<typename T>(const T& inside) { return Convert<T>::to(scope, inside); }, value);
  }
  static Result<Variant> from(Scope& scope, Local value) {
    std::optional<Variant> found;
    std::string reasons;
    std::optional<Error> thrown;
    const auto attempt = [&]<typename T>(std::type_identity<T>) {
      Result<T> inside = Convert<T>::from(scope, value);
      if (inside) return found.emplace(std::in_place_type<T>, std::move(*inside)), true;
      if (inside.error().code() != Errc::invalid_argument) return thrown = std::move(inside.error()), true;
      reasons += (reasons.empty() ? "" : "; ") + inside.error().message();
      return false;
    };
    static_cast<void>((attempt(std::type_identity<Ts>{}) || ...));
    if (found) return *std::move(found);
    if (thrown) return fail(*std::move(thrown));
    return fail(Errc::invalid_argument, "none of the alternatives fits: " + reasons);
  }
};

template <typename T, typename Allocator>
struct Convert<std::vector<T, Allocator>> {
  static Local to(Scope& scope, const std::vector<T, Allocator>& list) {
    return scope.array(list.size(), [&](std::size_t i) { return Convert<T>::to(scope, list[i]); });
  }
  static Result<std::vector<T, Allocator>> from(Scope& scope, Local value) {
    if (!scope.is_array(value)) return fail(scope.mismatch("an array", value));
    const Result<std::uint32_t> length = scope.length(value);
    if (!length) return fail(length.error());
    std::vector<T, Allocator> list;
    for (std::uint32_t i = 0; i < *length; ++i) {
      const Result<Local> element = scope.get(value, i);
      if (!element) return fail(element.error());
      Result<T> inside = Convert<T>::from(scope, *element);
      if (!inside) return fail(detail::at_index(inside.error(), i));
      list.push_back(std::move(*inside));
    }
    return list;
  }
};

namespace detail {
/// Arrays of a length that the type says.
template <typename Tuple>
struct ConvertTuple {
  static constexpr std::size_t kSize = std::tuple_size_v<Tuple>;
  static Local to(Scope& scope, const Tuple& tuple) {
    return std::apply(
        [&](const auto&... parts) {
          const std::array<Local, sizeof...(parts)> elements{Convert<std::remove_cvref_t<decltype(parts)>>::to(scope, parts)...};
          return scope.array(elements);
        },
        tuple);
  }
  static Result<Tuple> from(Scope& scope, Local value) {
    if (!scope.is_array(value)) return fail(scope.mismatch("an array", value));
    const Result<std::uint32_t> length = scope.length(value);
    if (!length) return fail(length.error());
    if (*length != kSize)
      return fail(Errc::invalid_argument, "expected " + std::to_string(kSize) + " elements, got " + std::to_string(*length));
    return parts(scope, value, std::make_index_sequence<kSize>());
  }

 private:
  template <std::size_t... I>
  static Result<Tuple> parts(Scope& scope, Local value, std::index_sequence<I...>) {
    std::optional<Error> failed;
    std::tuple<std::optional<std::tuple_element_t<I, Tuple>>...> read;
    const auto read_one = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
      const Result<Local> element = scope.get(value, static_cast<std::uint32_t>(J));
      if (!element) return failed = element.error(), false;
      auto inside = Convert<std::tuple_element_t<J, Tuple>>::from(scope, *element);
      if (!inside) return failed = at_index(inside.error(), J), false;
      std::get<J>(read).emplace(std::move(*inside));
      return true;
    };
    if (!(read_one(std::integral_constant<std::size_t, I>{}) && ...)) return fail(*std::move(failed));
    return Tuple{*std::move(std::get<I>(read))...};
  }
};
}  // namespace detail

template <typename... Ts>
struct Convert<std::tuple<Ts...>> : detail::ConvertTuple<std::tuple<Ts...>> {};
template <typename A, typename B>
struct Convert<std::pair<A, B>> : detail::ConvertTuple<std::pair<A, B>> {};
template <typename T, std::size_t N>
struct Convert<std::array<T, N>> : detail::ConvertTuple<std::array<T, N>> {};

namespace detail {
template <typename Map>
struct ConvertMap {
  using Key = typename Map::key_type;
  using Mapped = typename Map::mapped_type;
  static Local to(Scope& scope, const Map& map) {
    Scope::List flat(scope);
    for (const auto& [key, value] : map) {
      flat.push(Convert<Key>::to(scope, key));
      flat.push(Convert<Mapped>::to(scope, value));
    }
    return std::same_as<Key, std::string> ? scope.object(flat.span()) : scope.map(flat.span());
  }
  static Result<Map> from(Scope& scope, Local value) {
    Map map;
    if constexpr (std::same_as<Key, std::string>) {
      if (scope.kind(value) != Kind::object || scope.is_array(value)) return fail(scope.mismatch("an object", value));
      const Result<std::vector<std::string>> keys = scope.keys(value);
      if (!keys) return fail(keys.error());
      for (const std::string& key : *keys) {
        const Result<Local> property = scope.get(value, key);
        if (!property) return fail(property.error());
        Result<Mapped> inside = Convert<Mapped>::from(scope, *property);
        if (!inside) return fail(at_step(inside.error(), "." + key));
        map.emplace(key, std::move(*inside));
      }
    } else {
      const Result<std::optional<std::vector<Value>>> entries = scope.entries_of(value);
      if (!entries) return fail(entries.error());
      if (!*entries) return fail(scope.mismatch("a Map", value));
      for (std::size_t i = 0; i + 1 < (*entries)->size(); i += 2) {
        Result<Key> key = Convert<Key>::from(scope, scope.value((**entries)[i]));
        if (!key) return fail(at_step(key.error(), "key " + std::to_string(i / 2)));
        Result<Mapped> inside = Convert<Mapped>::from(scope, scope.value((**entries)[i + 1]));
        if (!inside) return fail(at_step(inside.error(), "value " + std::to_string(i / 2)));
        map.emplace(std::move(*key), std::move(*inside));
      }
    }
    return map;
  }
};
}  // namespace detail

template <typename K, typename V, typename C, typename A>
struct Convert<std::map<K, V, C, A>> : detail::ConvertMap<std::map<K, V, C, A>> {};
template <typename K, typename V, typename H, typename E, typename A>
struct Convert<std::unordered_map<K, V, H, E, A>> : detail::ConvertMap<std::unordered_map<K, V, H, E, A>> {};

template <typename D>
struct Convert<std::chrono::time_point<std::chrono::system_clock, D>> {
  using Point = std::chrono::time_point<std::chrono::system_clock, D>;
  static Local to(Scope& scope, Point point) {
    return scope.date(
        std::chrono::duration<double, std::milli>(std::chrono::floor<std::chrono::milliseconds>(point.time_since_epoch())).count());
  }
  static Result<Point> from(Scope& scope, Local value) {
    const std::optional<double> milliseconds = scope.date_of(value);
    if (!milliseconds) return fail(scope.mismatch("a Date", value));
    if (std::isnan(*milliseconds)) return fail(Errc::invalid_argument, "expected a valid Date, got an invalid one");
    constexpr double kHighest =
        std::chrono::duration<double, std::milli>(D::max() / 2).count();  // half: what rounding may add is far away
    if (std::abs(*milliseconds) > kHighest) return fail(detail::not_whole(*milliseconds, -kHighest, kHighest));
    return Point(std::chrono::duration_cast<D>(std::chrono::milliseconds(static_cast<std::int64_t>(*milliseconds))));
  }
};
template <typename Rep, typename Period>
struct Convert<std::chrono::duration<Rep, Period>> {
  using Span = std::chrono::duration<Rep, Period>;
  static Local to(Scope& scope, Span span) { return scope.number(std::chrono::duration<double, std::milli>(span).count()); }
  static Result<Span> from(Scope& scope, Local value) {
    const Result<double> milliseconds = Convert<double>::from(scope, value);
    if (!milliseconds) return fail(milliseconds.error());
    const double count = *milliseconds * static_cast<double>(Period::den) / (1000 * static_cast<double>(Period::num));
    if constexpr (std::integral<Rep>) {
      constexpr double kHighest = static_cast<double>(std::numeric_limits<Rep>::max() / 2);
      constexpr double kLowest = std::is_signed_v<Rep> ? -kHighest : 0;
      if (!(count >= kLowest && count <= kHighest)) return fail(detail::not_whole(*milliseconds, kLowest, kHighest));
      return Span(static_cast<Rep>(std::round(count)));
    } else {
      return Span(static_cast<Rep>(count));
    }
  }
};

template <typename T>
  requires(std::is_enum_v<T>)
struct Convert<T> {
  static Local to(Scope& scope, T value) {
    if constexpr (detail::Named<T>) {
      for (const auto& [name, each] : enumerators<T>)
        if (each == value) return scope.string(name);
      return scope.undefined();
    } else {
      return Convert<std::underlying_type_t<T>>::to(scope, static_cast<std::underlying_type_t<T>>(value));
    }
  }
  static Result<T> from(Scope& scope, Local value) {
    if constexpr (detail::Named<T>) {
      const std::string text = scope.kind(value) == Kind::string ? scope.string_of(value) : std::string();
      std::vector<std::string_view> names;
      for (const auto& [name, each] : enumerators<T>) {
        if (name == text) return each;
        names.push_back(name);
      }
      return fail(detail::no_enumerator(scope, names, value));
    } else {
      const Result<std::underlying_type_t<T>> number = Convert<std::underlying_type_t<T>>::from(scope, value);
      if (!number) return fail(number.error());
      return static_cast<T>(*number);
    }
  }
};

template <detail::Described T>
struct Convert<T> {
  static Local to(Scope& scope, const T& value) {
    std::array<Local, 2 * std::tuple_size_v<std::remove_cvref_t<decltype(fields<T>)>>> flat;
    std::size_t at = 0;
    const auto write = [&]<typename Member>(const Field<T, Member>& each) {
      flat[at++] = scope.key(each.name);
      flat[at++] = Convert<Member>::to(scope, value.*each.member);
    };
    std::apply([&](const auto&... each) { (write(each), ...); }, fields<T>);
    return scope.object(flat);
  }
  static Result<T> from(Scope& scope, Local value) {
    if (const Kind kind = scope.kind(value); kind != Kind::object) return fail(scope.mismatch("an object", value));
    T made{};
    std::optional<Error> failed;
    const auto read = [&]<typename Member>(const Field<T, Member>& each) {
      const Result<Local> property = scope.get(value, each.name);
      if (!property) return failed = property.error(), false;
      if (each.may_miss && scope.kind(*property) == Kind::undefined) return true;
      Result<Member> inside = Convert<Member>::from(scope, *property);
      if (!inside) return failed = detail::at_step(inside.error(), std::string(".") + each.name), false;
      made.*each.member = std::move(*inside);
      return true;
    };
    if (!std::apply([&](const auto&... each) { return (read(each) && ...); }, fields<T>)) return fail(*std::move(failed));
    return made;
  }
};

template <>
struct Convert<Value> {
  static Local to(Scope& scope, const Value& value) { return scope.value(value); }
  static Result<Value> from(Scope& scope, Local value) { return scope.keep(value); }
};
template <>
struct Convert<Object> {
  static Local to(Scope& scope, const Value& value) { return scope.value(value); }
  static Result<Object> from(Scope& scope, Local value) {
    if (scope.kind(value) < Kind::object) return fail(scope.mismatch("an object", value));
    return Object(scope.keep(value));
  }
};
template <>
struct Convert<Function> {
  static Local to(Scope& scope, const Value& value) { return scope.value(value); }
  static Result<Function> from(Scope& scope, Local value) {
    if (scope.kind(value) != Kind::function) return fail(scope.mismatch("a function", value));
    return Function(scope.keep(value));
  }
};
template <>
struct Convert<Error> {
  static Local to(Scope& scope, const Error& error) { return scope.error(error); }
};

}  // namespace millrace::js
