// Rows as statements of a script, which a database's own tool loads: sqlite3, psql, mariadb.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/page.h>

#include "subset/files/file_format.h"

namespace millrace::subset {

/// Of one INSERT. Bytes: a row that has more stands alone.
inline constexpr std::size_t kScriptRowsMax = 500;
inline constexpr std::size_t kScriptBytesMax = std::size_t{1} << 20;

/// Thread: one at a time. Texts end in a line break.
class SqlScript final : public FileFormat {
 public:
  SqlScript(Dialect dialect, ExistingRows existing, ScriptParts parts) noexcept
      : dialect_(dialect), existing_(existing), parts_(std::move(parts)) {}

  /// Errors    Errc::invalid_argument: names that no statement can say; a table without a key whose rows are to be updated.
  [[nodiscard]] Result<void> check(const std::vector<TargetTable>& tables) const;

  /// Comment, settings, BEGIN, and what the caller wants before the rows: the same whatever the table.
  [[nodiscard]] std::string opening(const TargetTable& table) const override;
  /// One INSERT.
  [[nodiscard]] Result<void> append_rows(const TargetTable& table, const Page& page, std::size_t& row,
                                         std::string& to) const override;
  /// UPDATEs, one for each row, until there is a chunk. `page`: fields of `key`, then those of `columns`.
  [[nodiscard]] Result<void> append_patches(const TargetTable& table, const ColumnList& key, const ColumnList& columns,
                                            const Page& page, std::size_t& row, std::string& to) const;
  /// Around rows whose foreign keys are checked only when all of them are there.
  [[nodiscard]] std::string checks_later() const;
  [[nodiscard]] std::string checks_now() const;
  /// Numbers that the database gives next, what the caller wants behind the rows, COMMIT, settings as they were.
  [[nodiscard]] std::string ending(const std::vector<TargetTable>& tables) const;

 private:
  [[nodiscard]] Result<void> append_field(const TargetTable& table, std::size_t column, const Value& value, std::string& to) const;
  [[nodiscard]] std::string insert_into(const TargetTable& table) const;
  [[nodiscard]] std::string on_conflict(const TargetTable& table) const;

  Dialect dialect_;
  ExistingRows existing_;
  ScriptParts parts_;
};

}  // namespace millrace::subset
