#include "subset/keys/stored_keys.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "subset/keys/key_order.h"

namespace millrace::subset {

Result<std::unique_ptr<StoredKeys>> StoredKeys::make(KeyDatabase& database, std::size_t columns) {
  std::unique_ptr<StoredKeys> keys(new StoredKeys(database, database.new_table(), columns));
  const std::string all = keys->table_;
  const std::string waiting = all + "w";
  for (const std::string& table : {all, waiting})
    if (Result<void> made = database.run("CREATE TABLE " + table + " (key BLOB NOT NULL PRIMARY KEY) WITHOUT ROWID"); !made)
      return fail(made.error());
  Statements& statements = keys->statements_;
  const std::pair<KeyStatement*, std::string> wanted[] = {
      {&statements.add, "INSERT OR IGNORE INTO " + all + " VALUES (?1)"},
      {&statements.add_waiting, "INSERT OR IGNORE INTO " + waiting + " VALUES (?1)"},
      {&statements.find, "SELECT 1 FROM " + all + " WHERE key = ?1"},
      {&statements.read, "SELECT key FROM " + all + " WHERE key > ?1 ORDER BY key LIMIT ?2"},
      {&statements.remove, "DELETE FROM " + all + " WHERE key = ?1"},
      {&statements.remove_waiting, "DELETE FROM " + waiting + " WHERE key = ?1"},
      {&statements.read_waiting, "SELECT key FROM " + waiting + " ORDER BY key LIMIT ?1"},
      {&statements.remove_waiting_to, "DELETE FROM " + waiting + " WHERE key <= ?1"},
  };
  for (const auto& [statement, sql] : wanted) {
    Result<KeyStatement> prepared = database.prepare(sql);
    if (!prepared) return fail(prepared.error());
    *statement = std::move(*prepared);
  }
  return keys;
}

StoredKeys::~StoredKeys() {
  statements_ = {};
  // Their pages are for other sets then. When that fails, they stay where they are until the file goes.
  for (const std::string& table : {table_, table_ + "w"}) (void)database_.run("DROP TABLE IF EXISTS " + table);
}

Result<StoredKeys::Encoded> StoredKeys::encode(const Page& keys) const {
  if (Result<void> fits = check_columns(keys, columns_); !fits) return fail(fits.error());
  Encoded encoded;
  std::vector<std::size_t> begins;
  begins.reserve(keys.rows() + 1);
  for (std::size_t row = 0; row < keys.rows(); ++row) {
    begins.push_back(encoded.text->size());
    for (std::size_t column = 0; column < columns_; ++column) append_ordered(keys.at(row, column), *encoded.text);
  }
  begins.push_back(encoded.text->size());
  const auto key = [&](std::size_t row) {
    return std::string_view(*encoded.text).substr(begins[row], begins[row + 1] - begins[row]);
  };
  encoded.rows.resize(keys.rows());
  std::iota(encoded.rows.begin(), encoded.rows.end(), std::size_t{0});
  std::ranges::sort(encoded.rows, {}, key);
  encoded.sorted.reserve(keys.rows());
  for (const std::size_t row : encoded.rows) encoded.sorted.push_back(key(row));
  return encoded;
}

Result<std::size_t> StoredKeys::insert(const Page& keys) {
  const Result<Encoded> encoded = encode(keys);
  if (!encoded) return fail(encoded.error());
  std::size_t added = 0;
  std::string_view before;
  for (const std::string_view key : encoded->sorted) {
    if (key == std::exchange(before, key)) continue;
    statements_.add.bind(1, key);
    if (const Result<bool> ran = statements_.add.run(); !ran) return fail(ran.error());
    if (statements_.add.changes() == 0) continue;
    ++size_;
    ++added;
    fresh_.emplace_back(key);
    fresh_sorted_ = false;
    fresh_bytes_ += key.size() + sizeof(std::string);
    if (fresh_bytes_ > kFreshBytesMax)
      if (Result<void> stored = store_fresh(); !stored) return fail(stored.error());
  }
  return added;
}

void StoredKeys::sort_fresh() {
  if (!std::exchange(fresh_sorted_, true)) std::ranges::sort(fresh_, std::greater());
}

Result<void> StoredKeys::store_fresh() {
  sort_fresh();
  for (; !fresh_.empty(); fresh_.pop_back()) {
    statements_.add_waiting.bind(1, fresh_.back());
    if (const Result<bool> ran = statements_.add_waiting.run(); !ran) return fail(ran.error());
    ++stored_waiting_;
    fresh_bytes_ -= std::min(fresh_bytes_, fresh_.back().size() + sizeof(std::string));
  }
  return {};
}

Result<std::size_t> StoredKeys::take_new(std::size_t count, Page& into) {
  const Result<std::size_t> room = room_in(into, columns_, count);
  if (!room || *room == 0) return room;
  if (stored_waiting_ > 0) {
    if (Result<void> stored = store_fresh(); !stored) return fail(stored.error());
    std::string last;
    statements_.read_waiting.bind(1, *room);
    const Result<std::size_t> taken = read_rows(statements_.read_waiting, into, &last);
    if (!taken || *taken == 0) return taken;
    statements_.remove_waiting_to.bind(1, last);
    if (const Result<bool> ran = statements_.remove_waiting_to.run(); !ran) return fail(ran.error());
    stored_waiting_ -= *taken;
    return taken;
  }
  sort_fresh();
  std::size_t taken = 0;
  std::string unescaped;
  for (; taken < *room && !fresh_.empty(); ++taken) {
    if (Result<void> read = read_ordered(fresh_.back(), into, unescaped); !read) return fail(read.error());
    fresh_bytes_ -= fresh_.back().size() + sizeof(std::string);
    fresh_.pop_back();
  }
  return taken;
}

Result<std::size_t> StoredKeys::read_rows(KeyStatement& statement, Page& into, std::string* last) const {
  std::size_t rows = 0;
  std::string unescaped;
  for (;;) {
    const Result<bool> row = statement.step();
    if (!row || !*row) {
      statement.reset();
      return row ? Result<std::size_t>(rows) : fail(row.error());
    }
    if (Result<void> read = read_ordered(statement.key(), into, unescaped); !read) {
      statement.reset();
      return fail(read.error());
    }
    ++rows;
    if (last != nullptr) last->assign(statement.key());
  }
}

Result<void> StoredKeys::contains(const Page& keys, std::vector<bool>& found) const {
  const Result<Encoded> encoded = encode(keys);
  if (!encoded) return fail(encoded.error());
  found.assign(keys.rows(), false);
  for (std::size_t at = 0; at < encoded->sorted.size(); ++at) {
    statements_.find.bind(1, encoded->sorted[at]);
    const Result<bool> row = statements_.find.run();
    if (!row) return fail(row.error());
    found[encoded->rows[at]] = *row;
  }
  return {};
}

Result<std::size_t> StoredKeys::read(const std::vector<Value>* last, std::size_t count, Page& into) const {
  const Result<std::size_t> room = room_in(into, columns_, count);
  if (!room) return room;
  std::string after;  // nothing: less than every key
  if (last != nullptr) {
    if (last->size() != columns_)
      return fail(Errc::invalid_argument, "keys: the last one has another number of fields than the set");
    for (const Value& value : *last) append_ordered(value, after);
  }
  statements_.read.bind(1, after.empty() ? std::string_view("") : std::string_view(after));
  statements_.read.bind(2, *room);
  return read_rows(statements_.read, into, nullptr);
}

Result<void> StoredKeys::erase(const Page& keys) {
  const Result<Encoded> encoded = encode(keys);
  if (!encoded) return fail(encoded.error());
  if (!fresh_.empty())
    if (Result<void> stored = store_fresh(); !stored) return stored;
  for (const std::string_view key : encoded->sorted) {
    statements_.remove.bind(1, key);
    if (const Result<bool> ran = statements_.remove.run(); !ran) return fail(ran.error());
    if (statements_.remove.changes() == 0) continue;
    --size_;
    if (stored_waiting_ == 0) continue;
    statements_.remove_waiting.bind(1, key);
    if (const Result<bool> ran = statements_.remove_waiting.run(); !ran) return fail(ran.error());
    stored_waiting_ -= statements_.remove_waiting.changes();
  }
  return {};
}

Result<std::optional<std::uint64_t>> StoredKeys::rank(std::int64_t) const {
  return fail(Errc::unsupported, "keys: only whole numbers have ranks");
}

Result<void> StoredKeys::ranks(const Page&, std::size_t, std::vector<std::int64_t>&) const {
  return fail(Errc::unsupported, "keys: only whole numbers have ranks");
}

}  // namespace millrace::subset
