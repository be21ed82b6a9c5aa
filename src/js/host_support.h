// What the files that make up the `native` object share.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "js/engine.h"
#include "js/runtime_core.h"

namespace millrace::js {

struct HostEntry {
  std::string_view name;
  HostFunction function;
  LeafFunction leaf{};
};
/// See Engine::leaf_function().
template <HostFunction function>
constexpr HostEntry leaf_entry(std::string_view name) {
  return {name, function, leaf<function>()};
}

[[nodiscard]] inline RuntimeCore& core_of(HostCall& call) { return *static_cast<RuntimeCore*>(call.data()); }
[[nodiscard]] inline std::string text_at(HostCall& call, std::size_t n) { return call.engine().string_of(call.at(n)); }

/// Throws the way Node does: `ENOENT: no such file or directory, open 'x'` with code, syscall and path.
Local throw_error(HostCall& call, const Error& error);
/// Throws what JavaScript threw.
Local throw_thrown(HostCall& call, const ThrownValue& thrown);

[[nodiscard]] std::span<const HostEntry> module_functions() noexcept;  // host_modules.cpp
/// What `process` may ask of the operating system. Calls that the system may refuse return the errno, 0 for success: the built-ins make the
/// error, as they know what it is to say.
[[nodiscard]] std::span<const HostEntry> process_functions() noexcept;  // host_process.cpp
[[nodiscard]] std::span<const HostEntry> observe_functions() noexcept;  // host_observe.cpp
[[nodiscard]] std::span<const HostEntry> worker_functions() noexcept;   // workers/host_workers.cpp

}  // namespace millrace::js
