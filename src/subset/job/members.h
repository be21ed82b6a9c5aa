// The members of a plan file, as one table for each kind of rule: the reader goes by it, and a test compares it with the schema.
#pragma once

#include <string_view>
#include <vector>

#include <millrace/subset/job.h>

#include "subset/job/mistakes.h"

namespace millrace::subset {

inline constexpr std::size_t kPageBytesMin = std::size_t{64} << 10;
inline constexpr std::size_t kPageBytesMax = std::size_t{256} << 20;
inline constexpr std::size_t kScriptThreadsMax = 64;

/// Reads a whole file. What is wrong goes to `mistakes`; what can be understood is in the answer all the same.
[[nodiscard]] Job read_plan(Mistakes& mistakes, const TreeNode& root);

/// A member that the reader knows. `place` is "" for the file itself, otherwise what the schema calls it.
struct MemberOfPlan {
  std::string_view place;
  std::string_view name;
  bool required;
};
[[nodiscard]] std::vector<MemberOfPlan> members_of_plan();

}  // namespace millrace::subset
