#include "subset/copy/ledger.h"

#include <charconv>
#include <utility>

#include "subset/sql.h"

namespace millrace::subset {
namespace {

constexpr std::string_view kBetween =
    ";\n\x1e\n";                                // between statements: a record separator, which no name has that anybody can type
constexpr std::size_t kJobsLike = 100;          // of one job over different tables; they are only counted
constexpr std::size_t kEntriesMax = 1'000'000;  // 50,000 rows each: more than any one server holds

}  // namespace

Schema without_ledger(Schema schema) {
  const auto is_of_ledger = [](const Table& table) {
    return table.name.name == kLedgerJobs || table.name.name == kLedgerPages || table.name.name.starts_with(kSharedPrefix);
  };
  std::erase_if(schema.foreign_keys, [&](const ForeignKey& key) {
    return is_of_ledger(schema.tables[key.child]) || is_of_ledger(schema.tables[key.parent]);
  });
  std::vector<std::size_t> place(schema.tables.size());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < schema.tables.size(); ++i) {
    place[i] = kept;
    if (is_of_ledger(schema.tables[i])) continue;
    if (kept != i) schema.tables[kept] = std::move(schema.tables[i]);
    ++kept;
  }
  schema.tables.resize(kept);
  for (ForeignKey& key : schema.foreign_keys) {
    key.child = place[key.child];
    key.parent = place[key.parent];
  }
  return schema;
}

std::string Ledger::text(std::string_view value) const { return sql::literal(session_.dialect(), Value::of(value)).value(); }

Async<void> Ledger::make() {
  const bool maria = session_.dialect() == Dialect::mariadb;
  const std::string key = maria ? "varchar(64)" : "text";
  const std::string table = maria ? "varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "text";
  const std::string bytes = maria ? "longblob" : session_.dialect() == Dialect::postgres ? "bytea" : "blob";
  const std::string moment = session_.dialect() == Dialect::postgres ? "timestamptz" : maria ? "datetime" : "text";
  std::string jobs = "CREATE TABLE IF NOT EXISTS " + std::string(kLedgerJobs) + " (job " + key +
                     " NOT NULL PRIMARY KEY, about text NOT NULL, after_rows text NOT NULL, own_tables text NOT NULL, started " +
                     moment + " NOT NULL DEFAULT CURRENT_TIMESTAMP, finished " + moment + " NULL)";
  std::string pages =
      "CREATE TABLE IF NOT EXISTS " + std::string(kLedgerPages) + " (job " + key + " NOT NULL, table_name " + table +
      " NOT NULL, page bigint NOT NULL, row_count bigint NOT NULL, byte_count bigint NOT NULL, source_keys " + bytes +
      " NOT NULL, id_base bigint NULL, checksum bigint NOT NULL, complete int NOT NULL, PRIMARY KEY (job, table_name, page))";
  co_await session_.execute(std::move(jobs));
  co_await session_.execute(std::move(pages));
}

Async<bool> Ledger::knows(std::string identity) {
  const std::string asked = identity.substr(0, identity.find('-'));
  Query query{.sql = "SELECT job FROM " + std::string(kLedgerJobs) + " WHERE job LIKE " + text(asked + "-%")};
  const Page found = co_await fetch(session_, std::move(query), kJobsLike);
  for (std::size_t row = 0; row < found.rows(); ++row)
    if (found.at(row, 0).text == identity) co_return true;
  for (std::size_t row = 0; row < found.rows(); ++row) {
    const std::string_view other = found.at(row, 0).text;
    if (other == identity + std::string(kSharedEnding) || identity == std::string(other) + std::string(kSharedEnding))
      throw ErrorException(Error(Errc::invalid_argument, "this job was begun here " +
                                                             std::string(other.size() > identity.size() ? "with" : "without") +
                                                             " a coordinator, and goes on only so"));
  }
  if (!found.empty())
    throw ErrorException(Error(Errc::invalid_argument,
                               "this job was begun here when its tables had other columns or keys; it cannot go on. Empty the "
                               "target, and delete the job from " +
                                   std::string(kLedgerJobs) + " and " + std::string(kLedgerPages) + " (job " +
                                   std::string(found.at(0, 0).text) + ")"));
  co_return false;
}

Async<void> Ledger::add_job(std::string identity, std::string about, std::vector<std::string> after_rows,
                            std::vector<std::string> own) {
  const auto joined = [](const std::vector<std::string>& all) {
    std::string made;
    for (const std::string& one : all) made += one + std::string(kBetween);
    return made;
  };
  std::string sql = "INSERT INTO " + std::string(kLedgerJobs) + " (job, about, after_rows, own_tables) VALUES (" + text(identity) +
                    ", " + text(about) + ", " + text(joined(after_rows)) + ", " + text(joined(own)) + ")";
  co_await session_.execute(std::move(sql));
}

Async<std::vector<std::string>> Ledger::list(std::string sql) {
  Query query{.sql = std::move(sql)};
  const Page found = co_await fetch(session_, std::move(query), 1);
  std::vector<std::string> all;
  if (found.empty()) co_return all;
  std::string_view rest = found.at(0, 0).text;
  while (!rest.empty()) {
    const std::size_t end = rest.find(kBetween);
    all.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + kBetween.size());
  }
  co_return all;
}

Async<std::vector<std::string>> Ledger::after_rows(std::string identity) {
  co_return co_await list("SELECT after_rows FROM " + std::string(kLedgerJobs) +
                          " WHERE finished IS NULL AND job = " + text(identity));
}

Async<std::vector<std::string>> Ledger::own_tables(std::string identity) {
  co_return co_await list("SELECT own_tables FROM " + std::string(kLedgerJobs) + " WHERE job = " + text(identity));
}

Async<bool> Ledger::finished(std::string identity) {
  Query query{.sql = "SELECT job FROM " + std::string(kLedgerJobs) + " WHERE finished IS NOT NULL AND job = " + text(identity)};
  const Page found = co_await fetch(session_, std::move(query), 1);
  co_return !found.empty();
}

Async<void> Ledger::forget_job(std::string identity) {
  std::string sql = "DELETE FROM " + std::string(kLedgerJobs) + " WHERE job = " + text(identity);
  co_await session_.execute(std::move(sql));
}

Async<void> Ledger::finish_job(std::string identity) {
  std::string sql =
      "UPDATE " + std::string(kLedgerJobs) + " SET finished = CURRENT_TIMESTAMP WHERE finished IS NULL AND job = " + text(identity);
  co_await session_.execute(std::move(sql));
}

Async<void> Ledger::note(std::string identity, LedgerEntry entry) {
  std::string sql = "INSERT INTO " + std::string(kLedgerPages) +
                    " (job, table_name, page, row_count, byte_count, source_keys, id_base, checksum, complete) VALUES (" +
                    text(identity) + ", " + text(entry.table) + ", " + std::to_string(entry.page) + ", " +
                    std::to_string(entry.rows) + ", " + std::to_string(entry.bytes) + ", " +
                    sql::literal(session_.dialect(), Value::of_bytes(entry.keys)).value() + ", " +
                    (entry.id_base ? std::to_string(*entry.id_base) : "NULL") + ", " +
                    std::to_string(static_cast<std::int64_t>(entry.checksum)) + ", " + (entry.last ? "1" : "0") + ")";
  co_await session_.execute(std::move(sql));
}

Async<std::vector<LedgerEntry>> Ledger::entries(std::string identity) {
  Query query{.sql = "SELECT table_name, page, row_count, byte_count, source_keys, id_base, checksum, complete FROM " +
                     std::string(kLedgerPages) + " WHERE job = " + text(identity) + " ORDER BY table_name, page"};
  const std::unique_ptr<Rows> rows = session_.query(std::move(query));
  std::vector<LedgerEntry> all;
  Page page;
  for (bool more = true; more;) {
    constexpr std::size_t kAtOnce = 1'000, kBytesAtOnce = std::size_t{4} << 20;
    page.reset(8);
    more = co_await rows->next(page, kAtOnce, kBytesAtOnce);
    for (std::size_t row = 0; row < page.rows(); ++row) {
      const auto number = [&](std::size_t column) { return static_cast<std::uint64_t>(page.at(row, column).integer); };
      LedgerEntry entry{.table = std::string(page.at(row, 0).text),
                        .page = number(1),
                        .rows = number(2),
                        .bytes = number(3),
                        .keys = std::string(page.at(row, 4).text),
                        .checksum = number(6),
                        .last = number(7) != 0};
      if (!page.at(row, 5).is_null()) entry.id_base = page.at(row, 5).integer;
      all.push_back(std::move(entry));
      if (all.size() > kEntriesMax)
        throw ErrorException(Error(Errc::full, "the ledger has more than " + std::to_string(kEntriesMax) + " pages of this job"));
    }
  }
  co_return all;
}

Async<std::optional<std::string>> Ledger::page_keys(std::string identity, std::string table, std::uint64_t page) {
  Query query{.sql = "SELECT source_keys FROM " + std::string(kLedgerPages) + " WHERE job = " + text(identity) +
                     " AND table_name = " + text(table) + " AND page = " + std::to_string(page)};
  const Page found = co_await fetch(session_, std::move(query), 1);
  std::optional<std::string> keys;
  if (!found.empty()) keys.emplace(found.at(0, 0).text);
  co_return keys;
}

Async<std::vector<LedgerEntry>> Ledger::totals(std::string identity) {
  // Added up here: sums of checksums wrap around, which the databases' do not.
  Query query{.sql = "SELECT table_name, row_count, byte_count, checksum FROM " + std::string(kLedgerPages) +
                     " WHERE job = " + text(identity) + " ORDER BY table_name"};
  const Page found = co_await fetch(session_, std::move(query), Page::kRowsMax - 1);
  std::vector<LedgerEntry> all;
  for (std::size_t row = 0; row < found.rows(); ++row) {
    const auto number = [&](std::size_t column) { return static_cast<std::uint64_t>(found.at(row, column).integer); };
    if (all.empty() || all.back().table != found.at(row, 0).text) all.push_back({.table = std::string(found.at(row, 0).text)});
    ++all.back().page;
    all.back().rows += number(1);
    all.back().bytes += number(2);
    all.back().checksum += number(3);
  }
  co_return all;
}

}  // namespace millrace::subset
