// Layers: nodes in columns and curves between them, placed so that few of them cross and none goes through a node.
#pragma once

#include <cstddef>
#include <vector>

namespace millrace::subset {

struct Point {
  int x = 0;
  int y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

struct LayerNode {
  int width = 0;
  int height = 0;
  std::size_t layer = 0;  ///< the column, from the left
};

/// From a node to one that is further right. A port is where it ends, measured from the node's upper edge.
struct LayerEdge {
  std::size_t left = 0;
  int left_port = 0;
  std::size_t right = 0;
  int right_port = 0;
};

struct LayerGaps {
  int column = 64;
  int row = 26;
};

struct Layered {
  std::vector<Point> nodes{};               ///< their upper left corners; the least x and y are 0
  std::vector<std::vector<Point>> edges{};  ///< from left to right; both ends are on the nodes' edges
  int width = 0;
  int height = 0;
};

/// Between the ends of an edge that spans several columns there is a bend in each; edges from the same port share theirs.
inline constexpr std::size_t kBendsMax = 200'000;
[[nodiscard]] std::size_t bends_of(const std::vector<LayerNode>& nodes, const std::vector<LayerEdge>& edges);

/// Order of columns by barycentres, the best of kSweepsMax sweeps; places as near to their neighbours as the order allows. The same input gives the same answer.
/// Cost      O(n log n) for each sweep, in nodes, edges and bends.
inline constexpr int kSweepsMax = 24;
[[nodiscard]] Layered arrange(const std::vector<LayerNode>& nodes, const std::vector<LayerEdge>& edges, const LayerGaps& gaps);

}  // namespace millrace::subset
