// Site: a place in a program's text, and how the place where work was made travels with it.
#pragma once

#include <cstdint>
#include <optional>
#include <source_location>
#include <string>

#include <millrace/context.h>

namespace millrace::observe {

/// A place in C++ or JavaScript. A plain value.
struct Site {
  std::string file;  ///< empty: not known
  std::string function;
  std::uint32_t line = 0;  ///< from 1, as the next; 0: not known
  std::uint32_t column = 0;

  [[nodiscard]] bool known() const noexcept { return !file.empty(); }
  /// "file:line:column (function)", without what is not known; empty when nothing is.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] static Site of(const std::source_location& location);
};

/// Under which a Context holds the place in C++ where its work was made.
inline constexpr ContextKey<std::source_location> kSiteKey;

/// A context whose work was made here:
/// `const ContextScope scope(loop, with_site(loop.context())); loop.schedule(...)`.
/// Effect    what is scheduled in such a context keeps it, and so does what that schedules, unless it says another place.
/// Cost      one allocation; the place itself is known when the program is compiled.
[[nodiscard]] Context with_site(const Context& context, const std::source_location& here = std::source_location::current());
/// What `context` says. Cost: a walk through it, and the copy of two texts when it says something.
[[nodiscard]] std::optional<Site> site_in(const Context& context);

}  // namespace millrace::observe
