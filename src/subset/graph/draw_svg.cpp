#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <millrace/subset/describe.h>
#include <millrace/subset/graph.h>

#include "subset/graph/graph_layout.h"
#include "subset/graph/svg_text.h"

namespace millrace::subset {
namespace {

constexpr int kMargin = 28;
constexpr int kDrawnLoop = 20;

struct Role {
  std::string_view style;
  std::string_view legend;
};
constexpr std::array<Role, 6> kRoles{{{"none", "table"},
                                      {"root", "root: rows to begin with"},
                                      {"referred", "rows that others need"},
                                      {"all", "every row"},
                                      {"left", "no row"},
                                      {"target", "in the target already"}}};

// Colours by what they mean, once for light and once for dark: everything below names them only.
constexpr std::string_view kStyle = R"(
svg{--page:#f8fafc;--ink:#0f172a;--soft:#64748b;--box:#ffffff;--line:#cbd5e1;--edge:#94a3b8;--wait:#c2410c;--frame:#fff7ed;--none:#64748b;--root:#2563eb;--referred:#0d9488;--all:#7c3aed;--left:#94a3b8;--target:#b45309;--shade:.13;
font-family:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
@media(prefers-color-scheme:dark){svg{--page:#0b1120;--ink:#e2e8f0;--soft:#94a3b8;--box:#131c31;--line:#334155;--edge:#64748b;--wait:#fb923c;--frame:#1c1917;--none:#94a3b8;--root:#60a5fa;--referred:#2dd4bf;--all:#a78bfa;--left:#64748b;--target:#fbbf24;--shade:.2}}
text{fill:var(--ink)}
.page{fill:var(--page)}
.title{font-size:20px;font-weight:650}
.small{font-size:11px;fill:var(--soft)}
.name{font-size:13.5px;font-weight:650}
.column{font:11.5px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.badge{font-size:8.5px;font-weight:700;fill:var(--soft);letter-spacing:.4px}
.body{fill:var(--box);stroke:var(--line)}
.head{fill-opacity:var(--shade)}
.bar{fill:var(--none)}
.none .body{stroke:var(--line)}
.none .head,.none .bar{fill:var(--none)}
.root .body{stroke:var(--root)}.root .head,.root .bar{fill:var(--root)}
.referred .body{stroke:var(--referred)}.referred .head,.referred .bar{fill:var(--referred)}
.all .body{stroke:var(--all)}.all .head,.all .bar{fill:var(--all)}
.left .body{stroke:var(--left);stroke-dasharray:3 3}.left .head,.left .bar{fill:var(--left)}.left text{opacity:.7}
.target .body{stroke:var(--target)}.target .head,.target .bar{fill:var(--target)}
.frame{fill:var(--frame);stroke:var(--wait);stroke-opacity:.6}
.circle{font-size:11px;font-weight:650;fill:var(--wait)}
.key{fill:none;stroke:var(--edge);stroke-width:1.5}
.key:hover{stroke:var(--root);stroke-width:2.5}
.later{stroke:var(--wait);stroke-dasharray:6 4}
.tip{fill:var(--edge)}.tip-later{fill:var(--wait)}
.dot{fill:var(--page);stroke:var(--wait);stroke-width:1.5}
.number{font-size:10px;font-weight:700;fill:var(--wait);text-anchor:middle}
)";

std::string number(int value) { return std::to_string(value); }

std::string pair_of(Point point) { return number(point.x) + ' ' + number(point.y); }

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + ' ' + std::string(count == 1 ? one : many);
}

class Drawing {
 public:
  Drawing(const Schema& schema, const Dependencies& dependencies, const GraphOptions& options, const GraphLayout& layout)
      : schema_(schema), dependencies_(dependencies), options_(options), layout_(layout) {}

  std::string text() {
    const int head = header_height();
    legend_width_ = 0;
    std::string inside = legend();
    const int width = std::max({layout_.width, legend_width_, text_width(options_.title, Font::name) * 3 / 2}) + 2 * kMargin;
    const int height = layout_.height + head + 2 * kMargin;
    svg_ += "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(width) + "\" height=\"" + number(height) +
            "\" viewBox=\"0 0 " + number(width) + ' ' + number(height) + "\" role=\"img\">\n<title>" +
            xml_text(options_.title.empty() ? summary() : options_.title + ": " + summary()) + "</title>\n<style>" +
            std::string(kStyle) + "</style>\n<defs>" + marker("tip") + marker("tip-later") +
            "</defs>\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n" + inside;
    svg_ += "<g transform=\"translate(" + number(kMargin) + ' ' + number(kMargin + head) + ")\">\n";
    for (std::size_t i = 0; i < layout_.frames.size(); ++i) add_frame(layout_.frames[i]);
    // Those that wait come last, over the others.
    for (const bool later : {false, true})
      for (std::size_t i = 0; i < layout_.keys.size(); ++i)
        if (layout_.keys[i].later == later) add_key(i);
    for (std::size_t i = 0; i < layout_.tables.size(); ++i) add_table(i);
    for (const KeyCurve& curve : layout_.keys)
      if (curve.later) add_number(curve);
    svg_ += "</g>\n</svg>\n";
    return std::move(svg_);
  }

 private:
  static std::string marker(std::string_view style) {
    return "<marker id=\"" + std::string(style) +
           "\" viewBox=\"0 0 10 10\" refX=\"9.5\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" "
           "orient=\"auto\"><path class=\"" +
           std::string(style) + "\" d=\"M0 1L10 5L0 9z\"/></marker>";
  }

  [[nodiscard]] int header_height() const { return (options_.title.empty() ? 0 : 28) + 24 + 26; }
  [[nodiscard]] std::string summary() const {
    const auto circles =
        std::ranges::count_if(dependencies_.components, [](const Component& one) { return one.tables.size() > 1; });
    return counted(schema_.tables.size(), "table", "tables") + ", " +
           counted(schema_.foreign_keys.size(), "foreign key", "foreign keys") +
           (circles == 0 ? "" : ", " + counted(static_cast<std::size_t>(circles), "circle", "circles"));
  }

  /// Title, summary, and what colours and lines of this picture mean.
  std::string legend() {
    std::string text;
    int y = kMargin;
    if (!options_.title.empty()) {
      text += "<text class=\"title\" x=\"" + number(kMargin) + "\" y=\"" + number(y + 12) + "\">" + xml_text(options_.title) +
              "</text>\n";
      y += 28;
    }
    text += "<text class=\"small\" x=\"" + number(kMargin) + "\" y=\"" + number(y + 8) + "\">" + xml_text(summary()) +
            "</text>\n<g class=\"legend\">";
    y += 28;
    int x = kMargin;
    const auto add = [&](const std::string& sign, std::string_view meaning) {
      text += sign + "<text class=\"small\" x=\"" + number(x + 30) + "\" y=\"" + number(y + 4) + "\">" + std::string(meaning) +
              "</text>";
      x += 30 + text_width(meaning, Font::small) + 22;
    };
    for (std::size_t role = 1; role < kRoles.size(); ++role) {
      if (std::ranges::none_of(options_.tables, [&](const GraphTable& one) { return static_cast<std::size_t>(one.role) == role; }))
        continue;
      const std::string place = "x=\"" + number(x) + "\" y=\"" + number(y - 6) + "\" width=\"22\" height=\"13\" rx=\"3\"/>";
      add("<g class=\"" + std::string(kRoles[role].style) + "\"><rect class=\"body\" " + place + "<rect class=\"head\" " + place +
              "</g>",
          kRoles[role].legend);
    }
    const auto line = [&](std::string_view style, std::string_view tip) {
      return "<path class=\"" + std::string(style) + "\" marker-end=\"url(#" + std::string(tip) + ")\" d=\"M" +
             pair_of({.x = x, .y = y}) + "h24\"/>";
    };
    if (!schema_.foreign_keys.empty()) add(line("key", "tip"), "refers to");
    if (std::ranges::any_of(layout_.keys, &KeyCurve::later))
      add(line("key later", "tip-later"), "refers to what is filled later: the frame says how");
    legend_width_ = x;
    return text + "</g>\n";
  }

  void add_frame(const CircleFrame& frame) {
    const Box& box = frame.box;
    svg_ += "<g class=\"cycle\"><rect class=\"frame\" x=\"" + number(box.x) + "\" y=\"" + number(box.y) + "\" width=\"" +
            number(box.width) + "\" height=\"" + number(box.height) + "\" rx=\"12\"/><text class=\"circle\" x=\"" +
            number(box.x + 14) + "\" y=\"" + number(box.y + 20) + "\">circle</text>";
    int y = box.bottom() - static_cast<int>(frame.captions.size()) * kCaptionHeight;
    for (const std::string& line : frame.captions) {
      svg_ += "<text class=\"small\" xml:space=\"preserve\" x=\"" + number(box.x + 14) + "\" y=\"" + number(y) + "\">" +
              xml_text(line) + "</text>";
      y += kCaptionHeight;
    }
    svg_ += "</g>\n";
  }

  void add_key(std::size_t at) {
    const KeyCurve& curve = layout_.keys[at];
    const std::vector<Point>& points = curve.points;
    std::string way = 'M' + pair_of(points.front());
    if (curve.loop) {
      const Point& to = points.back();
      const int out = points.front().x - kDrawnLoop;
      way += "C" + number(out) + ' ' + number(points.front().y) + ' ' + number(out) + ' ' + number(to.y) + ' ' + pair_of(to);
    }
    for (std::size_t i = 1; i < points.size() && !curve.loop; ++i) {
      const Point& from = points[i - 1];
      const Point& to = points[i];
      const int middle = (from.x + to.x) / 2;
      way += from.y == to.y
                 ? 'L' + pair_of(to)
                 : "C" + number(middle) + ' ' + number(from.y) + ' ' + number(middle) + ' ' + number(to.y) + ' ' + pair_of(to);
    }
    std::string words = describe(schema_, schema_.foreign_keys[at]);
    if (!schema_.foreign_keys[at].name.empty()) words = schema_.foreign_keys[at].name + ": " + words;
    svg_ += "<path class=\"" + std::string(curve.later ? "key later" : "key") + "\" data-key=\"" + std::to_string(at) +
            "\" marker-end=\"url(#" + (curve.later ? "tip-later" : "tip") + ")\" d=\"" + way + "\"><title>" + xml_text(words) +
            "</title></path>\n";
  }

  /// Of a key that waits, where it leaves its child.
  void add_number(const KeyCurve& curve) {
    const Point& from = curve.points.front();
    const int x = from.x + 14;
    svg_ += "<circle class=\"dot\" cx=\"" + number(x) + "\" cy=\"" + number(from.y) + "\" r=\"8\"/><text class=\"number\" x=\"" +
            number(x) + "\" y=\"" + number(from.y + 4) + "\">" + std::to_string(curve.number) + "</text>\n";
  }

  void add_table(std::size_t at) {
    const TableBox& made = layout_.tables[at];
    const Table& table = schema_.tables[at];
    const GraphTable plan = options_.tables.empty() ? GraphTable{} : options_.tables[at];
    const std::string name = table.name.to_string();
    const std::string rows = rows_text(table, plan);
    const int width = made.box.width;
    const int height = made.box.height;
    const Role& role = kRoles[static_cast<std::size_t>(plan.role)];
    svg_ += "<g class=\"table " + std::string(role.style) + "\" data-table=\"" + std::to_string(at) + "\" transform=\"translate(" +
            pair_of({.x = made.box.x, .y = made.box.y}) + ")\"><title>" + xml_text(rows.empty() ? name : name + ": " + rows) +
            "</title><rect class=\"body\" width=\"" + number(width) + "\" height=\"" + number(height) +
            "\" rx=\"7\"/><path class=\"head\" d=\"" + header_path(width, height == kHeaderHeight) +
            "\"/><rect class=\"bar\" x=\"1\" y=\"8\" width=\"3\" height=\"" + number(kHeaderHeight - 16) + "\" rx=\"1.5\"/>";
    const int room = width - 2 * kBoxPadding;
    svg_ += "<text class=\"name\" x=\"" + number(kBoxPadding) + "\" y=\"" + (rows.empty() ? "27" : "19") + "\">" +
            xml_text(clipped(name, Font::name, room)) + "</text>";
    if (!rows.empty())
      svg_ += "<text class=\"small\" x=\"" + number(kBoxPadding) + "\" y=\"35\">" + xml_text(clipped(rows, Font::small, room)) +
              "</text>";
    for (const KeyLine& line : made.lines) add_line(line, room - kBadgeWidth);
    svg_ += "</g>\n";
  }

  void add_line(const KeyLine& line, int room) {
    constexpr std::array<std::string_view, 3> kBadges{"PK", "UK", "FK"};
    const std::string shown = clipped(line.columns, Font::column, room);
    svg_ += "<text class=\"badge\" x=\"" + number(kBoxPadding) + "\" y=\"" + number(line.y + 3) + "\">" +
            std::string(kBadges[static_cast<std::size_t>(line.kind)]) + "</text><text class=\"column\" x=\"" +
            number(kBoxPadding + kBadgeWidth) + "\" y=\"" + number(line.y + 4) + "\">" + xml_text(shown) +
            (shown == line.columns ? "" : "<title>" + xml_text(line.columns) + "</title>") + "</text>";
  }

  /// Rounded as the box is, below only when there is nothing below it.
  static std::string header_path(int width, bool alone) {
    const std::string low = number(kHeaderHeight);
    std::string path = "M0 7a7 7 0 0 1 7-7H" + number(width - 7) + "a7 7 0 0 1 7 7V";
    if (!alone) return path + low + "H0z";
    return path + number(kHeaderHeight - 7) + "a7 7 0 0 1-7 7H7a7 7 0 0 1-7-7z";
  }

  const Schema& schema_;
  const Dependencies& dependencies_;
  const GraphOptions& options_;
  const GraphLayout& layout_;
  std::string svg_{};
  int legend_width_ = 0;
};

}  // namespace

Result<std::string> draw_svg(const Schema& schema, const Dependencies& dependencies, const GraphOptions& options) {
  if (schema.tables.size() > kGraphTablesMax)
    return fail(Errc::full, "a picture of " + std::to_string(schema.tables.size()) + " tables: at most " +
                                std::to_string(kGraphTablesMax) + " can be drawn");
  if (schema.foreign_keys.size() > kGraphKeysMax)
    return fail(Errc::full, "a picture of " + std::to_string(schema.foreign_keys.size()) + " foreign keys: at most " +
                                std::to_string(kGraphKeysMax) + " can be drawn");
  if (!options.tables.empty() && options.tables.size() != schema.tables.size())
    return fail(Errc::invalid_argument, "what the plan does is said of " + std::to_string(options.tables.size()) +
                                            " tables, and there are " + std::to_string(schema.tables.size()));
  const Result<GraphLayout> layout = lay_out(schema, dependencies, options);
  if (!layout) return fail(layout.error());
  return Drawing(schema, dependencies, options, *layout).text();
}

}  // namespace millrace::subset
