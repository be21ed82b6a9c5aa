#include "subset/mariadb/insertion.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "subset/mariadb/encode.h"
#include "subset/mariadb/errors.h"
#include "subset/mariadb/rows.h"
#include "subset/sql.h"

namespace millrace::subset::mariadb {
namespace {

std::string quoted_name(const Column& column) { return sql::name(Dialect::mariadb, std::string_view(column.name)); }

std::string names_of(const std::vector<Column>& columns) {
  std::string made;
  for (const Column& column : columns) made += (made.empty() ? "" : ", ") + quoted_name(column);
  return made;
}

/// ON DUPLICATE KEY fires for every unique key, but only the one that was named says that it is the same row. When the row that is there differs in it, a subquery of two rows
/// makes an error (1242) of what would otherwise skip or change somebody else's row. NULLs, since IF takes no number beside a uuid, an address or a shape.
std::string on_duplicate(const Insertion& insertion) {
  if (insertion.existing == Insertion::Existing::error) return {};
  std::string same;
  for (const std::size_t place : insertion.key) {
    const std::string name = quoted_name(insertion.columns[place]);
    same += (same.empty() ? "" : " AND ") + name + " <=> VALUES(" + name + ")";
  }
  const std::string first = quoted_name(insertion.columns[insertion.key[0]]);
  std::string made =
      " ON DUPLICATE KEY UPDATE " + first + " = IF(" + same + ", " + first + ", (SELECT NULL UNION ALL SELECT NULL))";
  if (insertion.existing == Insertion::Existing::skip) return made;
  for (std::size_t place = 0; place < insertion.columns.size(); ++place) {
    if (std::ranges::find(insertion.key, place) != insertion.key.end()) continue;
    const std::string name = quoted_name(insertion.columns[place]);
    made += ", " + name + " = VALUES(" + name + ")";
  }
  return made;
}

/// The number behind `word` in "Records: 3  Duplicates: 1  Warnings: 0". Only statements of several rows have such a line.
std::uint64_t number_in(std::string_view info, std::string_view word) noexcept {
  const std::size_t at = info.find(word);
  if (at == std::string_view::npos) return 0;
  std::uint64_t number = 0;
  const std::string_view rest = info.substr(at + word.size());
  std::from_chars(rest.data(), rest.data() + rest.size(), number);
  return number;
}

/// Warnings that say nothing about what was stored: something is deprecated, or unsafe for replication by statements.
bool is_harmless(std::int64_t code) noexcept {
  constexpr std::array<std::int64_t, 5> kHarmless{1287, 1592, 1681, 1708, 3719};
  return std::ranges::find(kHarmless, code) != kHarmless.end();
}

/// The lines of a page, made as they are asked for.
class PageLines final : public LineSource {
 public:
  PageLines(const Page& page, const std::vector<Column>& columns, const std::vector<bool>& hex) noexcept
      : page_(page), columns_(columns), hex_(hex) {}

  int read(char* to, std::size_t size) noexcept override {
    try {
      if (at_ == lines_.size()) {
        lines_.clear();
        at_ = 0;
        while (row_ < page_.rows() && lines_.size() < size) append_line(page_, row_++, columns_, hex_, lines_);
      }
    } catch (...) {
      return -1;  // out of memory; nothing may be thrown through the client library
    }
    const std::size_t given = std::min(size, lines_.size() - at_);
    std::memcpy(to, lines_.data() + at_, given);
    at_ += given;
    return static_cast<int>(given);
  }

 private:
  const Page& page_;
  const std::vector<Column>& columns_;
  const std::vector<bool>& hex_;
  std::size_t row_ = 0;
  std::string lines_{};
  std::size_t at_ = 0;
};

}  // namespace

InsertionRun::InsertionRun(std::shared_ptr<Connection> connection, Insertion insertion)
    : connection_(std::move(connection)), insertion_(std::move(insertion)) {
  const std::string table = insertion_.table.to_string();
  if (insertion_.columns.empty())
    throw ErrorException(Error(Errc::invalid_argument, "mariadb: an insertion without columns").with("table", table));
  const bool wants_key = insertion_.existing != Insertion::Existing::error;
  const bool has_key = !insertion_.key.empty() &&
                       std::ranges::all_of(insertion_.key, [&](std::size_t one) { return one < insertion_.columns.size(); });
  if (wants_key && !has_key)
    throw ErrorException(
        Error(Errc::invalid_argument, "mariadb: an insertion that skips or updates rows needs the key by which it knows them")
            .with("table", table));
  head_ = "INSERT INTO " + sql::name(Dialect::mariadb, insertion_.table) + " (" + names_of(insertion_.columns) + ") VALUES ";
  tail_ = on_duplicate(insertion_);
  lines_ = !wants_key && connection_->takes_lines && std::ranges::all_of(insertion_.columns, fits_line);
}

Lazy<void> InsertionRun::insert(const Page& page) {
  unwrap(check_page(page, insertion_.columns));
  if (page.empty()) co_return;
  const bool own = !connection_->in_transaction() && !connection_->doomed;
  const std::uint64_t before = taken_;
  if (own) static_cast<void>(co_await connection_->run("START TRANSACTION"));
  std::optional<Error> wrong;
  try {
    co_await put(page);
  } catch (const ErrorException& thrown) {
    wrong = thrown.error();
  }
  if (wrong) {
    taken_ = before;
    if (wrong->context("table").empty()) wrong = wrong->with("table", insertion_.table.to_string());
  }
  if (own && wrong) {
    connection_->check();
    static_cast<void>(co_await connection_->run(std::string(Connection::kRollback)));
    connection_->doomed = false;
  } else if (own) {
    static_cast<void>(co_await connection_->run("COMMIT"));
  }
  if (wrong) throw ErrorException(*wrong);
}

Lazy<void> InsertionRun::put(const Page& page) {
  std::vector<bool> hex;
  if (may_load(page, hex)) {
    const bool stands = co_await load(page, std::move(hex));
    if (stands) co_return;
    lines_ = false;  // what was in the way once will be there with the next page
  }
  co_await insert_rows(page);
}

bool InsertionRun::may_load(const Page& page, std::vector<bool>& hex) const {
  constexpr std::size_t kRowsMin = 8;  // below, the savepoint and the second way through the server cost more
  if (!lines_ || page.rows() < kRowsMin) return false;
  hex.assign(page.columns(), false);
  for (std::size_t column = 0; column < page.columns(); ++column) {
    bool numbers = false;
    for (std::size_t row = 0; row < page.rows(); ++row) {
      const ValueKind kind = page.at(row, column).kind;
      numbers = numbers || kind == ValueKind::integer || kind == ValueKind::real;
      hex[column] = hex[column] || kind == ValueKind::bytes;
    }
    if (hex[column] && numbers) return false;
  }
  return true;
}

Lazy<bool> InsertionRun::load(const Page& page, std::vector<bool> hex) {
  std::string names, sets;
  for (std::size_t column = 0; column < hex.size(); ++column) {
    const std::string name = quoted_name(insertion_.columns[column]);
    const std::string variable = "@millrace_" + std::to_string(column);
    names += (column == 0 ? "" : ", ") + (hex[column] ? variable : name);
    if (hex[column]) sets += (sets.empty() ? " SET " : ", ") + name + " = UNHEX(" + variable + ")";
  }
  const std::string sql = "LOAD DATA LOCAL INFILE '" + std::string(Connection::kSourceName) + "' INTO TABLE " +
                          sql::name(Dialect::mariadb, insertion_.table) +
                          " CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (" +
                          names + ")" + sets;
  static_cast<void>(co_await connection_->run("SAVEPOINT millrace_rows"));
  PageLines lines(page, insertion_.columns, hex);
  Outcome outcome;
  bool refused = false;
  try {
    outcome = co_await connection_->run_with(sql, lines);
  } catch (const ErrorException&) {
    connection_->check();
    if (connection_->doomed) throw;
    refused = true;
  }
  const bool stands = !refused && outcome.touched == page.rows() && outcome.warnings == 0 &&
                      number_in(outcome.info, "Records: ") == page.rows() && number_in(outcome.info, "Skipped: ") == 0;
  static_cast<void>(co_await connection_->run(stands ? "RELEASE SAVEPOINT millrace_rows" : "ROLLBACK TO SAVEPOINT millrace_rows"));
  if (stands) {
    taken_ += page.rows();
    ++loaded_;
  }
  co_return stands;
}

Lazy<void> InsertionRun::insert_rows(const Page& page) {
  const std::size_t limit = std::min(kStatementBytes, connection_->packet_max - 1);
  std::string sql = head_, row_text;
  std::size_t rows = 0;
  for (std::size_t row = 0; row < page.rows(); ++row) {
    row_text.clear();
    append_row(page, row, &insertion_.columns, false, row_text);
    if (rows != 0 && sql.size() + row_text.size() + tail_.size() + 1 > limit) {
      co_await send_rows(std::exchange(sql, head_), std::exchange(rows, 0));
    }
    if (rows++ != 0) sql += ',';
    sql += row_text;
  }
  co_await send_rows(std::move(sql), rows);
}

Lazy<void> InsertionRun::send_rows(std::string sql, std::size_t rows) {
  sql += tail_;
  const Outcome outcome = co_await connection_->run(std::move(sql), head_ + "..." + tail_);
  if (outcome.warnings != 0) co_await check_warnings();
  std::uint64_t taken = outcome.touched;
  // A row that was updated counts as two there.
  if (insertion_.existing == Insertion::Existing::update)
    taken = rows == 1 ? std::min<std::uint64_t>(taken, 1) : taken - std::min(taken, number_in(outcome.info, "Duplicates: "));
  if (insertion_.existing == Insertion::Existing::error && taken != rows)
    throw ErrorException(Error(Errc::invalid_argument, "mariadb: the database took " + std::to_string(taken) + " of " +
                                                           std::to_string(rows) + " rows without an error")
                             .with("table", insertion_.table.to_string()));
  taken_ += taken;
}

Lazy<void> InsertionRun::check_warnings() {
  const std::unique_ptr<Rows> rows = make_rows(connection_, {.sql = "SHOW WARNINGS"});
  Page page;
  while (co_await rows->next(page, Page::kRowsMax, std::size_t{64} << 20)) {
  }
  for (std::size_t row = 0; row < page.rows(); ++row) {
    const auto code = page.at(row, 1).integer;
    if (is_harmless(code)) continue;
    const Said said{.number = static_cast<unsigned>(code), .text = page.at(row, 2).text};
    throw ErrorException(error_of(said, head_ + "..." + tail_));
  }
}

}  // namespace millrace::subset::mariadb
