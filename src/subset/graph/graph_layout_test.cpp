#include "subset/graph/graph_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "subset/graph/graph_samples.h"

namespace millrace::subset {
namespace {

/// All that holds for every picture.
void check_layout(const Schema& schema, const GraphLayout& layout) {
  ASSERT_EQ(layout.tables.size(), schema.tables.size());
  ASSERT_EQ(layout.keys.size(), schema.foreign_keys.size());
  const Box whole{.x = 0, .y = 0, .width = layout.width, .height = layout.height};
  for (std::size_t i = 0; i < layout.tables.size(); ++i) {
    const Box& box = layout.tables[i].box;
    EXPECT_TRUE(whole.contains(box)) << i;
    for (const KeyLine& line : layout.tables[i].lines) EXPECT_TRUE(line.y > kHeaderHeight && line.y < box.height) << i;
    for (std::size_t other = 0; other < i; ++other) EXPECT_FALSE(box.overlaps(layout.tables[other].box)) << i << " and " << other;
    for (const CircleFrame& frame : layout.frames) EXPECT_TRUE(frame.box.contains(box) || !frame.box.overlaps(box)) << i;
  }
  for (std::size_t i = 0; i < layout.keys.size(); ++i) {
    const KeyCurve& curve = layout.keys[i];
    const Box& child = layout.tables[schema.foreign_keys[i].child].box;
    const Box& parent = layout.tables[schema.foreign_keys[i].parent].box;
    ASSERT_GE(curve.points.size(), 2u) << i;
    const Point from = curve.points.front();
    const Point to = curve.points.back();
    EXPECT_EQ(from.x, curve.later ? child.right() : child.x) << i;
    EXPECT_EQ(to.x, curve.later || curve.loop ? parent.x : parent.right()) << i;
    EXPECT_TRUE(from.y > child.y && from.y < child.bottom()) << i;
    EXPECT_TRUE(to.y > parent.y && to.y < parent.bottom()) << i;
    EXPECT_EQ(curve.loop, schema.foreign_keys[i].child == schema.foreign_keys[i].parent);
    // Level parts are what passes columns: they go through no box. Others are between columns.
    for (std::size_t at = 1; at < curve.points.size() && !curve.loop; ++at) {
      const Point& a = curve.points[at - 1];
      const Point& b = curve.points[at];
      EXPECT_TRUE(curve.later ? a.x < b.x : a.x > b.x) << i;
      const Box part{.x = std::min(a.x, b.x) + 1,
                     .y = std::min(a.y, b.y),
                     .width = std::abs(a.x - b.x) - 2,
                     .height = std::abs(a.y - b.y) + 1};
      for (const TableBox& table : layout.tables)
        EXPECT_FALSE(part.width > 0 && part.overlaps(table.box)) << "key " << i << " part " << at;
    }
  }
}

TEST(GraphLayout, BoxesAreApartAndCurvesEndAtThem) {
  const Schema shop = testing::shop();
  const Result<GraphLayout> layout = lay_out(shop, analyse(shop), {});
  ASSERT_TRUE(layout);
  check_layout(shop, *layout);
  EXPECT_EQ(layout->frames.size(), 1u);
  EXPECT_EQ(std::ranges::count(layout->keys, true, &KeyCurve::later), 1);
  EXPECT_EQ(std::ranges::count(layout->keys, true, &KeyCurve::loop), 1);
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    const Schema schema = testing::random_schema(seed, seed * 2 - 1);
    const Result<GraphLayout> random = lay_out(schema, analyse(schema), {});
    ASSERT_TRUE(random);
    check_layout(schema, *random);
  }
}

TEST(GraphLayout, ParentsAreLeftOfTheirChildren) {
  const Schema shop = testing::shop();
  const GraphLayout layout = lay_out(shop, analyse(shop), {}).value();
  for (std::size_t i = 0; i < shop.foreign_keys.size(); ++i) {
    if (layout.keys[i].later || layout.keys[i].loop) continue;
    EXPECT_LT(layout.tables[shop.foreign_keys[i].parent].box.right(), layout.tables[shop.foreign_keys[i].child].box.x) << i;
  }
  for (const std::size_t member : {2u, 3u}) EXPECT_TRUE(layout.frames[0].box.contains(layout.tables[member].box));
  EXPECT_FALSE(layout.frames[0].captions.empty());
}

TEST(GraphLayout, FiveHundredTables) {
  const Schema schema = testing::random_schema(7, 500);
  const Result<GraphLayout> layout = lay_out(schema, analyse(schema), {});
  ASSERT_TRUE(layout) << layout.error().message();
  check_layout(schema, *layout);
}

TEST(GraphLayout, ShowsEachKeyInItsTable) {
  Schema schema = testing::shop();
  schema.tables[0].columns.push_back({.name = "code", .type = "text", .nullable = false});
  schema.tables[0].unique.push_back({.columns = {1}});
  testing::refer(schema, 4, 0);
  schema.foreign_keys.back().parent_columns = {1};
  const GraphLayout layout = lay_out(schema, analyse(schema), {}).value();
  ASSERT_EQ(layout.tables[0].lines.size(), 2u);
  EXPECT_EQ(layout.tables[0].lines[1].kind, KeyLine::Kind::unique);
  EXPECT_EQ(layout.tables[0].lines[1].columns, "code");
  EXPECT_EQ(layout.keys.back().points.back().y, layout.tables[0].box.y + layout.tables[0].lines[1].y);
  EXPECT_EQ(layout.tables[4].lines.size(), 4u);
  EXPECT_EQ(layout.tables[4].lines[3].columns, "ref_3");
  check_layout(schema, layout);
}

TEST(Layers, FindsAnOrderWithoutCrossings) {
  // Two pairs, written crosswise: straightened out, each curve is level.
  const std::vector<LayerNode> nodes{{10, 10, 0}, {10, 10, 0}, {10, 10, 1}, {10, 10, 1}};
  const Layered layered = arrange(
      nodes, {{.left = 0, .left_port = 5, .right = 3, .right_port = 5}, {.left = 1, .left_port = 5, .right = 2, .right_port = 5}},
      {});
  EXPECT_EQ(layered.nodes[0].y, layered.nodes[3].y);
  EXPECT_EQ(layered.nodes[1].y, layered.nodes[2].y);
  EXPECT_NE(layered.nodes[0].y, layered.nodes[1].y);
}

TEST(Layers, CountsBendsOfAPortOnce) {
  const std::vector<LayerNode> nodes{{10, 10, 0}, {10, 10, 4}, {10, 10, 3}, {10, 10, 1}};
  EXPECT_EQ(bends_of(nodes, {{0, 5, 1, 5}, {0, 5, 2, 5}, {0, 5, 3, 5}}), 3u);
  EXPECT_EQ(bends_of(nodes, {{0, 5, 1, 5}, {0, 7, 2, 5}}), 5u);
  EXPECT_EQ(bends_of(nodes, {}), 0u);
}

}  // namespace
}  // namespace millrace::subset
