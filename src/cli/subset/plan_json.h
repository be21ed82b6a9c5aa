// A plan for programs.
#pragma once

#include <string>

#include <millrace/subset/dependencies.h>

namespace millrace::cli {

/// One JSON object; docs/subset.md lists its members. What is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::string plan_json(const subset::Schema& schema, const subset::Dependencies& dependencies);

}  // namespace millrace::cli
