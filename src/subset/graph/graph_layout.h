// Where everything of a picture is: geometry alone, in pixels from the upper left corner.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <millrace/subset/graph.h>

#include "subset/graph/layers.h"

namespace millrace::subset {

struct Box {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  [[nodiscard]] int right() const noexcept { return x + width; }
  [[nodiscard]] int bottom() const noexcept { return y + height; }
  [[nodiscard]] bool overlaps(const Box& other) const noexcept {
    return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
  }
  [[nodiscard]] bool contains(const Box& other) const noexcept {
    return x <= other.x && y <= other.y && right() >= other.right() && bottom() >= other.bottom();
  }
};

/// A key in a table's box.
struct KeyLine {
  enum class Kind : std::uint8_t { primary, unique, foreign };
  Kind kind = Kind::primary;
  std::string columns{};  ///< whole; the drawing clips it
  int y = 0;              ///< its middle, below the box's upper edge
};

struct TableBox {
  Box box{};
  std::vector<KeyLine> lines{};
};

/// From the child's line to the parent's: smooth between points of different height, level otherwise.
struct KeyCurve {
  std::vector<Point> points{};
  bool later = false;
  bool loop = false;       ///< of a table to itself, at its left
  std::size_t number = 0;  ///< of a later one, within its frame, from 1
};

/// Around the tables of a circle.
struct CircleFrame {
  Box box{};
  std::vector<std::string> captions{};  ///< lines at its lower end
};

struct GraphLayout {
  std::vector<TableBox> tables{};  ///< by place in Schema::tables
  std::vector<KeyCurve> keys{};    ///< by place in Schema::foreign_keys
  std::vector<CircleFrame> frames{};
  int width = 0;
  int height = 0;
};

inline constexpr int kHeaderHeight = 44;
inline constexpr int kLineHeight = 19;
inline constexpr int kBoxWidthMax = 300;
inline constexpr int kBadgeWidth = 30;  ///< "PK" before a line's columns
inline constexpr int kBoxPadding = 10;
inline constexpr int kCaptionHeight = 16;

/// The second line of a box: "12 of about 599 rows". Empty when nothing is known.
[[nodiscard]] std::string rows_text(const Table& table, const GraphTable& plan);

/// Errors    Errc::full: kBendsMax.
[[nodiscard]] Result<GraphLayout> lay_out(const Schema& schema, const Dependencies& dependencies, const GraphOptions& options);

}  // namespace millrace::subset
