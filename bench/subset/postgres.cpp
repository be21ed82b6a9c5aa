// Question: how fast are rows copied from one PostgreSQL database to another by the bytes alone, and one by one?
//   pipe SOURCE TARGET           for each table COPY TO, binary, into COPY FROM, binary; nobody looks into it
//   rows SOURCE TARGET SAMPLE    for each row of a sample an INSERT with its values in its text, the new key by RETURNING, each its own transaction
#include <libpq-fe.h>

#include <memory>
#include <vector>

#include "subset/peer.h"

namespace millrace::bench {
namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

Connection connect(const char* address) {
  Connection made(PQconnectdb(address), &PQfinish);
  if (PQstatus(made.get()) != CONNECTION_OK) fail_with("connect", PQerrorMessage(made.get()));
  return made;
}

Answer run(PGconn* connection, const std::string& sql, ExecStatusType expected) {
  Answer answer(PQexec(connection, sql.c_str()), &PQclear);
  if (PQresultStatus(answer.get()) != expected) fail_with(sql, PQerrorMessage(connection));
  return answer;
}

/// What a COPY ends with: its rows, and nothing more to come.
std::uint64_t end_of(PGconn* connection, std::string_view what) {
  std::uint64_t rows = 0;
  while (const Answer answer{PQgetResult(connection), &PQclear}) {
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) fail_with(what, PQerrorMessage(connection));
    rows = std::strtoull(PQcmdTuples(answer.get()), nullptr, 10);
  }
  return rows;
}

int pipe(const char* source_address, const char* target_address) {
  const Connection source = connect(source_address), target = connect(target_address);
  const std::uint64_t started = wall_ns();
  std::uint64_t rows = 0;
  run(source.get(), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", PGRES_COMMAND_OK);
  for (const SubsetTable& table : kSubsetTables) {
    run(source.get(), "COPY (SELECT id, " + table.columns + " FROM " + table.name + " ORDER BY id) TO STDOUT (FORMAT binary)",
        PGRES_COPY_OUT);
    run(target.get(), "COPY " + table.name + " (id, " + table.columns + ") FROM STDIN (FORMAT binary)", PGRES_COPY_IN);
    char* bytes = nullptr;
    int length = 0;
    while ((length = PQgetCopyData(source.get(), &bytes, 0)) > 0) {
      if (PQputCopyData(target.get(), bytes, length) != 1) fail_with("put", PQerrorMessage(target.get()));
      PQfreemem(bytes);
    }
    if (length != -1) fail_with("get", PQerrorMessage(source.get()));
    if (PQputCopyEnd(target.get(), nullptr) != 1) fail_with("put", PQerrorMessage(target.get()));
    end_of(source.get(), "COPY TO");
    rows += end_of(target.get(), "COPY FROM");
  }
  run(source.get(), "COMMIT", PGRES_COMMAND_OK);
  report_rows(started, rows);
  return 0;
}

std::string literal(PGconn* connection, const PGresult* rows, int row, int column) {
  if (PQgetisnull(rows, row, column) != 0) return "NULL";
  const std::unique_ptr<char, decltype(&PQfreemem)> quoted(
      PQescapeLiteral(connection, PQgetvalue(rows, row, column), static_cast<std::size_t>(PQgetlength(rows, row, column))),
      &PQfreemem);
  return quoted.get();
}

int rows(const char* source_address, const char* target_address, std::size_t sample) {
  const Connection source = connect(source_address), target = connect(target_address);
  const std::uint64_t started = wall_ns();
  std::uint64_t written = 0;
  std::array<std::vector<std::string>, kSubsetTables.size()> made;
  for (std::size_t t = 0; t < kSubsetTables.size(); ++t) {
    const SubsetTable& table = kSubsetTables[t];
    const Answer read =
        run(source.get(),
            "SELECT " + table.columns + " FROM " + table.name + " ORDER BY id LIMIT " + std::to_string(sample * table.share),
            PGRES_TUPLES_OK);
    const std::string begin = "INSERT INTO " + table.name + " (" + table.columns + ") VALUES (";
    for (int row = 0; row < PQntuples(read.get()); ++row) {
      std::string sql = begin;
      for (int column = 0; column < static_cast<int>(table.count); ++column) {
        if (column != 0) sql += ", ";
        if (column == 0 && table.parent >= 0) {
          const std::vector<std::string>& parents = made[static_cast<std::size_t>(table.parent)];
          sql += parents[static_cast<std::size_t>(row) % parents.size()];
        } else {
          sql += literal(target.get(), read.get(), row, column);
        }
      }
      made[t].emplace_back(PQgetvalue(run(target.get(), sql + ") RETURNING id", PGRES_TUPLES_OK).get(), 0, 0));
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
      {"pipe", "SOURCE TARGET", 2, [](char** a) { return pipe(a[0], a[1]); }},
      {"rows", "SOURCE TARGET CUSTOMERS", 3, [](char** a) { return rows(a[0], a[1], sample_of(a[2])); }},
  }};
  return run_peer(argc, argv, "libpq " + std::to_string(PQlibVersion() / 10000) + "." + std::to_string(PQlibVersion() % 10000),
                  kCommands);
}
