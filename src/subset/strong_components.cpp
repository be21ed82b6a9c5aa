#include "subset/strong_components.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace millrace::subset {

StrongComponents strong_components(const std::vector<std::vector<std::size_t>>& edges) {
  constexpr std::size_t kUnseen = std::numeric_limits<std::size_t>::max();
  const std::size_t count = edges.size();
  StrongComponents found;
  found.component_of.assign(count, kUnseen);
  std::vector<std::size_t> number(count, kUnseen), low(count, 0), stack;
  struct Step {
    std::size_t node;
    std::size_t next_edge;
  };
  std::vector<Step> path;
  std::size_t numbered = 0;
  const auto enter = [&](std::size_t node) {
    number[node] = low[node] = numbered++;
    stack.push_back(node);
    path.push_back({node, 0});
  };
  for (std::size_t root = 0; root < count; ++root) {
    if (number[root] != kUnseen) continue;
    enter(root);
    while (!path.empty()) {
      const std::size_t node = path.back().node;
      if (path.back().next_edge < edges[node].size()) {
        const std::size_t to = edges[node][path.back().next_edge++];
        if (number[to] == kUnseen)
          enter(to);
        else if (found.component_of[to] == kUnseen)
          low[node] = std::min(low[node], number[to]);
        continue;
      }
      path.pop_back();
      if (!path.empty()) low[path.back().node] = std::min(low[path.back().node], low[node]);
      if (low[node] != number[node]) continue;
      std::vector<std::size_t>& members = found.members.emplace_back();
      for (std::size_t member = kUnseen; member != node;) {
        member = stack.back();
        stack.pop_back();
        found.component_of[member] = found.members.size() - 1;
        members.push_back(member);
      }
    }
  }
  return found;
}

}  // namespace millrace::subset
