// Job: what is to be copied, as a person says it: in a plan file, or by flags. Names here are words; plan.h finds the tables they mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/result.h>

namespace millrace::subset {

/// What becomes of keys that the database makes.
enum class KeyPolicy : std::uint8_t {
  keep,  ///< rows keep theirs
  map,   ///< the target makes new ones, and everything that refers to them follows
};

/// What to do with a row whose key is in the target already.
enum class ExistingRows : std::uint8_t { error, skip, update };

/// Which rows of a table are copied.
enum class RowChoice : std::uint8_t {
  referred,  ///< those that roots name, that copied rows refer to, and that `children` adds
  all,       ///< every one
  none,      ///< none: what refers to it is NULL there, and an error where it may not be
  target,    ///< none: what refers to it means rows that the target has already, by the same keys
};

/// What to do about a row that refers to one which the source does not have. Databases that check their keys have no such rows.
enum class MissingParents : std::uint8_t {
  error,
  null,  ///< the reference becomes NULL; an error where it may not be
};

/// Rows to begin with. `table` as the database spells it, with "schema." before it where it is ambiguous.
struct RootRule {
  std::string table;
  std::string where{};                   ///< a condition of the source's SQL about the table's columns; empty: every row
  std::optional<std::uint64_t> limit{};  ///< at most so many, in the order of `order`, then of the key
  std::string order{};                   ///< of the source's SQL: "created_at DESC"
};

/// Also copy rows of `table` that refer to copied rows of `of`.
struct ChildRule {
  std::string of;
  std::string table;
  std::vector<std::string> columns{};    ///< the foreign key's, when `table` has several to `of`
  std::string where{};                   ///< of these only
  std::optional<std::uint64_t> limit{};  ///< at most so many for each row of `of`, in the order of `order`, then of the key
  std::string order{};
};

/// A reference that the database does not know of.
struct ReferenceRule {
  std::string table;
  std::vector<std::string> columns;
  std::string parent;
  std::vector<std::string> parent_columns{};  ///< empty: its primary key
};

/// What is done to one column. Exactly one of `mask` and `script` is given; the script is one for the whole table and stands in Job::script.
struct MaskRule {
  std::string mask;                              ///< a built-in one: masks.h
  std::map<std::string, std::string> options{};  ///< its options, as words: {"value": "x"}
};

struct TableRule {
  RowChoice rows = RowChoice::referred;
  std::optional<KeyPolicy> keys{};
  bool truncate = false;           ///< the target's rows are deleted before
  std::vector<std::string> key{};  ///< by which its rows are told apart, for a table without a primary key
  std::vector<std::string>
      ignore{};  ///< names of foreign keys (or of their first column) that are not followed: NULL where it may be, else as it is
  std::map<std::string, MaskRule> columns{};  ///< by column
};

struct Job {
  static constexpr std::size_t kFileMax = std::size_t{1} << 20;  ///< bytes of a plan file
  static constexpr std::size_t kRulesMax = 10'000;               ///< of each kind

  std::string source{};  ///< where a database is: see docs/subset.md
  std::string target{};
  std::string coordinator{};

  std::vector<RootRule> roots{};
  bool all_children = false;  ///< every foreign key is followed to children, too
  std::vector<ChildRule> children{};
  std::vector<ReferenceRule> references{};
  std::map<std::string, TableRule> tables{};
  RowChoice others = RowChoice::referred;  ///< tables without a rule

  KeyPolicy keys = KeyPolicy::keep;
  ExistingRows existing = ExistingRows::error;
  MissingParents missing = MissingParents::error;
  bool create = true;              ///< tables that the target does not have are made
  bool bulk = false;               ///< constraints and indexes of the target's tables are built after the rows
  std::string seed{};              ///< of masks
  std::string script{};            ///< a module of JavaScript with transforms; relative to the plan file
  std::size_t script_threads = 0;  ///< 0: as many as the machine has processors, at most 4
  std::size_t page_rows = 50'000;
  std::size_t page_bytes = std::size_t{8} << 20;
};

/// A plan file: TOML, or JSON with the same members (docs/subset-plan.schema.json). `name` is for messages, its ending says which of both it is; without an ending
/// that says so, text that begins with { is JSON.
/// Errors    Errc::invalid_argument with context `file`, `line`, `column` where known and `member`: what is not understood, unknown members with those that are known, bad values.
///           Errc::full: kFileMax, kRulesMax.
[[nodiscard]] Result<Job> parse_job(std::string_view text, std::string_view name);
/// The schema of plan files, as docs/subset-plan.schema.json has it (JSON Schema 2020-12).
[[nodiscard]] std::string_view job_schema() noexcept;

}  // namespace millrace::subset
