// Transforms in JavaScript: a module whose default export has an entry for each table. docs/subset.md says what a module looks like.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/js/sandbox.h>
#include <millrace/loop.h>
#include <millrace/observe/redactor.h>
#include <millrace/result.h>
#include <millrace/subset/schema.h>
#include <millrace/subset/transform.h>

namespace millrace::subset {

struct ScriptOptions {
  static constexpr std::size_t kThreadsMax = 64;
  static constexpr std::uint64_t kFileMax = std::uint64_t{4} << 20;

  std::string path{};       ///< of the module
  std::size_t threads = 0;  ///< each with an engine of its own, about 20 MB; 0: as many as the machine has processors, at most 4
  /// What the module may do. Nothing: SandboxPolicy::strict() with room for pages: it has no files, network, environment or eval; timers it has.
  std::optional<js::SandboxPolicy> policy{};
  /// For loading the module and for each batch, wall and processor time; what awaits has as long to settle, too.
  Duration batch_limit = std::chrono::seconds(10);
  std::uint64_t memory = std::uint64_t{512} << 20;  ///< of each thread: what is alive in its engine
  std::string seed{};                               ///< of `mask` in the module: Job::seed
  const observe::Redactor* redactor = nullptr;      ///< for mask.redact(); outlives the transformer
  /// What the module writes with console. Several threads at once. Empty: it is lost.
  std::function<void(std::string_view text)> output{};
};

/// Loads the module and looks at its entries.
/// Entries   by table, as the database spells it, with "schema." before it where it is ambiguous:
///             `rows => ...`                                   all columns but those of keys; changed in place, or others returned, as many
///             `{columns?, rows(rows, batch)}`                 these columns
///             `{columns?, row(row, i, batch)}`                one row after the other; errors know which
///             `{columns, transform({table, length, columns})}`  an array for each column, changed in place: the fastest
///           All may be async, and take rows out by batch.drop(i) where no foreign key refers to the table. A value is what script_values.h says.
/// Keys      columns of keys and foreign keys, identities and generated columns can be read when `columns` names them, and not changed: an error.
/// Threads   pages go to the thread that has the fewest. A module is loaded once on each, so what it keeps in variables is not shared, and nothing says which thread a page
///           comes to: results that depend on other rows are no results.
/// Blocks    while the module is loaded, at most for `batch_limit`, and in the destructor until JavaScript has ended, which the engine's own functions may delay
///           (docs/security.md). transform() blocks nothing.
/// Errors    Errc::invalid_argument with context `file`, `table`, `column`: a module that cannot be read or does not compile, no default export, tables and columns that there are
///           not, with the nearest that there is. Of transform(), with context `table` and, where known, `column`, `key`, `stack`: Errc::javascript_error: what was thrown and where;
///           Errc::terminated: a limit of time or memory, in `limit`; Errc::timed_out: a promise that was not settled; Errc::invalid_argument: a value that does not fit its column.
///           The page may be half changed then.
/// Cost      docs/subset.md.
/// Lifetime  the loop outlives it, as does the schema whose tables transform() is called with.
[[nodiscard]] Result<std::unique_ptr<Transformer>> make_script(Loop& loop, const Schema& schema, ScriptOptions options);

}  // namespace millrace::subset
