// A small job for tests of files: two tables, pages that are the same in every run, and the calls of a copy in their order.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <millrace/loop.h>

#include "subset/files/file_target.h"

namespace millrace::subset::files_for_test {

inline std::string read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}
inline void write_all_of(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// What is in a folder but ledgers, by name.
inline std::map<std::string, std::string> contents(const std::filesystem::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.is_regular_file() && !entry.path().filename().string().ends_with(".millrace-ledger"))
      all[entry.path().filename().string()] = read_all(entry.path());
  return all;
}

inline constexpr FileKind kFileKinds[] = {FileKind::csv, FileKind::json_lines, FileKind::sql};

inline Column column(std::string name, ColumnClass kind = ColumnClass::any) {
  return {.name = std::move(name), .type = "", .kind = kind};
}
inline Table table_of(TableName name, std::vector<Column> columns) {
  return {.name = std::move(name), .columns = std::move(columns), .primary = UniqueKey{.columns = {0}}};
}
inline TargetTable target_table(TableName name, std::vector<Column> columns) {
  Table table = table_of(name, std::move(columns));
  return {.source = table, .name = std::move(name)};
}

inline std::vector<TargetTable> small_tables() {
  return {target_table({.name = "customer"},
                       {{.name = "id", .type = "INTEGER", .nullable = false, .identity = true, .kind = ColumnClass::integer},
                        {.name = "name", .type = "TEXT", .kind = ColumnClass::text},
                        {.name = "best", .type = "INTEGER", .kind = ColumnClass::integer}}),
          target_table({.name = "ord"}, {{.name = "id", .type = "INTEGER", .nullable = false, .kind = ColumnClass::integer},
                                         {.name = "total", .type = "REAL", .kind = ColumnClass::real},
                                         {.name = "photo", .type = "BLOB", .kind = ColumnClass::bytes}}),
          target_table({.name = "empty"}, {{.name = "id", .type = "INTEGER", .kind = ColumnClass::integer}})};
}
inline ScriptParts small_parts() {
  return {.prologue = {"CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, best INTEGER)",
                       "CREATE TABLE ord (id INTEGER PRIMARY KEY, total REAL, photo BLOB)", "CREATE TABLE empty (id INTEGER)"},
          .epilogue = {"CREATE INDEX ord_total ON ord (total)"}};
}

/// Into `folder`: "out" or, with tables of its own, "out.sql".
inline FileOptions small_options(FileKind kind, const std::filesystem::path& folder, FileCalls* calls = nullptr) {
  FileOptions made{.kind = kind, .path = (folder / (kind == FileKind::sql ? "out.sql" : "out")).string(), .calls = calls};
  if (kind == FileKind::sql) {
    made.create = true;
    made.statements = [](std::vector<TargetTable>&, const std::vector<TargetKey>&) -> Result<ScriptParts> { return small_parts(); };
  }
  return made;
}
/// Where its files are.
inline std::filesystem::path small_place(FileKind kind, const std::filesystem::path& folder) {
  return kind == FileKind::sql ? folder : folder / "out";
}

/// Two transactions of customer, three of ord, one without rows of empty. Goes on where the ledger ends.
class SmallCopy {
 public:
  static constexpr std::uint64_t kPages[] = {2, 3, 1};
  static constexpr std::size_t kRows = 7;

  SmallCopy(Loop& loop, Target& target) : loop_(loop), target_(target) {}

  [[nodiscard]] Result<void> run(std::string identity = "job 1") {
    std::vector<TargetTable> tables = small_tables();
    if (auto done = run_until(loop_, target_.prepare(std::move(identity), tables, {})); !done) return done;
    Result<std::vector<LedgerEntry>> known = run_until(loop_, target_.entries());
    if (!known) return fail(known.error());
    entries = *known;
    std::set<std::pair<std::string, std::uint64_t>> have;
    for (const LedgerEntry& entry : entries) have.emplace(entry.table, entry.page);
    for (std::size_t table = 0; table < tables.size(); ++table)
      for (std::uint64_t page = 0; page < kPages[table]; ++page)
        if (!have.contains({tables[table].source.name.to_string(), page}))
          if (auto done = copy(table, tables[table].source.name.to_string(), page); !done) return done;
    return run_until(loop_, target_.finish());
  }
  std::vector<LedgerEntry> entries{};  ///< of earlier runs
  std::size_t copied = 0;              ///< pages of this one

 private:
  Result<void> copy(std::size_t table, const std::string& name, std::uint64_t number) {
    LedgerEntry entry{.table = name, .page = number, .rows = table == 2 ? 0 : 2 * kRows, .last = number + 1 == kPages[table]};
    if (table == 0) {
      const auto first = run_until(loop_, target_.reserve_ids(0, 0, 2 * kRows));
      if (!first) return fail(first.error());
      entry.id_base = *first;
    }
    if (auto done = run_until(loop_, target_.begin({table}, number == 1)); !done) return done;
    if (auto done = run_until(loop_, target_.begin_table(table)); !done) return done;
    for (std::size_t part = 0; part < (table == 2 ? 0U : 2U); ++part) {
      Page page(3);
      for (std::size_t i = 0; i < kRows; ++i)
        fill(page, table, entry.id_base.value_or(static_cast<std::int64_t>(number * 2 * kRows)), part * kRows + i);
      if (auto done = run_until(loop_, target_.write(page)); !done) return done;
    }
    if (const auto rows = run_until(loop_, target_.end_table()); !rows) return fail(rows.error());
    entry.keys = std::string("\0\xff\n", 3) + std::to_string(number);
    if (auto done = run_until(loop_, target_.note(entry)); !done) return done;
    if (target_.dialect() && table == 0) {
      Page page(2);
      page.set(page.add_row(), 0, *entry.id_base);
      page.set(0, 1, *entry.id_base + 1);
      if (auto done = run_until(loop_, target_.patch(0, {0}, {2}, page)); !done) return done;
    }
    if (auto done = run_until(loop_, target_.commit()); !done) return done;
    ++copied;
    return {};
  }
  static void fill(Page& page, std::size_t table, std::int64_t base, std::size_t i) {
    const std::size_t row = page.add_row();
    page.set(row, 0, base + static_cast<std::int64_t>(i));
    if (table == 0) {
      page.set_text(row, 1, i % 3 == 0 ? "" : "name, \"" + std::to_string(i) + "\"\r\n'x'");
      return;
    }
    page.set(row, 1, 0.1 * static_cast<double>(i));
    page.set_bytes(row, 2, std::string(i, '\0'));
  }

  Loop& loop_;
  Target& target_;
};

}  // namespace millrace::subset::files_for_test
