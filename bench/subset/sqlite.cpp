// Question: how fast are rows copied from one SQLite file to another by one prepared statement in one transaction, and one by one?
//   prepared SOURCE TARGET       for each table one INSERT, prepared once, the keys given; all of it one transaction
//   rows SOURCE TARGET SAMPLE    for each row of a sample an INSERT that is prepared for it, each its own transaction; the file makes the keys
// Foreign keys are on, and everything else is as SQLite has it by default: rollback journal, synchronous FULL.
#include <sqlite3.h>

#include <memory>
#include <vector>

#include "subset/peer.h"

namespace millrace::bench {
namespace {

using Connection = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

void run(sqlite3* connection, const char* sql) {
  if (sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail_with(sql, sqlite3_errmsg(connection));
}

Connection open(const char* path) {
  sqlite3* made = nullptr;
  const int code = sqlite3_open_v2(path, &made, SQLITE_OPEN_READWRITE, nullptr);
  Connection connection(made, &sqlite3_close);
  if (code != SQLITE_OK) fail_with(path, sqlite3_errmsg(made));
  run(made, "PRAGMA foreign_keys = ON");
  return connection;
}

Statement prepare(sqlite3* connection, const std::string& sql) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(connection, sql.c_str(), -1, &made, nullptr) != SQLITE_OK) fail_with(sql, sqlite3_errmsg(connection));
  return {made, &sqlite3_finalize};
}

bool step(sqlite3* connection, sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail_with("step", sqlite3_errmsg(connection));
  return code == SQLITE_ROW;
}

std::string places(std::size_t count) {
  std::string text = "?";
  for (std::size_t i = 1; i < count; ++i) text += ", ?";
  return text;
}

/// Texts are read by the other connection's cache until the row is stepped over: nothing is copied on the way.
void bind(sqlite3_stmt* to, int place, sqlite3_stmt* from, int column) {
  switch (sqlite3_column_type(from, column)) {
    case SQLITE_INTEGER: sqlite3_bind_int64(to, place, sqlite3_column_int64(from, column)); break;
    case SQLITE_FLOAT: sqlite3_bind_double(to, place, sqlite3_column_double(from, column)); break;
    case SQLITE_TEXT:
      sqlite3_bind_text(to, place, reinterpret_cast<const char*>(sqlite3_column_text(from, column)),
                        sqlite3_column_bytes(from, column), SQLITE_STATIC);
      break;
    case SQLITE_BLOB:
      sqlite3_bind_blob(to, place, sqlite3_column_blob(from, column), sqlite3_column_bytes(from, column), SQLITE_STATIC);
      break;
    default: sqlite3_bind_null(to, place); break;
  }
}

int prepared(const char* from, const char* to) {
  const Connection source = open(from), target = open(to);
  const std::uint64_t started = wall_ns();
  std::uint64_t written = 0;
  run(source.get(), "BEGIN");
  run(target.get(), "BEGIN IMMEDIATE");
  for (const SubsetTable& table : kSubsetTables) {
    const Statement read = prepare(source.get(), "SELECT id, " + table.columns + " FROM " + table.name + " ORDER BY id");
    const Statement write = prepare(
        target.get(), "INSERT INTO " + table.name + " (id, " + table.columns + ") VALUES (" + places(table.count + 1) + ")");
    while (step(source.get(), read.get())) {
      for (int column = 0; column <= static_cast<int>(table.count); ++column) bind(write.get(), column + 1, read.get(), column);
      step(target.get(), write.get());
      sqlite3_reset(write.get());
      ++written;
    }
  }
  run(target.get(), "COMMIT");
  report_rows(started, written);
  return 0;
}

int rows(const char* from, const char* to, std::size_t sample) {
  const Connection source = open(from), target = open(to);
  const std::uint64_t started = wall_ns();
  std::uint64_t written = 0;
  std::array<std::vector<std::int64_t>, kSubsetTables.size()> made;
  for (std::size_t t = 0; t < kSubsetTables.size(); ++t) {
    const SubsetTable& table = kSubsetTables[t];
    const Statement read = prepare(source.get(), "SELECT " + table.columns + " FROM " + table.name + " ORDER BY id LIMIT " +
                                                     std::to_string(sample * table.share));
    while (step(source.get(), read.get())) {
      const Statement write =
          prepare(target.get(), "INSERT INTO " + table.name + " (" + table.columns + ") VALUES (" + places(table.count) + ")");
      for (int column = 0; column < static_cast<int>(table.count); ++column) bind(write.get(), column + 1, read.get(), column);
      if (table.parent >= 0) {
        const std::vector<std::int64_t>& parents = made[static_cast<std::size_t>(table.parent)];
        sqlite3_bind_int64(write.get(), 1, parents[made[t].size() % parents.size()]);
      }
      step(target.get(), write.get());
      made[t].push_back(sqlite3_last_insert_rowid(target.get()));
      ++written;
    }
  }
  report_rows(started, written);
  return 0;
}

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  using namespace millrace::bench;
  constexpr std::array<PeerCommand, 2> kCommands{{
      {"prepared", "SOURCE TARGET", 2, [](char** a) { return prepared(a[0], a[1]); }},
      {"rows", "SOURCE TARGET CUSTOMERS", 3, [](char** a) { return rows(a[0], a[1], sample_of(a[2])); }},
  }};
  return run_peer(argc, argv, std::string("SQLite ") + sqlite3_libversion(), kCommands);
}
