// Which functions of the `native` object need a right of the sandbox's policy.
#pragma once

#include <string_view>

#include <millrace/js/sandbox.h>

#include "js/host_support.h"

namespace millrace::js {

/// Empty: the policy allows `function`. Else the right that is missing, as policies name it.
[[nodiscard]] std::string_view missing_right(const SandboxPolicy& policy, std::string_view function) noexcept;

/// What stands in the place of a function that needs `right`. Throws an Error with code ERR_DENIED; its name says which function.
[[nodiscard]] HostFunction refusing(std::string_view right) noexcept;
/// (whether it was a right that is missing, its name or that of the limit, what was asked for)
Local count_refusal(HostCall& call);
Local look_at_heap(HostCall& call);
/// What `native.env` and `native.cwd` tell a program that must not know.
Local empty_environment(HostCall& call);
Local no_directory(HostCall& call);

/// What sandbox.js needs of the policy.
[[nodiscard]] Local sandbox_facts(Engine& engine, const SandboxPolicy& policy);

}  // namespace millrace::js
