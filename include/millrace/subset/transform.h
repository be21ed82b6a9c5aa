// Transformer: what changes rows on their way, before keys are mapped. Masks are ones that come along; JavaScript and C++ can be others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <millrace/promise.h>
#include <millrace/subset/page.h>
#include <millrace/subset/schema.h>

namespace millrace::subset {

/// Changes pages of one table.
/// Order     pages of a table come in the order of its keys, and several at once: each is somebody's alone until its promise settles.
/// Thread    loop thread; may work elsewhere in between.
class Transformer {
 public:
  Transformer() = default;
  Transformer(const Transformer&) = delete;
  Transformer& operator=(const Transformer&) = delete;
  virtual ~Transformer() = default;

  /// Which of the table's columns it reads or writes, by place in `table.columns`; others it must not touch. Columns of keys and foreign keys may be read, not written.
  [[nodiscard]] virtual ColumnList columns(const Table& table) const = 0;
  /// Changes `page`, whose columns are those at `places` of `table.columns`, in place. Rows can be taken out (Page::filter) when nothing refers to the table.
  /// Lifetime  `table`, `places` and `page` live until the promise settles.
  /// Errors    with context `table`, and `column` and `key` (of the row, redacted as the job says) where it is one row's.
  [[nodiscard]] virtual Promise<void> transform(const Table& table, const ColumnList& places, Page& page) = 0;
};

}  // namespace millrace::subset
