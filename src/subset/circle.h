// Cutting circles: an order of tables in which what is left for later costs least.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::subset {

/// `child` wants to come after `parent`; what it costs when it does not.
struct CircleEdge {
  std::size_t child;
  std::size_t parent;
  std::uint64_t cost;
};

/// All of 0 .. count-1, so that the costs of edges whose child comes first add up to the least that is possible, up to kExactMax; beyond it to little. Of several such orders
/// one that keeps small numbers first.
[[nodiscard]] std::vector<std::size_t> cheapest_order(std::size_t count, const std::vector<CircleEdge>& edges);
/// The costs that an order leaves.
[[nodiscard]] std::uint64_t cost_of(const std::vector<std::size_t>& order, const std::vector<CircleEdge>& edges);

}  // namespace millrace::subset
