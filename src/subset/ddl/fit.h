// Whether rows of one table fit into another that is there already, and which column takes which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <millrace/result.h>
#include <millrace/subset/schema.h>

namespace millrace::subset::ddl {

struct Fit {
  /// For each column of the source the target's that takes it. Nothing: it is generated in the source, and is so in the target, or is not there.
  std::vector<std::optional<std::size_t>> places{};
  std::vector<std::string> errors{};  ///< each names table and column
  std::vector<std::string>
      warnings{};  ///< what may go wrong with some rows; the target refuses these, or keeps less of them, as the text says
};

/// Compares columns by name: the same name first, then one that differs in case only, when it is the only one.
/// Errors    (in Fit) a column that the target does not have, one that is generated there, kinds between which nothing can travel, and columns of the target that may not be
///           NULL, have no default and get nothing.
/// Warnings  narrower numbers, texts and decimals, NULL where the target has none, labels that are missing: some rows may not fit.
/// `source`  with the columns that are copied only. Neither table is changed.
[[nodiscard]] Fit fit(Dialect source_dialect, const Table& source, Dialect target_dialect, const Table& target);

/// All errors of all tables in one: Errc::invalid_argument; the first kProblemsMax are named, the others counted.
[[nodiscard]] Result<void> check(std::span<const Fit> fits);
inline constexpr std::size_t kProblemsMax = 100;

/// How fields of one kind of column travel to another.
enum class Travel : std::uint8_t {
  yes,   ///< all of them
  some,  ///< those that the target understands: others are its error
  no,
};
[[nodiscard]] Travel travel(Dialect source_dialect, ColumnClass source, Dialect target_dialect, ColumnClass target) noexcept;

}  // namespace millrace::subset::ddl
