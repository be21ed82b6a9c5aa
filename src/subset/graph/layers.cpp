#include "subset/graph/layers.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>

#include <millrace/assert.h>

namespace millrace::subset {
namespace {

constexpr int kBendHeight = 8;
constexpr int kBendGap = 6;
constexpr int kPlacings = 16;

/// A node of the input, or a bend.
struct Item {
  int width = 0;
  int height = 0;
  std::size_t layer = 0;
  bool bend = false;
  int order = 0;  ///< its place in its column
  double y = 0;
};

/// Between neighbouring columns.
struct Segment {
  std::size_t left = 0;
  int left_port = 0;
  std::size_t right = 0;
  int right_port = 0;
};

class Arrangement {
 public:
  Arrangement(const std::vector<LayerNode>& nodes, const std::vector<LayerEdge>& edges, const LayerGaps& gaps)
      : edges_(edges), gaps_(gaps) {
    for (const LayerNode& node : nodes) items_.push_back({.width = node.width, .height = node.height, .layer = node.layer});
    for (const LayerNode& node : nodes) columns_.resize(std::max(columns_.size(), node.layer + 1));
    bend_edges();
    left_of_.resize(items_.size());
    right_of_.resize(items_.size());
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      right_of_[segments_[i].left].push_back(i);
      left_of_[segments_[i].right].push_back(i);
    }
    for (std::size_t i = 0; i < items_.size(); ++i) columns_[items_[i].layer].push_back(i);
  }

  Layered answer() {
    order_columns();
    place();
    return written(place_columns());
  }

 private:
  void bend_edges() {
    std::map<std::pair<std::size_t, int>, std::vector<std::size_t>> bends;  // of a port, in the columns right of it
    std::map<std::tuple<std::size_t, int, std::size_t, int>, bool> made;
    const auto connect = [&](const Segment& one) {
      if (made.emplace(std::tuple(one.left, one.left_port, one.right, one.right_port), true).second) segments_.push_back(one);
    };
    for (const LayerEdge& edge : edges_) {
      MILLRACE_ASSERT(items_[edge.left].layer < items_[edge.right].layer);
      std::vector<std::size_t>& way = bends[{edge.left, edge.left_port}];
      std::size_t from = edge.left;
      int port = edge.left_port;
      std::vector<std::size_t> mine;
      for (std::size_t layer = items_[edge.left].layer + 1; layer < items_[edge.right].layer; ++layer) {
        const std::size_t at = layer - items_[edge.left].layer - 1;
        if (at == way.size()) {
          way.push_back(items_.size());
          items_.push_back({.height = kBendHeight, .layer = layer, .bend = true});
        }
        connect({.left = from, .left_port = port, .right = way[at], .right_port = kBendHeight / 2});
        from = way[at];
        port = kBendHeight / 2;
        mine.push_back(from);
      }
      connect({.left = from, .left_port = port, .right = edge.right, .right_port = edge.right_port});
      bends_.push_back(std::move(mine));
    }
  }

  /// Where a port is in its column: between its node's place and the next.
  [[nodiscard]] double rank(std::size_t item, int port) const {
    return items_[item].order + 0.9 * port / std::max(1, items_[item].height);
  }
  void number(const std::vector<std::size_t>& column) {
    for (std::size_t i = 0; i < column.size(); ++i) items_[column[i]].order = static_cast<int>(i);
  }

  void order_columns() {
    for (const auto& column : columns_) number(column);
    std::vector<std::vector<std::size_t>> best = columns_;
    std::uint64_t least = crossings();
    for (int sweep = 0; sweep < kSweepsMax && least != 0; ++sweep) {
      const bool rightwards = sweep % 2 == 0;
      for (std::size_t i = 0; i < columns_.size(); ++i) sort_column(rightwards ? i : columns_.size() - 1 - i, rightwards);
      const std::uint64_t now = crossings();
      if (now >= least) continue;
      least = now;
      best = columns_;
    }
    columns_ = std::move(best);
    for (const auto& column : columns_) number(column);
  }

  void sort_column(std::size_t layer, bool by_left) {
    std::vector<std::pair<double, std::size_t>> wanted;
    for (const std::size_t item : columns_[layer]) {
      const auto& segments = by_left ? left_of_[item] : right_of_[item];
      double sum = 0;
      for (const std::size_t i : segments)
        sum += by_left ? rank(segments_[i].left, segments_[i].left_port) : rank(segments_[i].right, segments_[i].right_port);
      // Who has nobody on that side stays about where it is.
      wanted.emplace_back(segments.empty() ? items_[item].order : sum / static_cast<double>(segments.size()), item);
    }
    std::ranges::stable_sort(wanted, {}, &std::pair<double, std::size_t>::first);
    std::ranges::transform(wanted, columns_[layer].begin(), &std::pair<double, std::size_t>::second);
    number(columns_[layer]);
  }

  /// Pairs of segments between the same columns, one end above and the other below: inversions, counted by a tree of sums.
  [[nodiscard]] std::uint64_t crossings() const {
    std::vector<std::vector<std::pair<double, double>>> between(columns_.size());
    for (const Segment& one : segments_)
      between[items_[one.left].layer].emplace_back(rank(one.left, one.left_port), rank(one.right, one.right_port));
    std::uint64_t count = 0;
    for (auto& ends : between) {
      std::ranges::sort(ends);
      std::vector<double> rights;
      for (const auto& end : ends) rights.push_back(end.second);
      std::ranges::sort(rights);
      std::vector<std::uint64_t> sums(rights.size() + 1);
      for (std::size_t seen = 0; seen < ends.size(); ++seen) {
        const auto upto = static_cast<std::size_t>(std::ranges::upper_bound(rights, ends[seen].second) - rights.begin());
        std::uint64_t above_or_level = 0;
        for (std::size_t at = upto; at > 0; at -= at & (~at + 1)) above_or_level += sums[at];
        count += seen - above_or_level;
        for (std::size_t at = upto; at < sums.size(); at += at & (~at + 1)) ++sums[at];
      }
    }
    return count;
  }

  [[nodiscard]] int distance(std::size_t above, std::size_t below) const {
    const bool bends = items_[above].bend || items_[below].bend;
    return items_[above].height + (items_[above].bend && items_[below].bend ? kBendGap : bends ? gaps_.row / 2 : gaps_.row);
  }

  void place() {
    for (const auto& column : columns_) {
      double y = 0;
      for (std::size_t i = 0; i < column.size(); ++i) {
        if (i > 0) y += distance(column[i - 1], column[i]);
        items_[column[i]].y = y;
      }
      for (const std::size_t item : column) items_[item].y -= y / 2;
    }
    for (int round = 0; round < kPlacings; ++round)
      for (std::size_t i = 0; i < columns_.size(); ++i)
        place_column(round % 2 == 0 ? i : columns_.size() - 1 - i, round + 2 < kPlacings ? round % 2 : 2);
  }

  /// As near as possible, by least squares, to where neighbours are (side 0: left ones, 1: right ones, 2: all), in the given order and with the distances that are
  /// needed. Taking the distances out first leaves an isotonic regression, which pooling solves exactly.
  void place_column(std::size_t layer, int side) {
    struct Pool {
      double sum, weight;
      std::size_t count;
    };
    std::vector<Pool> pools;
    std::vector<double> offsets;
    const std::vector<std::size_t>& column = columns_[layer];
    double offset = 0;
    for (std::size_t i = 0; i < column.size(); ++i) {
      if (i > 0) offset += distance(column[i - 1], column[i]);
      offsets.push_back(offset);
      const auto [wanted, weight] = wish(column[i], side);
      pools.push_back({.sum = (wanted - offset) * weight, .weight = weight, .count = 1});
      while (pools.size() > 1) {
        const Pool& last = pools.back();
        Pool& before = pools[pools.size() - 2];
        if (before.sum / before.weight <= last.sum / last.weight) break;
        before = {.sum = before.sum + last.sum, .weight = before.weight + last.weight, .count = before.count + last.count};
        pools.pop_back();
      }
    }
    std::size_t at = 0;
    for (const Pool& pool : pools)
      for (std::size_t i = 0; i < pool.count; ++i, ++at) items_[column[at]].y = std::round(pool.sum / pool.weight) + offsets[at];
  }

  [[nodiscard]] std::pair<double, double> wish(std::size_t item, int side) const {
    double sum = 0;
    double weight = 0;
    const auto pull = [&](std::size_t other, int other_port, int port) {
      const double strength = items_[other].bend && items_[item].bend ? 8 : items_[other].bend || items_[item].bend ? 2 : 1;
      sum += strength * (items_[other].y + other_port - port);
      weight += strength;
    };
    if (side != 1)
      for (const std::size_t i : left_of_[item]) pull(segments_[i].left, segments_[i].left_port, segments_[i].right_port);
    if (side != 0)
      for (const std::size_t i : right_of_[item]) pull(segments_[i].right, segments_[i].right_port, segments_[i].left_port);
    if (weight == 0) return {items_[item].y, 0.1};
    return {sum / weight, weight};
  }

  /// The left edges of the columns, and of one behind the last. Where many curves pass, there is more room.
  std::vector<int> place_columns() {
    std::vector<int> passing(columns_.size());
    for (const Segment& one : segments_) ++passing[items_[one.left].layer];
    widths_.resize(columns_.size());
    for (const Item& item : items_) widths_[item.layer] = std::max(widths_[item.layer], item.width);
    std::vector<int> xs{0};
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const bool last = i + 1 == columns_.size();
      xs.push_back(xs.back() + widths_[i] + (last ? 0 : gaps_.column + std::min(90, 2 * passing[i])));
    }
    return xs;
  }

  [[nodiscard]] Layered written(const std::vector<int>& xs) const {
    Layered layered;
    double top = 0;
    double bottom = 0;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      top = i == 0 ? items_[i].y : std::min(top, items_[i].y);
      bottom = i == 0 ? items_[i].y + items_[i].height : std::max(bottom, items_[i].y + items_[i].height);
    }
    const auto y_of = [&](std::size_t item) { return static_cast<int>(items_[item].y - top); };
    const std::size_t nodes = items_.size() - bend_count();
    for (std::size_t i = 0; i < nodes; ++i) layered.nodes.push_back({.x = xs[items_[i].layer], .y = y_of(i)});
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      const LayerEdge& edge = edges_[i];
      const Item& left = items_[edge.left];
      std::vector<Point> points{{.x = xs[left.layer] + left.width, .y = y_of(edge.left) + edge.left_port}};
      // Who is narrower than its column goes level to the column's edge first.
      if (left.width < widths_[left.layer]) points.push_back({.x = xs[left.layer] + widths_[left.layer], .y = points.back().y});
      for (const std::size_t bend : bends_[i]) {
        const int y = y_of(bend) + kBendHeight / 2;
        points.push_back({.x = xs[items_[bend].layer], .y = y});
        points.push_back({.x = xs[items_[bend].layer] + widths_[items_[bend].layer], .y = y});
      }
      points.push_back({.x = xs[items_[edge.right].layer], .y = y_of(edge.right) + edge.right_port});
      layered.edges.push_back(std::move(points));
    }
    layered.width = xs.back();
    layered.height = static_cast<int>(bottom - top);
    return layered;
  }
  [[nodiscard]] std::size_t bend_count() const { return static_cast<std::size_t>(std::ranges::count(items_, true, &Item::bend)); }

  const std::vector<LayerEdge>& edges_;
  LayerGaps gaps_;
  std::vector<Item> items_{};
  std::vector<Segment> segments_{};
  std::vector<std::vector<std::size_t>> bends_{};  // of each edge
  std::vector<std::vector<std::size_t>> left_of_{};
  std::vector<std::vector<std::size_t>> right_of_{};
  std::vector<std::vector<std::size_t>> columns_{};
  std::vector<int> widths_{};
};

}  // namespace

std::size_t bends_of(const std::vector<LayerNode>& nodes, const std::vector<LayerEdge>& edges) {
  std::map<std::pair<std::size_t, int>, std::size_t> furthest;
  for (const LayerEdge& edge : edges) {
    std::size_t& most = furthest[{edge.left, edge.left_port}];
    most = std::max(most, nodes[edge.right].layer - nodes[edge.left].layer - 1);
  }
  std::size_t bends = 0;
  for (const auto& [port, most] : furthest) bends += most;
  return bends;
}

Layered arrange(const std::vector<LayerNode>& nodes, const std::vector<LayerEdge>& edges, const LayerGaps& gaps) {
  return Arrangement(nodes, edges, gaps).answer();
}

}  // namespace millrace::subset
