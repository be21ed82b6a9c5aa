// Strongly connected components: what depends on each other in circles.
#pragma once

#include <cstddef>
#include <vector>

namespace millrace::subset {

struct StrongComponents {
  std::vector<std::vector<std::size_t>>
      members;                            ///< of each component; those that an edge leads to come before those it comes from
  std::vector<std::size_t> component_of;  ///< by node
};

/// `edges[node]`: where edges lead from it. Tarjan's algorithm without recursion. Cost: O(nodes + edges).
/// Source: https://doi.org/10.1137/0201010
[[nodiscard]] StrongComponents strong_components(const std::vector<std::vector<std::size_t>>& edges);

}  // namespace millrace::subset
