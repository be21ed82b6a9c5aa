// A mask on one column of a page.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/error.h>
#include <millrace/subset/page.h>
#include <millrace/subset/schema.h>

#include "subset/transform/mask.h"

namespace millrace::subset {

/// Thread    any, several pages at once.
class ColumnMask {
 public:
  /// `permutation`  of shuffle, and then there is no `mask`.
  ColumnMask(std::string_view name, std::unique_ptr<ValueMask> mask, const MaskSite& site, KeyedHash permutation)
      : name_(name), mask_(std::move(mask)), length_(site.length), permutation_(permutation) {}

  std::size_t column = 0;           ///< place in Table::columns
  std::optional<std::size_t> by{};  ///< likewise: what decides
  bool may_fail = false;            ///< then the key is read, for the error

  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  struct Failure {
    std::size_t row;
    Error error;
  };
  /// Masks the column at `place` of `page`.
  /// `by_place`  where what decides is, if anything does.
  [[nodiscard]] std::optional<Failure> apply(Page& page, std::size_t place, std::optional<std::size_t> by_place,
                                             std::string& scratch) const;

 private:
  void shuffle(Page& page, std::size_t place) const;
  void put(Page& page, std::size_t row, std::size_t place, const Value& old, const Value& made) const;

  std::string name_;
  std::unique_ptr<ValueMask> mask_;
  std::optional<std::size_t> length_;
  KeyedHash permutation_;
};

}  // namespace millrace::subset
