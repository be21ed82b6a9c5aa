// A line of the ledger beside files: JSON that any tool can read, and a sum by which a torn line is told from a whole one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "subset/target.h"

namespace millrace::subset {

/// Of the form described here; a ledger with another number is another form's.
inline constexpr std::uint64_t kLedgerVersion = 1;
/// What every ledger begins with; its version follows.
inline constexpr std::string_view kLedgerBegin = R"({"millrace_ledger":)";

/// The first line.
struct LedgerHeader {
  std::string identity;  ///< the job's
  std::string form;      ///< of the files: what else has to be the same for going on with them
  friend bool operator==(const LedgerHeader&, const LedgerHeader&) = default;
};

/// Any other line: what became durable together.
struct LedgerCommit {
  std::uint64_t number = 0;  ///< from 1, without gaps
  std::vector<LedgerEntry> entries{};
  std::vector<std::pair<std::string, std::int64_t>> ids{};     ///< the next number of each table that got some
  std::vector<std::pair<std::string, std::uint64_t>> files{};  ///< the size of each file that was changed
  bool finished = false;
};

/// With the line break. Texts go in as they are, also such as are no UTF-8.
[[nodiscard]] std::string to_line(const LedgerHeader& header);
[[nodiscard]] std::string to_line(const LedgerCommit& commit);

// Without the line break. Nothing: torn, or not what to_line() makes.
[[nodiscard]] std::optional<LedgerHeader> parse_header(std::string_view line);
[[nodiscard]] std::optional<LedgerCommit> parse_commit(std::string_view line);
/// The version that a first line says, whatever else stands in it.
[[nodiscard]] std::optional<std::uint64_t> version_of(std::string_view line) noexcept;

}  // namespace millrace::subset
