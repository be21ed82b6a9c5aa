// Compresses the body of a request.
#pragma once

#include <string>
#include <string_view>

#include <millrace/result.h>

namespace millrace::observe {

/// Gzip (RFC 1952), at the level that is quickest: the bodies repeat themselves, which every level sees.
/// Errors    std::errc::not_enough_memory.
[[nodiscard]] Result<std::string> gzipped(std::string_view body);

}  // namespace millrace::observe
