// Dependencies: in which order the tables of a schema can be filled so that every row finds its parents, and what to do where they go in circles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <millrace/subset/schema.h>

namespace millrace::subset {

/// How a foreign key whose parent is filled later than its child is satisfied all the same. From the cheapest to the one that needs most.
enum class LaterBy : std::uint8_t {
  deferred_check,  ///< the database checks it at the end of the transaction, by itself or told to
  null_first,      ///< the child is written with NULL there, and updated when the parent is there
  together,  ///< neither is possible: the whole circle has to be written by one statement, or with this key's check switched off
};
[[nodiscard]] std::string_view to_string(LaterBy how) noexcept;

/// One foreign key that the order does not satisfy. By its place in Schema::foreign_keys.
struct LaterKey {
  std::size_t foreign_key;
  LaterBy by;
  /// null_first: which columns of the child are NULL at first: those of the key that may be, and are in no primary key.
  ColumnList null_columns{};
  friend bool operator==(const LaterKey&, const LaterKey&) = default;
};

/// Tables that depend on each other in circles, or one that does not. By their places in Schema::tables.
struct Component {
  std::vector<std::size_t> tables;  ///< in the order in which they are filled
  std::vector<LaterKey> later{};    ///< keys between them that this order leaves for later, by their place in Schema::foreign_keys
  /// Keys whose parent is the same table. Databases that check at the end of a statement (PostgreSQL, SQLite) take rows of one statement in any order;
  /// others take parents first, or what how_later() says.
  std::vector<std::size_t> self_references{};
  [[nodiscard]] bool cyclic() const noexcept { return tables.size() > 1 || !self_references.empty(); }
};

/// Which columns of the key may be NULL: those that are nullable, not computed, and in no primary key. One that is NULL is enough for the whole key not to be checked.
[[nodiscard]] ColumnList nullable_columns(const Schema& schema, std::size_t foreign_key);
/// What can be done about this key when its parent's row comes later.
[[nodiscard]] LaterKey how_later(const Schema& schema, std::size_t foreign_key);

struct Dependencies {
  std::vector<Component> components;  ///< parents before children; among those that could come next, the one with the least name
  [[nodiscard]] std::vector<std::size_t> order() const;  ///< all tables, one after the other
};

/// A circle is cut where it costs least (LaterBy): exactly so in components of up to kExactMax tables; in larger ones by a rule that is good, and not always the best.
/// `schema`  is as check() wants it. The same schema gives the same answer on every machine.
/// Cost      O(n log n) in tables and keys, and for each component 2^tables up to kExactMax, then O(tables * keys) for each pass of improvement, at most kPassesMax.
inline constexpr std::size_t kExactMax = 14;
inline constexpr std::size_t kPassesMax = 32;
[[nodiscard]] Dependencies analyse(const Schema& schema);

}  // namespace millrace::subset
