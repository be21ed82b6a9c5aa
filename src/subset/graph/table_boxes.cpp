#include "subset/graph/table_boxes.h"

#include <algorithm>
#include <map>
#include <utility>

#include "subset/graph/svg_text.h"

namespace millrace::subset {
namespace {

std::string joined(const Table& table, const ColumnList& columns) {
  std::string text;
  for (const std::size_t column : columns) text.append(text.empty() ? "" : ", ").append(table.columns[column].name);
  return text;
}

bool same_columns(ColumnList a, ColumnList b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a == b;
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

class Boxes {
 public:
  Boxes(const Schema& schema, const GraphOptions& options, std::vector<TableBox>& boxes)
      : schema_(schema), options_(options), boxes_(boxes) {}

  std::vector<KeyEnds> make() {
    boxes_.assign(schema_.tables.size(), {});
    ends_.assign(schema_.foreign_keys.size(), {});
    make_lines();
    for (std::size_t i = 0; i < schema_.tables.size(); ++i) size_box(i);
    return std::move(ends_);
  }

 private:
  int add_line(std::size_t table, KeyLine::Kind kind, const ColumnList& columns) {
    std::vector<KeyLine>& lines = boxes_[table].lines;
    const int y = kHeaderHeight + static_cast<int>(lines.size()) * kLineHeight + kLineHeight / 2 + 3;
    lines.push_back({.kind = kind, .columns = joined(schema_.tables[table], columns), .y = y});
    return y;
  }

  void make_lines() {
    for (std::size_t i = 0; i < schema_.tables.size(); ++i)
      if (schema_.tables[i].primary) add_line(i, KeyLine::Kind::primary, schema_.tables[i].primary->columns);
    std::map<std::pair<std::size_t, ColumnList>, int> unique;
    for (std::size_t i = 0; i < schema_.foreign_keys.size(); ++i) {
      const ForeignKey& key = schema_.foreign_keys[i];
      const Table& parent = schema_.tables[key.parent];
      if (parent.primary && same_columns(parent.primary->columns, key.parent_columns)) {
        ends_[i].parent = boxes_[key.parent].lines.front().y;
        continue;
      }
      ColumnList columns = key.parent_columns;
      std::ranges::sort(columns);
      const auto [line, added] = unique.try_emplace({key.parent, std::move(columns)}, 0);
      if (added) line->second = add_line(key.parent, KeyLine::Kind::unique, key.parent_columns);
      ends_[i].parent = line->second;
    }
    for (std::size_t i = 0; i < schema_.foreign_keys.size(); ++i)
      ends_[i].child = add_line(schema_.foreign_keys[i].child, KeyLine::Kind::foreign, schema_.foreign_keys[i].columns);
  }

  void size_box(std::size_t table) {
    TableBox& made = boxes_[table];
    int width = std::max(110, text_width(schema_.tables[table].name.to_string(), Font::name));
    width = std::max(width, text_width(rows_text(schema_.tables[table], plan_of(table)), Font::small));
    for (const KeyLine& line : made.lines) width = std::max(width, kBadgeWidth + text_width(line.columns, Font::column));
    made.box.width = std::min(kBoxWidthMax, width + 2 * kBoxPadding);
    made.box.height = kHeaderHeight + static_cast<int>(made.lines.size()) * kLineHeight + (made.lines.empty() ? 0 : 6);
  }
  [[nodiscard]] GraphTable plan_of(std::size_t table) const {
    return options_.tables.empty() ? GraphTable{} : options_.tables[table];
  }

  const Schema& schema_;
  const GraphOptions& options_;
  std::vector<TableBox>& boxes_;
  std::vector<KeyEnds> ends_{};
};

}  // namespace

std::string rows_text(const Table& table, const GraphTable& plan) {
  if (plan.rows && table.rows) return grouped(*plan.rows) + " of about " + grouped(*table.rows) + " rows";
  if (plan.rows) return grouped(*plan.rows) + (*plan.rows == 1 ? " row" : " rows");
  if (table.rows) return "about " + grouped(*table.rows) + (*table.rows == 1 ? " row" : " rows");
  return {};
}

std::vector<KeyEnds> make_boxes(const Schema& schema, const GraphOptions& options, std::vector<TableBox>& boxes) {
  return Boxes(schema, options, boxes).make();
}

}  // namespace millrace::subset
