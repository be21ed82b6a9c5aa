// Progress and Report: how far a copy is, and what it did.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/clock.h>

namespace millrace::subset {

enum class Phase : std::uint8_t {
  connecting,
  planning,
  resolving,  ///< finding out which rows
  copying,
  finishing,  ///< indexes and constraints of a bulk copy, numbers that come next
  verifying,
  done,
};
[[nodiscard]] std::string_view to_string(Phase phase) noexcept;

struct TableProgress {
  std::string table{};
  std::uint64_t planned = 0;  ///< rows; known once they are resolved
  std::uint64_t earlier = 0;  ///< of these, copied by earlier runs of the job
  std::uint64_t rows = 0;     ///< copied by this run, committed
  std::uint64_t bytes = 0;    ///< as they were read
  bool done = false;
  Duration copying_for{};  ///< by this run, since its first page was asked for
  /// What is left of it at the rate of its own rows; nothing while nobody knows.
  [[nodiscard]] std::optional<Duration> left() const noexcept;
};

/// One moment of a copy. `tables` are in the order in which they are filled.
struct Progress {
  Phase phase = Phase::connecting;
  std::uint64_t keys = 0;     ///< resolving: found so far
  std::uint64_t waiting = 0;  ///< resolving: of these, not looked at yet
  std::vector<TableProgress> tables{};
  std::optional<std::size_t> current{};  ///< in `tables`: what is copied, or while rows are resolved, looked at
  Duration since_start{};
  Duration copying_for{};  ///< since the first row was read
  [[nodiscard]] std::uint64_t planned() const noexcept;
  [[nodiscard]] std::uint64_t rows() const noexcept;      ///< of this run
  [[nodiscard]] std::uint64_t complete() const noexcept;  ///< of all runs
  [[nodiscard]] std::uint64_t bytes() const noexcept;
  /// Rows a second since copying began; 0 in the first moment.
  [[nodiscard]] double rate() const noexcept;
  /// What is left at this rate; nothing while nobody knows.
  [[nodiscard]] std::optional<Duration> left() const noexcept;
};

struct TableReport {
  std::string table{};
  std::uint64_t planned = 0;
  std::uint64_t earlier = 0;
  std::uint64_t rows = 0;
  std::uint64_t skipped = 0;  ///< their keys were there already (existing = "skip"), or a transform took them out
  std::uint64_t missing = 0;  ///< referred to, and not in the source
  std::uint64_t bytes = 0;
  std::uint64_t pages = 0;
  std::uint64_t checksum = 0;  ///< of all rows as they were written, in any order; the same rows have the same
  /// What was found in the target in the end, where all rows of the table are the job's. Nothing: nobody could look, or was not asked to.
  std::optional<std::uint64_t> found_rows{};
  std::optional<std::uint64_t> found_checksum{};
  [[nodiscard]] bool complete() const noexcept {
    return (!found_rows || *found_rows == rows + earlier) && (!found_checksum || *found_checksum == checksum);
  }
};

/// A foreign key, and rows whose parent is not there.
struct KeyReport {
  std::string key{};
  std::uint64_t dangling = 0;
};

struct Report {
  std::string source{};
  std::string target{};
  bool already_complete = false;  ///< an earlier run had done it all
  bool shared = false;            ///< several workers did it: what tables have from "earlier" is what others wrote
  std::vector<TableReport> tables{};
  std::vector<KeyReport> keys{};  ///< of the target, all that were looked at
  std::vector<std::string> left_out{};
  std::vector<std::string> warnings{};
  Duration resolving{};
  Duration copying{};
  Duration total{};
  [[nodiscard]] bool complete() const noexcept;  ///< no key dangles, and every table has what was written
};

/// Lines for people: a table of tables, and what was found.
[[nodiscard]] std::string describe(const Report& report);
/// One line of JSON.
[[nodiscard]] std::string to_json(const Report& report);
/// One line of JSON: {"event":"progress",...}.
[[nodiscard]] std::string to_json(const Progress& progress);

}  // namespace millrace::subset
