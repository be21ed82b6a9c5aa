#include "subset/mariadb/rows.h"

#include <string>
#include <utility>
#include <vector>

#include "subset/mariadb/errors.h"
#include "subset/mariadb/key_query.h"
#include "subset/mariadb/types.h"

namespace millrace::subset::mariadb {
namespace {

/// Shared with the coroutine, so that rows may be given up while it waits.
struct Reader {
  std::shared_ptr<Connection> connection;
  Query query;
  enum class State : std::uint8_t { unsent, open, ended } state = State::unsent;
  std::uint64_t number = 0;
  std::vector<Reading> readings{};
  std::vector<std::string> names{};
};

void describe(Reader& reader) {
  MYSQL_RES* const rows = reader.connection->rows();
  const unsigned count = mysql_num_fields(rows);
  for (unsigned i = 0; i < count; ++i) {
    const MYSQL_FIELD& field = *mysql_fetch_field_direct(rows, i);
    reader.readings.push_back(reading_of(field));
    reader.names.emplace_back(field.name, field.name_length);
  }
}

void add_row(const Reader& reader, const Connection::Row& from, Page& page) {
  const std::size_t row = page.add_row();
  for (std::size_t column = 0; column < reader.readings.size(); ++column) {
    if (from.fields[column] == nullptr) continue;
    const std::string_view text(from.fields[column], from.lengths[column]);
    if (text.size() > Page::kTextMax || !read_field(reader.readings[column], text, page, row, column))
      throw ErrorException(Error(Errc::invalid_argument, "mariadb: a field that cannot be understood")
                               .with("sql", without_fields(reader.query.sql))
                               .with("column", reader.names[column])
                               .with("detail", std::string(text.substr(0, kSqlShownMax))));
  }
}

Lazy<void> begin(Reader& reader) {
  reader.state = Reader::State::ended;  // unless it comes to rows
  std::string sql = unwrap(with_keys(reader.query, reader.connection->packet_max));
  co_await reader.connection->begin_rows(std::move(sql), reader.query.sql);
  reader.number = reader.connection->rows_number();
  reader.state = Reader::State::open;
  describe(reader);
}

Async<bool> read(Loop& /*loop*/, std::shared_ptr<Reader> reader, Page& page, std::size_t rows_max, std::size_t bytes_max) {
  Connection& connection = *reader->connection;
  if (reader->state == Reader::State::unsent) co_await begin(*reader);
  if (reader->state == Reader::State::ended) co_return false;
  connection.check();
  if (reader->number != connection.rows_number() || connection.rows() == nullptr)
    throw ErrorException(Error(Errc::invalid_argument, "mariadb: rows of a statement after which the session was given another"));
  if (page.empty() && page.columns() != reader->readings.size()) page.reset(reader->readings.size());
  if (page.columns() != reader->readings.size())
    throw ErrorException(Error(Errc::invalid_argument, "mariadb: rows for a page with another number of columns"));
  const std::size_t rows_end = std::min(rows_max, Page::kRowsMax);
  while (page.rows() < rows_end && page.bytes() <= bytes_max) {
    std::optional<Connection::Row> row;
    try {
      row = connection.row();
    } catch (...) {
      reader->state = Reader::State::ended;
      throw;
    }
    if (!row) {
      reader->state = Reader::State::ended;  // if it throws
      row = co_await connection.wait_for_row();
      reader->state = Reader::State::open;
    }
    if (row->fields == nullptr) {
      reader->state = Reader::State::ended;
      break;
    }
    add_row(*reader, *row, page);
  }
  if (reader->state == Reader::State::open) co_return true;
  co_await connection.drop_rows();  // a procedure says with a further result that it is done
  co_return false;
}

class MariadbRows final : public Rows {
 public:
  explicit MariadbRows(std::shared_ptr<Reader> reader) noexcept : reader_(std::move(reader)) {}

  Promise<bool> next(Page& page, std::size_t rows_max, std::size_t bytes_max) override {
    return read(reader_->connection->loop(), reader_, page, rows_max, bytes_max);
  }

 private:
  std::shared_ptr<Reader> reader_;
};

}  // namespace

std::unique_ptr<Rows> make_rows(std::shared_ptr<Connection> connection, Query query) {
  auto reader = std::make_shared<Reader>(Reader{.connection = std::move(connection), .query = std::move(query)});
  return std::make_unique<MariadbRows>(std::move(reader));
}

}  // namespace millrace::subset::mariadb
