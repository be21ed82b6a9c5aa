// match(): what to do about an Error, by its code.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

#include <millrace/error.h>

namespace millrace {
namespace detail {

template <typename Code, typename Handler>
struct MatchArm {
  Code code;
  Handler handler;
};

template <typename Handler>
struct MatchRest {
  Handler handler;
};

template <typename Arm>
inline constexpr bool kIsMatchRest = false;
template <typename Handler>
inline constexpr bool kIsMatchRest<MatchRest<Handler>> = true;

// A handler that looks at nothing need not name what it does not look at.
template <typename Handler>
decltype(auto) call_match_handler(Handler& handler, const Error& found) {
  if constexpr (std::invocable<Handler&, const Error&>)
    return std::invoke(handler, found);
  else
    return std::invoke(handler);
}

template <typename Arm>
using MatchResult = decltype(call_match_handler(std::declval<Arm&>().handler, std::declval<const Error&>()));

template <typename Common, typename Arm, typename... Arms>
Common match_arms(const Error& error, Arm& arm, Arms&... rest) {
  if constexpr (kIsMatchRest<Arm>) {
    return static_cast<Common>(call_match_handler(arm.handler, error));
  } else {
    if (const Error* found = error.find_in_chain(arm.code)) return static_cast<Common>(call_match_handler(arm.handler, *found));
    if constexpr (sizeof...(Arms) > 0) return match_arms<Common>(error, rest...);
  }
}

}  // namespace detail

/// An arm of match() for a code: `on(Errc::full, [](const Error& e) {...})`. The handler may also take nothing.
template <typename Handler>
[[nodiscard]] detail::MatchArm<std::error_code, std::decay_t<Handler>> on(std::error_code code, Handler&& handler) {
  return {code, std::forward<Handler>(handler)};
}
/// The same for a condition, such as std::errc::timed_out: the codes of every category that mean it.
template <typename Handler>
[[nodiscard]] detail::MatchArm<std::error_condition, std::decay_t<Handler>> on(std::error_condition condition, Handler&& handler) {
  return {condition, std::forward<Handler>(handler)};
}
/// The last arm of match(): for an Error that none of the others names. Its handler is given the Error that was matched.
template <typename Handler>
[[nodiscard]] detail::MatchRest<std::decay_t<Handler>> otherwise(Handler&& handler) {
  return {std::forward<Handler>(handler)};
}

/// Runs the handler of the first arm whose code `error` or one of its causes has, and returns what it returns:
/// `match(error, on(Errc::full, retry_later), on(Errc::closed, [] { return 0; }), otherwise([](const Error& e) { return -1; }))`.
/// Effect    the handler is given the error that has the code, which may be a cause. Reasons of an aggregate are not looked at:
///           see Error::find().
/// Order     arms in the order written, so the more important code comes first; within an arm, from the outside in.
/// Result    the common type of what the handlers return. Without `otherwise`, which must be last, every handler returns nothing,
///           and nothing happens to an Error that no arm names. Errors: what the handler throws.
template <typename... Arms>
  requires(sizeof...(Arms) > 0)
std::common_type_t<detail::MatchResult<Arms>...> match(const Error& error, Arms... arms) {
  using Common = std::common_type_t<detail::MatchResult<Arms>...>;
  constexpr bool kRest[] = {detail::kIsMatchRest<Arms>...};
  constexpr auto kRests = (std::size_t{detail::kIsMatchRest<Arms>} + ...);
  static_assert(kRests == 0 || (kRests == 1 && kRest[sizeof...(Arms) - 1]), "otherwise(handler) comes once, as the last arm");
  static_assert(kRests == 1 || std::is_void_v<Common>, "handlers that return something need an otherwise(handler)");
  return detail::match_arms<Common>(error, arms...);
}

}  // namespace millrace
