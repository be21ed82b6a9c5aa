#include "subset/sqlite/inserter.h"

#include <algorithm>

#include "subset/sql.h"

namespace millrace::subset {
namespace {

Result<std::string> statement_of(const Insertion& insertion) {
  using Existing = Insertion::Existing;
  if (insertion.columns.empty()) return fail(Errc::invalid_argument, "sqlite: an insertion without columns");
  std::string names, values, set, key;
  for (std::size_t i = 0; i < insertion.columns.size(); ++i) {
    const Result<std::string> name = quoted(Dialect::sqlite, insertion.columns[i].name);
    if (!name) return fail(name.error());
    const bool first = i == 0;
    names.append(first ? "" : ", ").append(*name);
    values += first ? "?" : ", ?";
    if (std::ranges::find(insertion.key, i) == insertion.key.end())
      set.append(set.empty() ? "" : ", ").append(*name + " = excluded." + *name);
  }
  for (const std::size_t column : insertion.key) {
    if (column >= insertion.columns.size()) return fail(Errc::invalid_argument, "sqlite: a key's column that is not inserted");
    key.append(key.empty() ? "" : ", ").append(sql::name(Dialect::sqlite, insertion.columns[column].name));
  }
  const Result<std::string> table = quoted(Dialect::sqlite, insertion.table);
  if (!table) return fail(table.error());
  std::string sql = "INSERT INTO " + *table + " (" + names + ") VALUES (" + values + ")";
  if (insertion.existing == Existing::error) return sql;
  if (key.empty()) return fail(Errc::invalid_argument, "sqlite: rows that exist are recognised by a key, and there is none");
  // Where all columns are the key's, nothing is left to be changed.
  const bool skip = insertion.existing == Existing::skip || set.empty();
  return sql + " ON CONFLICT (" + key + ") DO " + (skip ? "NOTHING" : "UPDATE SET " + set);
}

}  // namespace

Result<Inserter> Inserter::make(SqliteConnection& connection, Insertion insertion) {
  const Result<std::string> sql = statement_of(insertion);
  if (!sql) return fail(sql.error().with("table", insertion.table.to_string()));
  Result<SqliteStatement> statement = connection.prepare(*sql);
  if (!statement) return fail(statement.error().with("table", insertion.table.to_string()));
  return Inserter(*std::move(statement), std::move(insertion));
}

Result<void> Inserter::insert_row(const Page& page, std::size_t row) {
  for (std::size_t column = 0; column < page.columns(); ++column) {
    const Value value = page.at(row, column);
    if (value.kind == ValueKind::real && std::isnan(value.real))
      return fail(Error(Errc::invalid_argument, "sqlite has no NaN, and would keep NULL")
                      .with("table", insertion_.table.to_string())
                      .with("column", insertion_.columns[column].name));
    if (!statement_.bind(static_cast<int>(column) + 1, value)) return fail(about(statement_.error()));
  }
  const int code = sqlite3_step(statement_.get());
  if (code != SQLITE_DONE) {
    const Error error = about(statement_.error());
    statement_.reset();
    return fail(error);
  }
  taken_ += static_cast<std::uint64_t>(sqlite3_changes64(sqlite3_db_handle(statement_.get())));
  statement_.reset();
  return {};
}

Error Inserter::other_columns(const Page& page) const {
  return Error(Errc::invalid_argument, "sqlite: the page has other columns than the insertion")
      .with("table", insertion_.table.to_string())
      .with("page", std::to_string(page.columns()))
      .with("insertion", std::to_string(insertion_.columns.size()));
}

Error Inserter::about(Error error) const {
  return error.context("table").empty() ? error.with("table", insertion_.table.to_string()) : error;
}

}  // namespace millrace::subset
