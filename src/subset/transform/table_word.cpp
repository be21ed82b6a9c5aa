#include "subset/transform/table_word.h"

#include <optional>
#include <string>
#include <vector>

#include "subset/nearest.h"

namespace millrace::subset {

Result<std::size_t> table_of_word(const Schema& schema, std::string_view word) {
  std::optional<std::size_t> found;
  for (std::size_t at = 0; at < schema.tables.size(); ++at) {
    const TableName& name = schema.tables[at].name;
    if (name.to_string() == word) return at;
    if (name.name != word) continue;
    if (found)
      return fail(Error(Errc::invalid_argument, "several tables are called '" + std::string(word) + "': write '" +
                                                    schema.tables[*found].name.to_string() + "' or '" + name.to_string() + "'")
                      .with("table", std::string(word)));
    found = at;
  }
  if (found) return *found;
  std::vector<std::string> names;
  for (const Table& table : schema.tables) {
    names.push_back(table.name.name);
    if (!table.name.schema.empty()) names.push_back(table.name.to_string());
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  return fail(Error(Errc::invalid_argument, "there is no table '" + std::string(word) + "'" + did_you_mean(word, known))
                  .with("table", std::string(word)));
}

Result<std::size_t> column_of_word(const Table& table, std::string_view word) {
  std::vector<std::string_view> known;
  for (std::size_t at = 0; at < table.columns.size(); ++at) {
    if (table.columns[at].name == word) return at;
    known.push_back(table.columns[at].name);
  }
  return fail(Error(Errc::invalid_argument,
                    "table " + table.name.to_string() + " has no column '" + std::string(word) + "'" + did_you_mean(word, known))
                  .with("table", table.name.to_string())
                  .with("column", std::string(word)));
}

}  // namespace millrace::subset
