// Plan: what a Job means for a Schema. One object says what is read, in which order it is written and what becomes of every key; whatever prints, runs or resumes a job asks this one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/dependencies.h>
#include <millrace/subset/job.h>
#include <millrace/subset/schema.h>

namespace millrace::subset {

struct PlannedTable {
  RowChoice rows = RowChoice::referred;
  bool reached = false;                 ///< rows of it may be copied: by a root, by a key, or all
  ColumnList key{};                     ///< by which its rows are told apart: places in its columns
  bool whole_numbers = false;           ///< the key is one column of whole numbers
  std::optional<std::size_t> mapped{};  ///< the column whose numbers the target makes anew
  ColumnList copied{};                  ///< all that are written
  bool truncate = false;
  /// All its rows are copied, and nobody has to find one by its key: they are read by one statement, and no set of their keys is kept. Of PostgreSQL, where no statement is ended
  /// for being read slowly. What refers to it is proven to find what it refers to, and compared by the target's server in the end (`bulk`); or nothing does.
  bool streamed = false;
  [[nodiscard]] bool written() const noexcept { return rows == RowChoice::referred || rows == RowChoice::all; }
};

/// Which rows that refer to a copied row are copied with it.
struct PlannedChildren {
  std::string where{};
  std::optional<std::uint64_t> limit{};
  std::string order{};
};

/// What becomes of one foreign key.
struct PlannedKey {
  enum class Parents : std::uint8_t {
    followed,  ///< the rows that it refers to are copied
    nulled,    ///< they are not, and it is NULL in the target
    as_is,     ///< they are not, and it says in the target what it says in the source
  } parents = Parents::followed;
  bool virtual_key = false;  ///< no database checks it
  bool direct = false;       ///< its fields are the parent's key, letter by letter; else the source is asked for that
  std::optional<PlannedChildren> children{};  ///< rows that refer to copied rows are copied, too
};

struct PlannedRoot {
  std::size_t table;
  std::string where{};
  std::optional<std::uint64_t> limit{};
  std::string order{};
  [[nodiscard]] bool whole() const noexcept { return where.empty() && !limit; }
};

struct Plan {
  Job job;
  Schema
      schema;  ///< the source's, with references of the job behind its own, and what tells rows apart as a last column where a table has no key
  std::vector<PlannedTable> tables{};  ///< as Schema::tables
  std::vector<PlannedKey> keys{};      ///< as Schema::foreign_keys
  std::vector<PlannedRoot> roots{};
  Dependencies dependencies{};  ///< of the tables that are reached; keys that are nulled make no circles
  /// For each table, for each column: the table through whose new numbers its fields go.
  std::vector<std::vector<std::optional<std::size_t>>> mapped_by{};
  std::vector<std::string> warnings{};
};

/// Errors    Errc::invalid_argument: tables, columns or keys that are not there or not meant clearly (with the nearest that is), a job without roots, a table without a key,
///           a reference that can neither be followed nor be NULL, numbers that cannot be mapped. All of them in one error, a line each; at most kPlanErrorsMax.
///           Whatever check() says of the schema.
/// Cost      O(n log n) in tables, columns and keys.
inline constexpr std::size_t kPlanErrorsMax = 20;
[[nodiscard]] Result<Plan> make_plan(Job job, Schema schema);

/// Several lines: the rows it begins with; each table that is reached in the order in which they are filled, with what becomes of its keys and of every foreign key; which tables
/// are not copied, and why; warnings. Names are shown with what a terminal would obey escaped.
[[nodiscard]] std::string describe(std::string_view title, const Plan& plan);

/// The statements that are sent to the source, as they are: for each root, and for each table how its rows are found and read. Lists of keys stand as `...` or $1.
struct PlannedStatement {
  std::string purpose;
  std::string sql;
};
[[nodiscard]] std::vector<PlannedStatement> statements(const Plan& plan);

}  // namespace millrace::subset
