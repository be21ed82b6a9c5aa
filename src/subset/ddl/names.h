// Names in another kind of database: of tables, and of constraints and indexes, which the target may want short and unique.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/schema.h>

namespace millrace::subset::ddl {

inline constexpr std::size_t kPostgresNameMax = 63;  ///< bytes
inline constexpr std::size_t kMariadbNameMax = 64;   ///< characters

/// What the tables of `source` are called in a database of kind `target`, as Schema::tables.
/// Same kind      as in the source.
/// To PostgreSQL  a table without a schema goes to "public", one of an attached file or another database into the schema of that name; SQLite's "main" is none.
/// From it        "public" is left away; "sales"."order" becomes "sales_order".
/// Errors    Errc::invalid_argument with context `table` and `other`: two tables would get one name (SQLite thinks names the same that differ in case).
///           Errc::unsupported with context `table` and, where it is one's, `column`: a name that is too long there or that the database does not take, two columns
///           that differ in case only where the target sees no difference.
[[nodiscard]] Result<std::vector<TableName>> target_names(const Schema& source, Dialect target);

/// Gives names to constraints and indexes. Deterministic: the same questions in the same order have the same answers.
class NameMaker {
 public:
  explicit NameMaker(Dialect target) noexcept : target_(target) {}
  /// A name that `space` (a schema, a table) has not got yet and that is not longer than the target allows: `wanted`, where it has to be with another end (a hash of it
  /// when it is too long, a number when it is taken). Names that differ in case count as the same.
  [[nodiscard]] std::string make(std::string_view space, std::string_view wanted);
  /// From now on taken.
  void take(std::string_view space, std::string_view name);

 private:
  [[nodiscard]] std::string shortened(std::string_view name, std::string_view end) const;

  Dialect target_;
  std::map<std::string, std::set<std::string>, std::less<>> taken_{};
};

}  // namespace millrace::subset::ddl
