// Lists as OTEL_RESOURCE_ATTRIBUTES and OTEL_EXPORTER_OTLP_HEADERS have them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <millrace/result.h>

namespace millrace::observe {

/// "key=value,key2=value2" with percent-encoded values; white space around keys and values, and empty members, are left out.
/// Errors    Errc::invalid_argument: no '=', no key, or a '%' without two hexadecimal digits.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> parse_key_values(std::string_view list);

}  // namespace millrace::observe
