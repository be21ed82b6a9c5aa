#include "subset/graph/graph_layout.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include <millrace/subset/describe.h>

#include "subset/graph/svg_text.h"
#include "subset/graph/table_boxes.h"

namespace millrace::subset {
namespace {

constexpr int kFramePadding = 34;  // loops and the lines' ends need it
constexpr int kPortHeight = 8;
constexpr int kAloneGap = 26;
constexpr int kLoopReach = 22;
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// Words of `text`, in lines that are at most so wide.
void wrap(const std::string& text, int width, std::vector<std::string>& lines) {
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (!line.empty() && text_width(line + ' ' + word, Font::small) > width) {
      lines.push_back(std::move(line));
      line = "   ";
    }
    line.append(line.empty() ? "" : " ").append(word);
    at = end + 1;
  }
  if (!line.empty()) lines.push_back(clipped(line, Font::small, width));
}

/// A component: a table, or a circle of several in a frame, laid out for itself.
struct Group {
  int width = 0;
  int height = 0;
  std::size_t layer = 0;
  std::vector<LayerNode> nodes{};  ///< the component's tables in its order; then ports
  std::vector<LayerEdge> edges{};
  Layered inside{};
  std::map<std::pair<std::size_t, int>, std::size_t> left_ports{};   ///< node, by the outer parent's table and line
  std::map<std::pair<std::size_t, int>, std::size_t> right_ports{};  ///< node, by the inner parent's table and line
  std::optional<std::size_t> frame{};
};

class Layout {
 public:
  Layout(const Schema& schema, const Dependencies& dependencies, const GraphOptions& options)
      : schema_(schema), dependencies_(dependencies), options_(options) {}

  Result<GraphLayout> run() {
    layout_.keys.resize(schema_.foreign_keys.size());
    ends_ = make_boxes(schema_, options_, layout_.tables);
    pieces_.resize(schema_.foreign_keys.size());
    find_groups();
    for (std::size_t i = 0; i < groups_.size(); ++i)
      if (Result<void> done = lay_group(i); !done) return fail(done.error());
    if (Result<void> done = lay_groups(); !done) return fail(done.error());
    lay_alone();
    for (std::size_t i = 0; i < schema_.foreign_keys.size(); ++i) finish_curve(i);
    return std::move(layout_);
  }

 private:
  /// The parts of a curve, from left to right: inside of the left group, between groups, inside of the right one. By group (kNone: between) and edge.
  struct Piece {
    std::size_t group = kNone;
    std::size_t edge = 0;
  };

  void find_groups() {
    group_of_.assign(schema_.tables.size(), 0);
    node_of_.assign(schema_.tables.size(), 0);
    groups_.resize(dependencies_.components.size());
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const Component& component = dependencies_.components[i];
      for (std::size_t at = 0; at < component.tables.size(); ++at) {
        group_of_[component.tables[at]] = i;
        node_of_[component.tables[at]] = at;
      }
      for (std::size_t at = 0; at < component.later.size(); ++at) {
        KeyCurve& curve = layout_.keys[component.later[at].foreign_key];
        curve.later = true;
        curve.number = at + 1;
      }
    }
    keys_of_.resize(groups_.size());
    connected_.assign(groups_.size(), false);
    for (std::size_t i = 0; i < schema_.foreign_keys.size(); ++i) {
      const ForeignKey& key = schema_.foreign_keys[i];
      layout_.keys[i].loop = key.child == key.parent;
      const std::size_t child = group_of_[key.child];
      const std::size_t parent = group_of_[key.parent];
      keys_of_[child].push_back(i);
      if (parent == child) continue;
      keys_of_[parent].push_back(i);
      connected_[child] = connected_[parent] = true;
    }
    for (std::size_t i = 0; i < groups_.size(); ++i)
      if (groups_.size() == 1 || dependencies_.components[i].tables.size() > 1) connected_[i] = true;
  }

  /// Parents have a lower number: components come in the order in which they are filled.
  void find_layer(std::size_t group) {
    for (const std::size_t i : keys_of_[group]) {
      const std::size_t parent = group_of_[schema_.foreign_keys[i].parent];
      if (parent != group) groups_[group].layer = std::max(groups_[group].layer, groups_[parent].layer + 1);
    }
  }

  Result<void> lay_group(std::size_t at) {
    const Component& component = dependencies_.components[at];
    Group& group = groups_[at];
    find_layer(at);
    if (component.tables.size() == 1) {
      const Box& box = layout_.tables[component.tables[0]].box;
      group.width = box.width;
      group.height = box.height;
      return {};
    }
    add_inner_nodes(at);
    if (bends_of(group.nodes, group.edges) > kBendsMax) return too_many();
    group.inside = arrange(group.nodes, group.edges, {});
    CircleFrame frame;
    group.width = group.inside.width + 2 * kFramePadding;
    for (const LaterKey& later : component.later) {
      const std::size_t number = layout_.keys[later.foreign_key].number;
      wrap(std::to_string(number) + ". " + describe(schema_, schema_.foreign_keys[later.foreign_key]) + ": " +
               describe(schema_, later),
           group.width - 2 * kBoxPadding, frame.captions);
    }
    group.height = group.inside.height + 2 * kFramePadding + static_cast<int>(frame.captions.size()) * kCaptionHeight;
    group.frame = layout_.frames.size();
    layout_.frames.push_back(std::move(frame));
    return {};
  }

  /// Within a circle everything goes by the order in which it is filled, so that keys that wait go from left to right. Curves from and to other groups get through the
  /// frame by ports at its sides.
  void add_inner_nodes(std::size_t at) {
    const Component& component = dependencies_.components[at];
    Group& group = groups_[at];
    const bool outer_parents =
        std::ranges::any_of(keys_of_[at], [&](std::size_t i) { return group_of_[schema_.foreign_keys[i].parent] != at; });
    std::vector<std::vector<std::size_t>> lefts(component.tables.size());
    for (const std::size_t i : keys_of_[at]) {
      const ForeignKey& key = schema_.foreign_keys[i];
      if (key.child == key.parent || group_of_[key.parent] != at || group_of_[key.child] != at) continue;
      const auto [left, right] = std::minmax(node_of_[key.child], node_of_[key.parent]);
      lefts[right].push_back(left);
    }
    std::size_t last = 0;
    for (std::size_t node = 0; node < component.tables.size(); ++node) {
      const Box& box = layout_.tables[component.tables[node]].box;
      std::size_t layer = outer_parents ? 1 : 0;
      for (const std::size_t left : lefts[node]) layer = std::max(layer, group.nodes[left].layer + 1);
      group.nodes.push_back({.width = box.width, .height = box.height, .layer = layer});
      last = std::max(last, layer);
    }
    for (const std::size_t i : keys_of_[at]) add_inner_edge(at, i, last);
  }

  void add_inner_edge(std::size_t at, std::size_t i, std::size_t last) {
    Group& group = groups_[at];
    const ForeignKey& key = schema_.foreign_keys[i];
    if (key.child == key.parent) return;
    const std::size_t edge = group.edges.size();
    if (group_of_[key.parent] != at) {
      const auto [port, added] = group.left_ports.try_emplace({key.parent, ends_[i].parent}, group.nodes.size());
      if (added) group.nodes.push_back({.width = 0, .height = kPortHeight, .layer = 0});
      group.edges.push_back(
          {.left = port->second, .left_port = kPortHeight / 2, .right = node_of_[key.child], .right_port = ends_[i].child});
    } else if (group_of_[key.child] != at) {
      const auto [port, added] = group.right_ports.try_emplace({key.parent, ends_[i].parent}, group.nodes.size());
      if (added) group.nodes.push_back({.width = 0, .height = kPortHeight, .layer = last + 1});
      group.edges.push_back(
          {.left = node_of_[key.parent], .left_port = ends_[i].parent, .right = port->second, .right_port = kPortHeight / 2});
    } else if (layout_.keys[i].later) {
      group.edges.push_back(
          {.left = node_of_[key.child], .left_port = ends_[i].child, .right = node_of_[key.parent], .right_port = ends_[i].parent});
    } else {
      group.edges.push_back(
          {.left = node_of_[key.parent], .left_port = ends_[i].parent, .right = node_of_[key.child], .right_port = ends_[i].child});
    }
    pieces_[i].push_back({.group = at, .edge = edge});
  }

  /// A key's end at its group's side.
  [[nodiscard]] int port_at(std::size_t group, std::size_t key, bool left_side) const {
    const Group& one = groups_[group];
    if (!one.frame) return left_side ? ends_[key].child : ends_[key].parent;
    const auto& ports = left_side ? one.left_ports : one.right_ports;
    return kFramePadding + one.inside.nodes[ports.at({schema_.foreign_keys[key].parent, ends_[key].parent})].y + kPortHeight / 2;
  }

  Result<void> lay_groups() {
    std::vector<LayerNode> nodes;
    std::vector<std::size_t> node_of_group(groups_.size(), kNone);
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      if (!connected_[i]) continue;
      node_of_group[i] = nodes.size();
      nodes.push_back({.width = groups_[i].width, .height = groups_[i].height, .layer = groups_[i].layer});
    }
    even_out(nodes);
    std::vector<LayerEdge> edges;
    for (std::size_t i = 0; i < schema_.foreign_keys.size(); ++i) {
      const std::size_t parent = group_of_[schema_.foreign_keys[i].parent];
      const std::size_t child = group_of_[schema_.foreign_keys[i].child];
      if (parent == child) continue;
      // Of the pieces inside, those of the parent's group come first, as it has the lower number.
      const auto place = std::ranges::find_if(pieces_[i], [&](const Piece& piece) { return piece.group == child; });
      pieces_[i].insert(place, {.group = kNone, .edge = edges.size()});
      edges.push_back({.left = node_of_group[parent],
                       .left_port = port_at(parent, i, false),
                       .right = node_of_group[child],
                       .right_port = port_at(child, i, true)});
    }
    if (bends_of(nodes, edges) > kBendsMax) return too_many();
    outside_ = arrange(nodes, edges, {});
    layout_.width = outside_.width + kLoopReach;
    layout_.height = outside_.height;
    for (std::size_t i = 0; i < groups_.size(); ++i)
      if (node_of_group[i] != kNone) put_group(i, outside_.nodes[node_of_group[i]], nodes[node_of_group[i]].width);
    return {};
  }

  /// Boxes of a column are equally wide, as long as no frame makes it much wider.
  void even_out(std::vector<LayerNode>& nodes) const {
    std::map<std::size_t, int> widest;
    for (const LayerNode& node : nodes)
      if (node.width <= kBoxWidthMax) widest[node.layer] = std::max(widest[node.layer], node.width);
    for (std::size_t i = 0, at = 0; i < groups_.size(); ++i) {
      if (!connected_[i]) continue;
      if (!groups_[i].frame) nodes[at].width = widest[nodes[at].layer];
      ++at;
    }
  }

  void put_group(std::size_t at, Point corner, int width) {
    const Component& component = dependencies_.components[at];
    corner.x += kLoopReach;
    if (!groups_[at].frame) {
      Box& box = layout_.tables[component.tables[0]].box;
      box.x = corner.x;
      box.y = corner.y;
      box.width = width;
      return;
    }
    layout_.frames[*groups_[at].frame].box = {
        .x = corner.x, .y = corner.y, .width = groups_[at].width, .height = groups_[at].height};
    for (std::size_t node = 0; node < component.tables.size(); ++node) {
      Box& box = layout_.tables[component.tables[node]].box;
      box.x = corner.x + kFramePadding + groups_[at].inside.nodes[node].x;
      box.y = corner.y + kFramePadding + groups_[at].inside.nodes[node].y;
    }
  }

  /// Tables with no keys to others: rows of boxes below.
  void lay_alone() {
    int x = kLoopReach;
    int y = layout_.height == 0 ? 0 : layout_.height + 2 * kAloneGap;
    int row_height = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < groups_.size(); ++i) count += connected_[i] ? 0U : 1U;
    const int most = std::max({layout_.width, 900, static_cast<int>(count) * 14});
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      if (connected_[i]) continue;
      Box& box = layout_.tables[dependencies_.components[i].tables[0]].box;
      if (x > kLoopReach && x + box.width > most) {
        x = kLoopReach;
        y += row_height + kAloneGap;
        row_height = 0;
      }
      box.x = x;
      box.y = y;
      x += box.width + kAloneGap + kLoopReach;
      row_height = std::max(row_height, box.height);
      layout_.width = std::max(layout_.width, box.right());
      layout_.height = std::max(layout_.height, box.bottom());
    }
  }

  void finish_curve(std::size_t i) {
    const ForeignKey& key = schema_.foreign_keys[i];
    KeyCurve& curve = layout_.keys[i];
    const Box& child = layout_.tables[key.child].box;
    if (curve.loop) {
      curve.points = {{.x = child.x, .y = child.y + ends_[i].child}, {.x = child.x, .y = child.y + ends_[i].parent}};
      return;
    }
    for (const Piece& piece : pieces_[i]) {
      const bool between = piece.group == kNone;
      const auto& points = between ? outside_.edges[piece.edge] : groups_[piece.group].inside.edges[piece.edge];
      Point shift{.x = kLoopReach, .y = 0};
      if (!between) {
        const Box& frame = layout_.frames[*groups_[piece.group].frame].box;
        shift = {.x = frame.x + kFramePadding, .y = frame.y + kFramePadding};
      }
      for (const Point& point : points) curve.points.push_back({.x = point.x + shift.x, .y = point.y + shift.y});
    }
    curve.points.erase(std::unique(curve.points.begin(), curve.points.end()), curve.points.end());
    if (!curve.later) std::ranges::reverse(curve.points);
  }

  static Result<void> too_many() {
    return fail(Errc::full,
                "too many foreign keys over too many levels for a picture: at most " + std::to_string(kBendsMax) + " bends");
  }

  const Schema& schema_;
  const Dependencies& dependencies_;
  const GraphOptions& options_;
  GraphLayout layout_{};
  std::vector<KeyEnds> ends_{};
  std::vector<std::vector<Piece>> pieces_{};
  std::vector<Group> groups_{};
  std::vector<std::size_t> group_of_{};
  std::vector<std::size_t> node_of_{};
  std::vector<std::vector<std::size_t>> keys_of_{};
  std::vector<bool> connected_{};
  Layered outside_{};
};

}  // namespace

Result<GraphLayout> lay_out(const Schema& schema, const Dependencies& dependencies, const GraphOptions& options) {
  return Layout(schema, dependencies, options).run();
}

}  // namespace millrace::subset
