#include "subset/keys/key_database.h"

#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "subset/keys/temporary_file.h"
#include "subset/sqlite/connection.h"

namespace millrace::subset {

void KeyStatement::bind(int parameter, std::string_view key) noexcept {
  sqlite3_bind_blob64(statement_.get(), parameter, key.data(), key.size(), SQLITE_STATIC);
}
void KeyStatement::bind(int parameter, std::size_t number) noexcept {
  sqlite3_bind_int64(statement_.get(), parameter, static_cast<sqlite3_int64>(number));
}

Result<bool> KeyStatement::step() {
  switch (sqlite3_step(statement_.get())) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: return fail(sqlite_error(sqlite3_db_handle(statement_.get()), "keys that do not fit into memory"));
  }
}

std::string_view KeyStatement::key() const noexcept {
  const void* const key = sqlite3_column_blob(statement_.get(), 0);
  if (key == nullptr) return {};
  return {static_cast<const char*>(key), static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), 0))};
}

Result<bool> KeyStatement::run() {
  Result<bool> row = step();
  reset();
  return row;
}

std::size_t KeyStatement::changes() const noexcept {
  return static_cast<std::size_t>(sqlite3_changes64(sqlite3_db_handle(statement_.get())));
}

Result<std::unique_ptr<KeyDatabase>> KeyDatabase::open(std::string_view folder, std::size_t cache_bytes) {
  const Result<TemporaryFile> file = make_temporary_file(folder);
  if (!file) return fail(file.error());
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(file->path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  // SQLite has it open from here on, and with neither journal nor second connection it never needs the name again.
  ::unlink(file->path.c_str());
  if (raw == nullptr)
    return fail(Error(std::make_error_code(std::errc::not_enough_memory), "keys: a connection could not be made"));
  std::unique_ptr<KeyDatabase> database(new KeyDatabase(raw));
  if (opened != SQLITE_OK) return fail(sqlite_error(raw, "opening a file for keys"));
  const std::string cache_kib = std::to_string(std::max<std::size_t>(cache_bytes / 1'024, 64));
  for (const std::string& sql :
       {std::string("PRAGMA page_size=4096"), std::string("PRAGMA journal_mode=OFF"), std::string("PRAGMA synchronous=OFF"),
        std::string("PRAGMA locking_mode=EXCLUSIVE"), "PRAGMA cache_size=-" + cache_kib, std::string("BEGIN EXCLUSIVE")})
    if (Result<void> ran = database->run(sql); !ran) return fail(ran.error());
  return database;
}

Result<KeyStatement> KeyDatabase::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int length = static_cast<int>(sql.size());
  if (sqlite3_prepare_v3(connection_.get(), sql.data(), length, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
    return fail(sqlite_error(connection_.get(), sql));
  return KeyStatement(statement);
}

Result<void> KeyDatabase::run(const std::string& sql) {
  Result<KeyStatement> statement = prepare(sql);
  if (!statement) return fail(statement.error());
  const Result<bool> ran = statement->run();
  return ran ? Result<void>() : fail(ran.error());
}

std::size_t KeyDatabase::memory() const noexcept {
  int now = 0;
  int most = 0;
  sqlite3_db_status(connection_.get(), SQLITE_DBSTATUS_CACHE_USED, &now, &most, 0);
  return static_cast<std::size_t>(std::max(now, 0));
}

}  // namespace millrace::subset
