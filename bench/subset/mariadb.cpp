// Question: how fast are rows copied from one MariaDB database to another by LOAD DATA, and one by one?
//   load SOCKET SOURCE TARGET           for each table a SELECT whose rows go into LOAD DATA LOCAL as they come; the target makes the keys
//   rows SOCKET SOURCE TARGET SAMPLE    for each row of a sample an INSERT with its values in its text, the new key by LAST_INSERT_ID, each its own transaction
#include <mysql.h>

#include <cstring>
#include <memory>
#include <vector>

#include "subset/peer.h"

namespace millrace::bench {
namespace {

using Connection = std::unique_ptr<MYSQL, decltype(&mysql_close)>;
using Answer = std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)>;

Connection connect(const char* socket, const char* database) {
  Connection made(mysql_init(nullptr), &mysql_close);
  const unsigned int local_files = 1;
  mysql_options(made.get(), MYSQL_OPT_LOCAL_INFILE, &local_files);
  mysql_options(made.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
  if (mysql_real_connect(made.get(), "localhost", "root", nullptr, database, 0, socket, 0) == nullptr)
    fail_with("connect", mysql_error(made.get()));
  return made;
}

void run(MYSQL* connection, const std::string& sql) {
  if (mysql_real_query(connection, sql.data(), sql.size()) != 0) fail_with(sql, mysql_error(connection));
}

/// The file that LOAD DATA reads: rows of a SELECT, as it wants them.
class RowFile {
 public:
  RowFile(MYSQL* source, const std::string& sql)
      : source_(source), rows_((run(source, sql), mysql_use_result(source)), &mysql_free_result) {}

  int read(char* into, unsigned int space) {
    std::size_t filled = 0;
    while (filled < space) {
      if (sent_ == line_.size() && !next()) break;
      const std::size_t piece = std::min<std::size_t>(space - filled, line_.size() - sent_);
      std::memcpy(into + filled, line_.data() + sent_, piece);
      filled += piece;
      sent_ += piece;
    }
    return static_cast<int>(filled);
  }

 private:
  bool next() {
    const MYSQL_ROW row = mysql_fetch_row(rows_.get());
    if (row == nullptr) {
      if (mysql_errno(source_) != 0) fail_with("read", mysql_error(source_));
      return false;
    }
    const unsigned long* const lengths = mysql_fetch_lengths(rows_.get());
    line_.clear();
    sent_ = 0;
    for (unsigned int column = 0; column < mysql_num_fields(rows_.get()); ++column) {
      if (column != 0) line_ += '\t';
      if (row[column] == nullptr) {
        line_ += "\\N";
        continue;
      }
      for (const char c : std::string_view(row[column], lengths[column])) {
        if (c == '\t' || c == '\n' || c == '\\') line_ += '\\';
        line_ += c;
      }
    }
    line_ += '\n';
    return true;
  }

  MYSQL* source_;
  Answer rows_;
  std::string line_{};
  std::size_t sent_ = 0;
};

int open_rows(void** place, const char* /*name*/, void* file) {
  *place = file;
  return 0;
}
int read_rows(void* place, char* into, unsigned int space) { return static_cast<RowFile*>(place)->read(into, space); }
void end_rows(void* /*place*/) {}
int tell_error(void* /*place*/, char* text, unsigned int space) {
  if (space > 0) text[0] = '\0';
  return 1;
}

int load(const char* socket, const char* from, const char* to) {
  const Connection source = connect(socket, from), target = connect(socket, to);
  const std::uint64_t started = wall_ns();
  std::uint64_t rows = 0;
  run(source.get(), "START TRANSACTION WITH CONSISTENT SNAPSHOT");
  for (const SubsetTable& table : kSubsetTables) {
    RowFile file(source.get(), "SELECT " + table.columns + " FROM " + table.name + " ORDER BY id");
    mysql_set_local_infile_handler(target.get(), open_rows, read_rows, end_rows, tell_error, &file);
    run(target.get(), "LOAD DATA LOCAL INFILE 'rows' INTO TABLE " + table.name + " CHARACTER SET utf8mb4 (" + table.columns + ")");
    rows += mysql_affected_rows(target.get());
  }
  report_rows(started, rows);
  return 0;
}

int rows(const char* socket, const char* from, const char* to, std::size_t sample) {
  const Connection source = connect(socket, from), target = connect(socket, to);
  const std::uint64_t started = wall_ns();
  std::uint64_t written = 0;
  std::array<std::vector<std::string>, kSubsetTables.size()> made;
  for (std::size_t t = 0; t < kSubsetTables.size(); ++t) {
    const SubsetTable& table = kSubsetTables[t];
    run(source.get(),
        "SELECT " + table.columns + " FROM " + table.name + " ORDER BY id LIMIT " + std::to_string(sample * table.share));
    const Answer read(mysql_store_result(source.get()), &mysql_free_result);
    const std::string begin = "INSERT INTO " + table.name + " (" + table.columns + ") VALUES (";
    while (const MYSQL_ROW row = mysql_fetch_row(read.get())) {
      const unsigned long* const lengths = mysql_fetch_lengths(read.get());
      std::string sql = begin;
      for (std::size_t column = 0; column < table.count; ++column) {
        if (column != 0) sql += ", ";
        if (column == 0 && table.parent >= 0) {
          const std::vector<std::string>& parents = made[static_cast<std::size_t>(table.parent)];
          sql += parents[made[t].size() % parents.size()];
        } else if (row[column] == nullptr) {
          sql += "NULL";
        } else {
          std::string escaped(2 * lengths[column] + 1, '\0');
          escaped.resize(mysql_real_escape_string(target.get(), escaped.data(), row[column], lengths[column]));
          sql.append("'").append(escaped).append("'");
        }
      }
      run(target.get(), sql + ")");
      made[t].push_back(std::to_string(mysql_insert_id(target.get())));
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
      {"load", "SOCKET SOURCE TARGET", 3, [](char** a) { return load(a[0], a[1], a[2]); }},
      {"rows", "SOCKET SOURCE TARGET CUSTOMERS", 4, [](char** a) { return rows(a[0], a[1], a[2], sample_of(a[3])); }},
  }};
  return run_peer(argc, argv, std::string("Connector/C ") + mysql_get_client_info(), kCommands);
}
