// Closure: which rows belong to a part of a database. Those that the roots name, all that they refer to, and what the plan adds of rows that refer to them.
//
// Only keys are read. Each table has a set of them, and rows whose own references were not looked at yet wait in one beside it; keys that the database has to translate
// (references to other unique columns, texts that are equal in other letters) wait in a third. It is done when nothing waits.
//
// A parent's key that is no row's is found out by whoever reads the parent. Fields that the database could not translate have no key to be read by: they are kept here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <millrace/abort.h>
#include <millrace/async.h>
#include <millrace/subset/plan.h>

#include "subset/keys/key_set.h"
#include "subset/session.h"
#include "subset/statements.h"

namespace millrace::subset {

struct ClosureProgress {
  std::uint64_t keys = 0;     ///< found so far, of all tables
  std::uint64_t waiting = 0;  ///< of these, not yet looked at
  std::size_t table = 0;      ///< the one that is looked at
};

/// Cost      one statement for each Session::kKeysMax keys and each foreign key that is followed, one for each root. Memory: the store's limits.
/// Thread    loop thread. Lifetime: plan, store and source outlive it; it outlives what resolve() returned.
class Closure {
 public:
  /// Errors: the store's.
  [[nodiscard]] static Result<std::unique_ptr<Closure>> make(const Plan& plan, KeyStore& store);

  /// Once. `source` is in a transaction that sees one moment.
  [[nodiscard]] Async<void> resolve(Session& source, AbortSignal signal, std::function<void(const ClosureProgress&)> progress);
  /// Null for tables that are not reached, and for those that are streamed.
  [[nodiscard]] KeySet* keys(std::size_t table) const { return tables_[table].keys.get(); }
  /// Of all references together. More is Errc::full with `table`, the child's; where they are an error anyway, more are not kept.
  static constexpr std::size_t kAbsentMax = 100'000;
  /// Of a foreign key that is not direct: fields of rows that were found of which the parent has no row, each once, letter by letter.
  [[nodiscard]] const Page& absent(std::size_t foreign_key) const { return absent_[foreign_key]; }
  [[nodiscard]] ClosureProgress progress() const;

 private:
  struct OfTable {
    std::unique_ptr<KeySet> keys{};
    std::unique_ptr<KeySet> unread{};  ///< in `keys`, and nobody knows what they refer to; null when there is nothing to know
    FoundColumns found{};
    std::vector<std::size_t> children{};  ///< foreign keys that are followed to children
  };

  explicit Closure(const Plan& plan) : plan_(plan) {}
  Result<void> prepare(KeyStore& store);
  /// Takes what a statement of found_columns() gives. `known`: the keys themselves are in the set already.
  Async<void> take(Session& source, Query query, std::size_t table, bool known);
  Async<bool> translate(Session& source);
  /// Fields that no row of the parent has letter by letter: whether one has them all the same.
  Async<void> seek(Session& source, std::size_t foreign_key, const Page& fields);
  Async<bool> read_parents(Session& source);
  Async<bool> read_children(Session& source);
  Result<void> keep(std::size_t table, const Page& rows, bool known);
  Result<void> refer(std::size_t foreign_key, Page& keys);
  Result<void> add(std::size_t table, Page& keys);
  void tell(std::size_t table);

  const Plan& plan_;
  std::vector<OfTable> tables_{};
  std::vector<std::unique_ptr<KeySet>> untranslated_{};  ///< for each foreign key that is not direct
  std::vector<Page> absent_{};                           ///< for each foreign key
  std::size_t absent_count_ = 0;
  AbortSignal signal_{};
  std::function<void(const ClosureProgress&)> progress_{};
  std::size_t current_ = 0;
};

}  // namespace millrace::subset
