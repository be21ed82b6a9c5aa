// Masks: what stands for values that must not leave. Built in, and the same everywhere for one seed. docs/subset.md has them all.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <millrace/loop.h>
#include <millrace/observe/redactor.h>
#include <millrace/result.h>
#include <millrace/subset/job.h>
#include <millrace/subset/schema.h>
#include <millrace/subset/transform.h>
#include <millrace/worker_pool.h>

namespace millrace::subset {

struct MaskOptions {
  /// Job::seed. Other seeds choose otherwise. Empty: a seed that is the same for everybody, so that who knows Millrace and guesses a value can look whether it is the one.
  std::string seed{};
  /// What the mask `redact` asks (observe::make_redactor()); it outlives the masks. Null: a rule with `redact` is an error.
  const observe::Redactor* redactor = nullptr;
  /// Where pages are masked; of the same loop, and outlives the masks. Null: on the loop's thread.
  WorkerPool* workers = nullptr;
};

/// The masks that `tables` say, as Job::tables has them, for these tables of `schema`.
/// Effect    a value becomes the same in every table, column and run of one seed, whatever its type: 5 and "5" alike. Different masks choose apart, but for those about
///           people. NULL stays NULL, but for `constant` with nulls=true. A result is cut to the length that the column declares. shuffle is the exception: it permutes the
///           values of a page.
/// Fits      columns of primary and foreign keys, of identities, and generated ones have no masks: rows would lose each other. `schema` has the references that a plan
///           adds among its foreign keys. A column that alone is a unique key takes only masks that keep different values different.
/// Errors    all at once, an aggregate where there are several: Errc::invalid_argument with context `table`, `column` and `mask`: what is not known, with the nearest that is;
///           what does not fit. Of transform(): Errc::invalid_argument with context `table`, `column`, `mask` and, where the table has a primary key, `key`: a value that the
///           mask does not understand, which is not repeated; the page is half masked then, and not to be written.
/// Cost      of a value: 60 to 600 ns of processor time, by mask (docs/subset.md). Columns without a mask cost nothing.
/// Lifetime  the loop outlives it. `schema` is needed for the call.
[[nodiscard]] Result<std::unique_ptr<Transformer>> make_masks(Loop& loop, const std::map<std::string, TableRule>& tables,
                                                              const Schema& schema, const MaskOptions& options = {});

}  // namespace millrace::subset
