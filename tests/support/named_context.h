// Contexts that are told apart by a name in them.
#pragma once

#include <string>
#include <utility>

#include <millrace/context.h>

namespace millrace::testing {

inline constinit ContextKey<std::string> name_key;

[[nodiscard]] inline Context named(std::string name) { return Context{}.with(name_key, std::move(name)); }

/// The name in a context, or "-".
[[nodiscard]] inline std::string name_in(const Context& context) {
  const std::string* name = context.find(name_key);
  return name == nullptr ? "-" : *name;
}

}  // namespace millrace::testing
