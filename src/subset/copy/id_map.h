// IdMap: which new number a row has got, by its old one. No table of pairs: keys in order and consecutive numbers make the new one a matter of counting.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <millrace/result.h>

#include "subset/keys/key_set.h"

namespace millrace::subset {

/// Keys that have got consecutive numbers in their order: one piece for what this run copies, and one for each earlier run of the job that was stopped within the table.
/// Cost      of find(): KeySet::rank() of each piece.
class IdMap {
 public:
  void add(const KeySet& keys, std::int64_t first) { pieces_.push_back({.keys = &keys, .first = first}); }
  void add(std::unique_ptr<KeySet> keys, std::int64_t first) {
    owned_.push_back(std::move(keys));
    add(*owned_.back(), first);
  }
  /// Nothing: no such row is copied.
  [[nodiscard]] Result<std::optional<std::int64_t>> find(std::int64_t key) const {
    for (const Piece& piece : pieces_) {
      const Result<std::optional<std::uint64_t>> rank = piece.keys->rank(key);
      if (!rank) return fail(rank.error());
      if (*rank) return piece.first + static_cast<std::int64_t>(**rank);
    }
    return std::optional<std::int64_t>();
  }

 private:
  struct Piece {
    const KeySet* keys;
    std::int64_t first;
  };
  std::vector<std::unique_ptr<KeySet>> owned_{};
  std::vector<Piece> pieces_{};
};

}  // namespace millrace::subset
