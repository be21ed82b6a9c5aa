// The shop of this example: makes its database, the same on every machine, and shows rows of one.
//   example_shop make FILE           a new database of SQLite with about 120,000 rows
//   example_shop show FILE QUERY     what the query finds, in columns
// A program of our own, since whoever can build Millrace's subsets has SQLite's library and a compiler, but perhaps neither sqlite3 nor Python.
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

constexpr std::uint64_t kSeed = 20261122;  // another one makes another shop
constexpr int kCategories = 40, kSuppliers = 60, kProducts = 1'200, kCustomers = 12'000;

constexpr const char* kTables = R"(
  CREATE TABLE country  (code CHAR(2) PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE category (id INTEGER PRIMARY KEY, name TEXT NOT NULL, parent INTEGER REFERENCES category (id));
  CREATE TABLE supplier (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country CHAR(2) NOT NULL REFERENCES country (code));
  CREATE TABLE product  (sku VARCHAR(12) PRIMARY KEY, name TEXT NOT NULL, price_cents INTEGER NOT NULL,
                         category INTEGER NOT NULL REFERENCES category (id), supplier INTEGER NOT NULL REFERENCES supplier (id)) WITHOUT ROWID;
  CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, phone TEXT, born DATE NOT NULL,
                         street TEXT NOT NULL, country CHAR(2) NOT NULL REFERENCES country (code), notes TEXT,
                         invited_by INTEGER REFERENCES customer (id), last_order UUID REFERENCES "order" (id));
  CREATE TABLE "order"  (id UUID PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customer (id), placed TIMESTAMP NOT NULL,
                         status TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE item     ("order" UUID NOT NULL REFERENCES "order" (id), line INTEGER NOT NULL, product VARCHAR(12) NOT NULL REFERENCES product (sku),
                         quantity INTEGER NOT NULL, price_cents INTEGER NOT NULL, PRIMARY KEY ("order", line)) WITHOUT ROWID;
  CREATE TABLE refund   (id INTEGER PRIMARY KEY, "order" UUID NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL,
                         FOREIGN KEY ("order", line) REFERENCES item ("order", line));
  CREATE INDEX customer_country ON customer (country);
  CREATE INDEX customer_invited_by ON customer (invited_by);
  CREATE INDEX order_customer ON "order" (customer);
  CREATE INDEX refund_item ON refund ("order", line);
)";

struct Country {
  const char* code;
  const char* name;
  const char* phone;  // a range that its authority keeps for stories; x is a digit
};
constexpr std::array<Country, 4> kCountries{{{"DE", "Germany", "+49 30 23125 xxx"},
                                             {"GB", "United Kingdom", "+44 1632 960xxx"},
                                             {"IE", "Ireland", "+353 20 91x xxxx"},
                                             {"US", "United States", "+1 202-555-01xx"}}};
constexpr std::array kFirst{"Ada",   "Bruno", "Clara", "Dario", "Edith", "Felix", "Greta", "Hugo",
                            "Iris",  "Jonas", "Karin", "Leo",   "Mira",  "Nils",  "Olga",  "Paul",
                            "Quinn", "Rosa",  "Simon", "Tessa", "Umar",  "Vera",  "Wanda", "Yusuf"};
constexpr std::array kLast{"Abbott", "Bellamy", "Castell", "Dunmore", "Eriksen",  "Falk",      "Garnier",
                           "Hollis", "Ibarra",  "Jansen",  "Keller",  "Lindholm", "Marchetti", "Novak",
                           "Oakes",  "Petrov",  "Quigley", "Rossi",   "Sandoval", "Thorne"};
constexpr std::array kStreets{"Lantern Street", "Orchard Lane", "Mill Race",     "Harbour Road",
                              "Copper Alley",   "Juniper Way",  "Old Ferry Hill"};
constexpr std::array kThings{"lamp", "chair", "shelf", "kettle", "blanket", "mirror", "basket", "clock", "stool", "vase"};
constexpr std::array kLooks{"oak", "copper", "linen", "blue", "folding", "small", "painted", "glass"};
constexpr std::array kReasons{"arrived broken", "wrong colour", "too late", "did not fit"};
constexpr std::array kStates{"placed", "paid", "sent", "delivered"};

using Field = std::variant<std::nullptr_t, std::int64_t, std::string>;

class Database {
 public:
  Database(const char* file, int flags) {
    const int code = sqlite3_open_v2(file, &handle_, flags, nullptr);
    if (code != SQLITE_OK) {
      const std::string why = std::string(file) + ": " + sqlite3_errmsg(handle_);
      sqlite3_close(handle_);
      throw std::runtime_error(why);
    }
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { sqlite3_close(handle_); }

  void run(const char* statements) { check(sqlite3_exec(handle_, statements, nullptr, nullptr, nullptr)); }
  void check(int code) const {
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(handle_));
  }
  [[nodiscard]] sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

class Statement {
 public:
  Statement(const Database& database, const char* sql) : database_(database) {
    database.check(sqlite3_prepare_v2(database.handle(), sql, -1, &statement_, nullptr));
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  void run(const std::vector<Field>& fields) {
    int place = 0;
    for (const Field& field : fields) {
      ++place;
      if (const auto* number = std::get_if<std::int64_t>(&field))
        database_.check(sqlite3_bind_int64(statement_, place, *number));
      else if (const auto* text = std::get_if<std::string>(&field))  // `fields` stay where they are for the call
        database_.check(sqlite3_bind_text(statement_, place, text->data(), static_cast<int>(text->size()), nullptr));
      else
        database_.check(sqlite3_bind_null(statement_, place));
    }
    database_.check(sqlite3_step(statement_));
    database_.check(sqlite3_reset(statement_));
  }
  [[nodiscard]] bool next() {
    const int code = sqlite3_step(statement_);
    database_.check(code);
    return code == SQLITE_ROW;
  }
  [[nodiscard]] int columns() const { return sqlite3_column_count(statement_); }
  [[nodiscard]] std::string name(int column) const { return sqlite3_column_name(statement_, column); }
  [[nodiscard]] std::string text(int column) const {
    const unsigned char* const bytes = sqlite3_column_text(statement_, column);
    return bytes == nullptr ? "NULL" : std::string(bytes, bytes + sqlite3_column_bytes(statement_, column));
  }

 private:
  const Database& database_;
  sqlite3_stmt* statement_ = nullptr;
};

// The engine is the same everywhere; the distributions of the standard library are not, so there are none here.
class Dice {
 public:
  std::int64_t below(std::int64_t end) { return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(end)); }
  bool once_in(std::int64_t times) { return below(times) == 0; }
  template <typename List>
  const auto& one_of(const List& list) {
    return list[static_cast<std::size_t>(below(static_cast<std::int64_t>(list.size())))];
  }
  std::string uuid() {
    std::string text = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
    for (char& c : text)
      if (c == 'x') c = "0123456789abcdef"[below(16)];
    return text;
  }
  std::string digits(std::string pattern) {
    for (char& c : pattern)
      if (c == 'x') c = static_cast<char>('0' + below(10));
    return pattern;
  }
  // One draw in each statement: in which order the two sides of a + are drawn, no compiler promises.
  std::string day(std::int64_t year) {
    const std::string month = two(1 + below(12));
    return std::to_string(year) + "-" + month + "-" + two(1 + below(28));
  }
  std::string time(const std::string& day) {
    const std::string hour = two(below(24));
    return day + " " + hour + ":" + two(below(60)) + ":00";
  }

 private:
  static std::string two(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

  std::mt19937_64 engine_{kSeed};
};

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

void make_goods(const Database& database, Dice& dice, std::vector<std::string>& skus) {
  Statement country(database, "INSERT INTO country VALUES (?, ?)");
  for (const Country& one : kCountries) country.run({std::string(one.code), std::string(one.name)});
  Statement category(database, "INSERT INTO category VALUES (?, ?, ?)");
  for (std::int64_t id = 1; id <= kCategories; ++id)
    category.run(
        {id, dice.one_of(kThings) + ("s " + std::to_string(id)), id <= 4 ? Field(nullptr) : Field(1 + dice.below(id - 1))});
  Statement supplier(database, "INSERT INTO supplier VALUES (?, ?, ?)");
  for (std::int64_t id = 1; id <= kSuppliers; ++id) {
    const std::string one = dice.one_of(kLast), other = dice.one_of(kLast);
    supplier.run({id, one + " & " + other, std::string(dice.one_of(kCountries).code)});
  }
  Statement product(database, "INSERT INTO product VALUES (?, ?, ?, ?, ?)");
  for (std::int64_t number = 1; number <= kProducts; ++number) {
    const std::string thing = dice.one_of(kThings);
    skus.push_back(thing + "-" + std::to_string(1000 + number));
    product.run({skus.back(), dice.one_of(kLooks) + (" " + thing), 500 + dice.below(20'000), 1 + dice.below(kCategories),
                 1 + dice.below(kSuppliers)});
  }
}

void make_customers(const Database& database, Dice& dice) {
  Statement customer(database, "INSERT INTO customer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)");
  for (std::int64_t id = 1; id <= kCustomers; ++id) {
    const std::string first = dice.one_of(kFirst), last = dice.one_of(kLast);
    const Country& country = dice.one_of(kCountries);
    const std::string phone = dice.digits(country.phone);
    const std::string email = lower(first + "." + last) + std::to_string(id) + (dice.once_in(2) ? "@example.org" : "@example.net");
    const std::string born = dice.day(1940 + dice.below(66));
    Field notes(nullptr);
    if (dice.once_in(3)) notes = "Call " + first + " " + last + " at " + phone + " before delivery; bill to " + email + ".";
    customer.run({id, first + " " + last, email, dice.once_in(8) ? Field(nullptr) : Field(phone), born,
                  std::to_string(1 + dice.below(180)) + " " + dice.one_of(kStreets), std::string(country.code), notes,
                  id == 1 || !dice.once_in(4) ? Field(nullptr) : Field(1 + dice.below(id - 1))});
  }
}

void make_orders(const Database& database, Dice& dice, const std::vector<std::string>& skus) {
  Statement order(database, "INSERT INTO \"order\" VALUES (?, ?, ?, ?)");
  Statement item(database, "INSERT INTO item VALUES (?, ?, ?, ?, ?)");
  Statement refund(database, "INSERT INTO refund (\"order\", line, reason) VALUES (?, ?, ?)");
  Statement last(database, "UPDATE customer SET last_order = ? WHERE id = ?");
  for (std::int64_t customer = 1; customer <= kCustomers; ++customer) {
    for (std::int64_t nth = 0, orders = dice.below(5); nth < orders; ++nth) {
      const std::string id = dice.uuid();
      order.run({id, customer, dice.time(dice.day(2022 + nth)), std::string(dice.one_of(kStates))});
      for (std::int64_t line = 1, lines = 1 + dice.below(6); line <= lines; ++line) {
        item.run({id, line, dice.one_of(skus), 1 + dice.below(4), 500 + dice.below(20'000)});
        if (dice.once_in(40)) refund.run({id, line, std::string(dice.one_of(kReasons))});
      }
      if (nth + 1 == orders) last.run({id, customer});
    }
  }
}

int make(const char* file) {
  Database database(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  // Half a database is of no use, so that nothing has to be durable before all is there.
  database.run("PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; BEGIN");
  database.run(kTables);
  Dice dice;
  std::vector<std::string> skus;
  make_goods(database, dice, skus);
  make_customers(database, dice);
  make_orders(database, dice, skus);
  database.run("COMMIT; ANALYZE");  // which counts the rows for `subset plan`
  Statement count(database, R"(SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM "order"), (SELECT count(*) FROM item),
      (SELECT count(*) FROM refund), (SELECT count(*) FROM country) + (SELECT count(*) FROM category) + (SELECT count(*) FROM supplier) + (SELECT count(*) FROM product))");
  if (count.next())
    std::printf("%s: %s customers, %s orders with %s items, %s refunds, and %s rows of what is sold\n", file, count.text(0).c_str(),
                count.text(1).c_str(), count.text(2).c_str(), count.text(3).c_str(), count.text(4).c_str());
  return 0;
}

// Letters, not bytes: names have accents.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

int show(const char* file, const char* query) {
  const Database database(file, SQLITE_OPEN_READONLY);
  Statement rows(database, query);
  std::vector<std::vector<std::string>> lines(1);
  for (int column = 0; column < rows.columns(); ++column) lines[0].push_back(rows.name(column));
  while (rows.next()) {
    lines.emplace_back();
    for (int column = 0; column < rows.columns(); ++column) lines.back().push_back(rows.text(column));
  }
  std::vector<std::size_t> widths(lines[0].size(), 0);
  for (const auto& line : lines)
    for (std::size_t column = 0; column < line.size(); ++column) widths[column] = std::max(widths[column], width(line[column]));
  for (const auto& line : lines) {
    std::string text;
    for (std::size_t column = 0; column < line.size(); ++column)
      text += "  " + line[column] + (column + 1 == line.size() ? "" : std::string(widths[column] - width(line[column]), ' '));
    std::puts(text.c_str());
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  try {
    if (command == "make" && argc == 3) return make(argv[2]);
    if (command == "show" && argc == 4) return show(argv[2], argv[3]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "shop: %s\n", error.what());
    return 1;
  }
  std::fputs("usage: example_shop make FILE | show FILE QUERY\n", stderr);
  return 2;
}
