// Orders that cut circles, against all orders there are.
#include "subset/circle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

#include <millrace/subset/dependencies.h>

namespace millrace::subset {
namespace {

using Edges = std::vector<CircleEdge>;

std::uint64_t least_of_all_orders(std::size_t count, const Edges& edges) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  do least = std::min(least, cost_of(order, edges));
  while (std::ranges::next_permutation(order).found);
  return least;
}

Edges random_edges(std::mt19937& random, std::size_t count, std::size_t edges) {
  Edges made;
  while (made.size() < edges) {
    const std::size_t child = random() % count, parent = random() % count;
    if (child != parent) made.push_back({.child = child, .parent = parent, .cost = std::uint64_t{1} << random() % 8});
  }
  return made;
}

TEST(CheapestOrder, OfNothingAndOfOne) {
  EXPECT_TRUE(cheapest_order(0, {}).empty());
  EXPECT_EQ(cheapest_order(1, {}), std::vector<std::size_t>{0});
}

TEST(CheapestOrder, WithoutEdgesKeepsNumbers) { EXPECT_EQ(cheapest_order(5, {}), (std::vector<std::size_t>{0, 1, 2, 3, 4})); }

TEST(CheapestOrder, LeavesTheCheapestOfACircle) {
  const Edges edges{
      {.child = 0, .parent = 1, .cost = 4}, {.child = 1, .parent = 2, .cost = 1}, {.child = 2, .parent = 0, .cost = 1'000'000}};
  const std::vector<std::size_t> order = cheapest_order(3, edges);
  EXPECT_EQ(cost_of(order, edges), 1U);
}

TEST(CheapestOrder, IsTheBestThereIs) {
  std::mt19937 random(20261122);  // NOLINT(bugprone-random-generator-seed): the same each time
  for (int round = 0; round < 200; ++round) {
    const std::size_t count = 2 + random() % 6;
    const Edges edges = random_edges(random, count, 1 + random() % (count * 2));
    std::vector<std::size_t> order = cheapest_order(count, edges);
    EXPECT_EQ(cost_of(order, edges), least_of_all_orders(count, edges));
    std::ranges::sort(order);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(order[i], i) << "each once";
  }
}

TEST(CheapestOrder, BeyondTheExactOneIsNearIt) {
  // A circle through all, and shortcuts: whoever cuts it at its one cheap edge has found the best.
  const std::size_t count = kExactMax * 4;
  Edges edges;
  for (std::size_t i = 0; i < count; ++i)
    edges.push_back({.child = i, .parent = (i + 1) % count, .cost = i == count / 2 ? std::uint64_t{1} : 1'000});
  EXPECT_EQ(cost_of(cheapest_order(count, edges), edges), 1U);
}

TEST(CheapestOrder, OfManyIsAnOrderAndBetterThanNone) {
  std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed)
  for (int round = 0; round < 20; ++round) {
    const std::size_t count = kExactMax + 1 + random() % 60;
    const Edges edges = random_edges(random, count, count * 3);
    std::uint64_t all = 0;
    for (const CircleEdge& edge : edges) all += edge.cost;
    std::vector<std::size_t> order = cheapest_order(count, edges);
    EXPECT_LE(cost_of(order, edges) * 2, all) << "of an order and its reverse one leaves no more than half";
    std::ranges::sort(order);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(order[i], i) << "each once";
  }
}

}  // namespace
}  // namespace millrace::subset
