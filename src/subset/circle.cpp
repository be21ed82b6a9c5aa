#include "subset/circle.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include <millrace/subset/dependencies.h>

namespace millrace::subset {
namespace {

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

/// Over all sets of tables: the least cost of having exactly these first, in the best order (Held and Karp's way through subsets).
std::vector<std::size_t> exact_order(std::size_t count, const std::vector<CircleEdge>& edges) {
  const std::size_t sets = std::size_t{1} << count;
  std::vector<std::uint64_t> least(sets, kNever);
  std::vector<std::uint8_t> last(sets, 0);
  least[0] = 0;
  for (std::size_t set = 0; set < sets; ++set) {
    std::vector<std::uint64_t> cost(count, 0);  // of each that is placed next: its parents that are not there
    for (const CircleEdge& edge : edges)
      if ((set >> edge.parent & 1) == 0) cost[edge.child] += edge.cost;
    for (std::size_t next = count; next-- > 0;) {
      const std::size_t with = set | std::size_t{1} << next;
      if (with == set || least[set] + cost[next] > least[with]) continue;
      if (least[set] + cost[next] == least[with] && last[with] >= next) continue;  // the greatest last: small ones stay in front
      least[with] = least[set] + cost[next];
      last[with] = static_cast<std::uint8_t>(next);
    }
  }
  std::vector<std::size_t> order;
  for (std::size_t set = sets - 1; set != 0; set &= ~(std::size_t{1} << last[set])) order.push_back(last[set]);
  std::ranges::reverse(order);
  return order;
}

/// Eades, Lin and Smyth: what has no parents left goes to the front, what has no children left to the end, and otherwise the one whose children gain most by its being early.
std::vector<std::size_t> greedy_order(std::size_t count, const std::vector<CircleEdge>& edges) {
  std::vector<std::vector<const CircleEdge*>> of(count);
  std::vector<std::int64_t> as_child(count, 0), as_parent(count, 0);
  std::vector<std::size_t> parents(count, 0), children(count, 0);
  for (const CircleEdge& edge : edges) {
    of[edge.child].push_back(&edge);
    of[edge.parent].push_back(&edge);
    as_child[edge.child] += static_cast<std::int64_t>(edge.cost);
    as_parent[edge.parent] += static_cast<std::int64_t>(edge.cost);
    ++parents[edge.child];
    ++children[edge.parent];
  }
  std::vector<bool> placed(count, false);
  std::vector<std::size_t> front, back;
  for (std::size_t left = count; left > 0; --left) {
    std::size_t chosen = count;
    bool to_back = false;
    for (std::size_t node = 0; node < count; ++node) {
      if (placed[node]) continue;
      if (parents[node] == 0) {
        chosen = node;
        to_back = false;
        break;
      }
      if (children[node] == 0 && !to_back) {
        chosen = node;
        to_back = true;
      } else if (!to_back && (chosen == count || as_parent[node] - as_child[node] > as_parent[chosen] - as_child[chosen])) {
        chosen = node;
      }
    }
    placed[chosen] = true;
    (to_back ? back : front).push_back(chosen);
    for (const CircleEdge* const edge : of[chosen]) {
      const std::size_t other = edge->child == chosen ? edge->parent : edge->child;
      if (placed[other]) continue;
      if (edge->child == chosen) {
        as_parent[other] -= static_cast<std::int64_t>(edge->cost);
        --children[other];
      } else {
        as_child[other] -= static_cast<std::int64_t>(edge->cost);
        --parents[other];
      }
    }
  }
  front.insert(front.end(), back.rbegin(), back.rend());
  return front;
}

/// Takes each table out and puts it where it costs least, until a pass changes nothing.
void improve(std::vector<std::size_t>& order, const std::vector<CircleEdge>& edges) {
  const std::size_t count = order.size();
  std::vector<std::vector<const CircleEdge*>> of(count);
  for (const CircleEdge& edge : edges) {
    of[edge.child].push_back(&edge);
    of[edge.parent].push_back(&edge);
  }
  std::vector<std::size_t> position(count);
  for (std::size_t pass = 0, changed = 1; pass < kPassesMax && changed != 0; ++pass) {
    changed = 0;
    for (std::size_t node = 0; node < count; ++node) {
      for (std::size_t i = 0; i < count; ++i) position[order[i]] = i;
      // What changes when it passes each of the others, walking from its place to both ends.
      std::vector<std::int64_t> passing(count, 0);  // by position: it comes before this one instead of behind it
      for (const CircleEdge* const edge : of[node]) {
        const bool is_child = edge->child == node;
        const std::size_t other = position[is_child ? edge->parent : edge->child];
        passing[other] += (is_child ? 1 : -1) * static_cast<std::int64_t>(edge->cost);
      }
      const std::size_t at = position[node];
      std::int64_t sum = 0, best = 0;
      std::size_t where = at;
      for (std::size_t i = at; i-- > 0;)
        if (sum += passing[i]; sum < best) best = sum, where = i;
      sum = 0;
      for (std::size_t i = at + 1; i < count; ++i)
        if (sum -= passing[i]; sum < best) best = sum, where = i;
      if (where == at) continue;
      order.erase(order.begin() + static_cast<std::ptrdiff_t>(at));
      order.insert(order.begin() + static_cast<std::ptrdiff_t>(where), node);
      ++changed;
    }
  }
}

}  // namespace

std::uint64_t cost_of(const std::vector<std::size_t>& order, const std::vector<CircleEdge>& edges) {
  std::vector<std::size_t> position(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) position[order[i]] = i;
  std::uint64_t cost = 0;
  for (const CircleEdge& edge : edges)
    if (position[edge.child] < position[edge.parent]) cost += edge.cost;
  return cost;
}

std::vector<std::size_t> cheapest_order(std::size_t count, const std::vector<CircleEdge>& edges) {
  if (count <= 1) return std::vector<std::size_t>(count, 0);
  if (count <= kExactMax) return exact_order(count, edges);
  std::vector<std::size_t> order = greedy_order(count, edges);
  improve(order, edges);
  return order;
}

}  // namespace millrace::subset
