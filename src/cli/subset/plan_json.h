// A plan for programs.
#pragma once

#include <string>

#include <millrace/subset/dependencies.h>
#include <millrace/subset/plan.h>

namespace millrace::cli {

/// One JSON object; docs/subset.md lists its members. What is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::string plan_json(const subset::Schema& schema, const subset::Dependencies& dependencies);

/// The same with what the plan makes of it: `roots`, `tables[].plan`, `foreign_keys[].plan`, `statements`.
[[nodiscard]] std::string plan_json(const subset::Plan& plan);

}  // namespace millrace::cli
