// The boxes of tables: what stands in them, and how big they get; not yet where they are.
#pragma once

#include <vector>

#include "subset/graph/graph_layout.h"

namespace millrace::subset {

/// Where a foreign key's curve ends: below the upper edges of its tables' boxes.
struct KeyEnds {
  int child = 0;
  int parent = 0;
};

/// A line for each primary key, for other keys that are referred to, and for each foreign key. `boxes` by place in Schema::tables, the answer in Schema::foreign_keys.
[[nodiscard]] std::vector<KeyEnds> make_boxes(const Schema& schema, const GraphOptions& options, std::vector<TableBox>& boxes);

}  // namespace millrace::subset
