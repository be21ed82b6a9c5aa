// A picture of a schema: its tables in the order in which they are filled, and what refers to what.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/dependencies.h>

namespace millrace::subset {

/// What a plan does with a table; its colour.
enum class GraphRole : std::uint8_t {
  none,      ///< nothing is said of it
  root,      ///< rows to begin with
  referred,  ///< rows that others need
  all,       ///< every row
  left_out,  ///< no row
  target,    ///< the target has its rows already
};

struct GraphTable {
  GraphRole role = GraphRole::none;
  std::optional<std::uint64_t> rows{};  ///< to be copied
};

struct GraphOptions {
  std::string title{};               ///< empty: none
  std::vector<GraphTable> tables{};  ///< by place in Schema::tables; empty, or as many as there are
};

inline constexpr std::size_t kGraphTablesMax = 2'000;
inline constexpr std::size_t kGraphKeysMax = 20'000;

/// One SVG document: self-contained, without scripts, in colours for light and dark screens. A column for each depth of the order, parents left of their children; a
/// curve for each foreign key, from its columns to what they refer to. Circles are in a frame that says what is done about them; keys that wait are dashed. Tables that
/// nothing refers to and that refer to nothing are below. Names are text, whatever is in them; what XML cannot say is U+FFFD.
/// `dependencies` is analyse(schema)'s. The same input gives the same bytes.
/// Errors    Errc::full: kGraphTablesMax, kGraphKeysMax, or so many curves over so many columns that nobody could follow them (kBendsMax of 200'000 bends).
///           Errc::invalid_argument: options.tables is neither empty nor as long as schema.tables.
/// Cost      O(n log n) in tables, keys and bends; 500 tables with 1'000 keys take well under a second.
[[nodiscard]] Result<std::string> draw_svg(const Schema& schema, const Dependencies& dependencies,
                                           const GraphOptions& options = {});

}  // namespace millrace::subset
