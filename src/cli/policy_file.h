// Sandbox policies as JSON, and the times and sizes that people write.
#pragma once

#include <string>
#include <string_view>

#include <millrace/js/sandbox.h>

namespace millrace::cli {

/// "500ms", "2s", "1.5s", "2min".
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);
/// "64MiB", "1GiB", "512KiB", "1000" (bytes); MB, GB and KB count in thousands.
[[nodiscard]] Result<std::uint64_t> parse_bytes(std::string_view text);
/// What a policy file says, over `base`. Errors: Errc::invalid_argument: which key, what is wrong with it, and what it may be.
[[nodiscard]] Result<js::SandboxPolicy> parse_policy(std::string_view json, js::SandboxPolicy base);
/// "strict", a policy as JSON text, or the name of a file with one.
[[nodiscard]] Result<js::SandboxPolicy> read_policy(const std::string& what);

}  // namespace millrace::cli
