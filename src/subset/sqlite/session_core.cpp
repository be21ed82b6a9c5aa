#include "subset/sqlite/session_core.h"

#include <algorithm>
#include <thread>

namespace millrace::subset {
namespace {

/// Steps of SQLite's machine between two looks at what the loop thread wants: some 0.1 ms.
constexpr int kStepsBetweenLooks = 10'000;

}  // namespace

Result<void> SessionCore::open() {
  using Access = SqliteConnection::Access;
  if (options_.create && !options_.writable) return fail(Errc::invalid_argument, "sqlite: a file can be made only for writing");
  Result<SqliteConnection> made = SqliteConnection::open(options_.path, options_.create     ? Access::create
                                                                        : options_.writable ? Access::write
                                                                                            : Access::read);
  if (!made) return fail(made.error());
  connection_ = *std::move(made);
  sqlite3* const raw = connection_->get();
  sqlite3_busy_handler(
      raw, [](void* self, int waits) { return static_cast<SessionCore*>(self)->wait_for_holder(waits) ? 1 : 0; }, this);
  // An interruption that comes just before a statement begins is forgotten by SQLite: it is asked for here, too.
  sqlite3_progress_handler(
      raw, kStepsBetweenLooks,
      [](void* self) {
        const auto* const core = static_cast<const SessionCore*>(self);
        return core->interrupted() || core->too_long() ? 1 : 0;
      },
      this);
  to_interrupt_.store(raw, std::memory_order_release);  // pairs with interrupt()
  // A name in quotes that is none must not become a text. Where somebody writes, triggers of old may live by that.
  if (!options_.writable) sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  if (options_.writable)
    if (const auto set = connection_->run("PRAGMA foreign_keys = ON"); !set) return fail(set.error());
  // Opening touches nothing: only who reads sees that it is no database.
  if (const auto read = connection_->run("SELECT 1 FROM main.sqlite_schema LIMIT 1"); !read) return fail(read.error());
  return {};
}

void SessionCore::close() noexcept {
  end_statements();
  keys_.forget();
  to_interrupt_.store(nullptr, std::memory_order_relaxed);
  connection_.reset();
}

void SessionCore::interrupt(bool for_good) noexcept {
  (for_good ? cancelled_ : stopped_).store(true, std::memory_order_relaxed);
  if (sqlite3* const raw = to_interrupt_.load(std::memory_order_acquire)) sqlite3_interrupt(raw);  // pairs with open()
}

/// SQLite's own way of waiting cannot be interrupted.
bool SessionCore::wait_for_holder(int waits) noexcept {
  const auto now = std::chrono::steady_clock::now();
  if (waits == 0) waiting_since_ = now;
  const auto waited = now - waiting_since_;
  if (interrupted() || waited >= options_.busy_limit) return false;
  const std::chrono::nanoseconds step = std::chrono::milliseconds(std::clamp(waits, 1, 20));
  std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(step, options_.busy_limit - waited));
  return true;
}

void SessionCore::end_statements() noexcept {
  rows_.reset();
  inserter_.reset();
}

Result<std::uint64_t> SessionCore::execute(std::string_view sql) {
  Result<std::uint64_t> touched = connection_->run(sql);
  if (touched && connection_->idle()) transaction_ = false;  // ended by a statement
  return touched;
}

Result<void> SessionCore::begin() {
  if (const auto begun = connection_->run("BEGIN IMMEDIATE"); !begun) return fail(begun.error());
  transaction_ = true;
  return {};
}

Result<void> SessionCore::begin_snapshot() {
  if (const auto begun = connection_->run("BEGIN"); !begun) return fail(begun.error());
  transaction_ = true;
  // The moment is that of the first read.
  if (const auto read = connection_->run("SELECT 1 FROM main.sqlite_schema LIMIT 1"); !read) {
    static_cast<void>(rollback());
    return fail(read.error());
  }
  return {};
}

Result<void> SessionCore::commit() {
  if (transaction_ && connection_->idle()) {
    transaction_ = false;
    return fail(lost());
  }
  const auto committed = connection_->run("COMMIT");
  if (committed) {
    transaction_ = false;
    return {};
  }
  Error error = committed.error();
  if (!connection_->idle()) {
    // It is still open, and whoever goes on with it would commit the rest.
    if (error.context("constraint") == "FOREIGN KEY") error = with_broken_key(error);
    if (const Result<void> undone = rollback(); !undone) return fail(error.with("rollback", undone.error().message()));
  }
  transaction_ = false;
  return fail(error);
}

Error SessionCore::with_broken_key(const Error& error) {
  look_until_ = std::chrono::steady_clock::now() + kLookMax;
  const auto look = [&]() -> Result<Error> {
    Result<SqliteStatement> check = connection_->prepare("PRAGMA main.foreign_key_check");
    if (!check) return fail(check.error());
    const Result<bool> found = check->step();
    if (!found) return fail(found.error());
    if (!*found) return error;
    constexpr int kTable = 0, kParent = 2, kNumber = 3;
    const std::string table(check->text(kTable)), parent(check->text(kParent));
    Result<SqliteStatement> names =
        connection_->prepare("SELECT group_concat(\"from\", ', ') FROM pragma_foreign_key_list(?1) WHERE id = ?2");
    if (!names) return fail(names.error());
    names->bind(1, table);
    names->bind(2, check->integer(kNumber));
    const Result<bool> named = names->step();
    if (!named) return fail(named.error());
    return error.with("table", table).with("column", std::string(names->text(0))).with("parent", parent);
  };
  Result<Error> named = look();
  look_until_.reset();
  return named ? *named : error;
}

Result<void> SessionCore::rollback() {
  keys_.forget();  // it may be rolled back, too
  transaction_ = false;
  if (connection_->idle()) return {};  // SQLite has done so by itself, after an error
  const auto undone = connection_->run("ROLLBACK");
  if (!undone) return fail(undone.error());
  return {};
}

Result<void> SessionCore::open_rows(const Query& query) {
  if (query.keys != nullptr)
    if (const Result<void> filled = keys_.fill(*connection_, *query.keys); !filled) return filled;
  Result<SqliteStatement> statement = connection_->prepare(query.sql);
  if (!statement) return fail(statement.error());
  rows_ = *std::move(statement);
  return {};
}

Result<bool> SessionCore::fill(Page& page, std::size_t rows_max, std::size_t bytes_max) {
  try {
    Result<bool> more = fill_open(page, rows_max, bytes_max);
    if (!more || !*more) rows_.reset();
    return more;
  } catch (...) {
    rows_.reset();
    throw;
  }
}

Result<bool> SessionCore::fill_open(Page& page, std::size_t rows_max, std::size_t bytes_max) {
  const auto columns = static_cast<std::size_t>(rows_->columns());
  if (page.empty())
    page.reset(columns);
  else if (page.columns() != columns)
    return fail(Error(Errc::invalid_argument, "sqlite: the page has other columns than the rows")
                    .with("page", std::to_string(page.columns()))
                    .with("rows", std::to_string(columns)));
  rows_max = std::min(rows_max, Page::kRowsMax);
  sqlite3_stmt* const raw = rows_->get();
  while (page.rows() < rows_max && page.bytes() < bytes_max) {
    if (interrupted()) return fail(aborted());
    const Result<bool> found = rows_->step();
    if (!found || !*found) return found;
    const std::size_t row = page.add_row();
    for (std::size_t column = 0; column < columns; ++column) {
      const int at = static_cast<int>(column);
      switch (sqlite3_column_type(raw, at)) {
        case SQLITE_NULL: break;
        case SQLITE_INTEGER: page.set(row, column, std::int64_t{sqlite3_column_int64(raw, at)}); break;
        case SQLITE_FLOAT: page.set(row, column, sqlite3_column_double(raw, at)); break;
        default: {
          const bool is_text = sqlite3_column_type(raw, at) == SQLITE_TEXT;
          const void* const start = is_text ? static_cast<const void*>(sqlite3_column_text(raw, at)) : sqlite3_column_blob(raw, at);
          const auto length = static_cast<std::size_t>(sqlite3_column_bytes(raw, at));
          // No memory to make UTF-8 of it; of a blob, that it is empty.
          if (start == nullptr && (is_text || length != 0)) return fail(rows_->error());
          const std::string_view content(static_cast<const char*>(start), length);
          if (is_text)
            page.set_text(row, column, content);
          else
            page.set_bytes(row, column, content);
        }
      }
    }
  }
  return true;
}

Result<void> SessionCore::begin_insert(Insertion insertion) {
  Result<Inserter> made = Inserter::make(*connection_, std::move(insertion));
  if (!made) return fail(made.error());
  inserter_ = *std::move(made);
  return {};
}

Result<void> SessionCore::insert(const Page& page) {
  if (!inserter_) return fail(Errc::invalid_argument, "sqlite: no insertion is open");
  return inserter_->insert(page, [this] { return interrupted(); });
}

Result<std::uint64_t> SessionCore::finish_insert() {
  if (!inserter_) return fail(Errc::invalid_argument, "sqlite: no insertion is open");
  const std::uint64_t taken = inserter_->taken();
  inserter_.reset();
  return taken;
}

}  // namespace millrace::subset
