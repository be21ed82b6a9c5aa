// Scripts: golden texts in each dialect, and what SQLite makes of them.
#include "subset/files/sql_script.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <limits>

#include "subset/files/files_for_test.h"
#include "support/temporary_folder.h"

namespace millrace::subset {
namespace {

using namespace files_for_test;

TargetTable script_table() {
  TargetTable table = target_table(
      {.name = "t"},
      {{.name = "id", .type = "bigint", .nullable = false, .identity = true, .kind = ColumnClass::integer, .always = true},
       {.name = "r", .type = "double precision", .kind = ColumnClass::real},
       {.name = "te\"`xt", .type = "varchar(9)", .kind = ColumnClass::text},
       {.name = "b", .type = "bytea", .kind = ColumnClass::bytes},
       {.name = "yes", .type = "boolean", .kind = ColumnClass::boolean},
       {.name = "at", .type = "timestamptz", .kind = ColumnClass::timestamp_tz}});
  table.columns = table.source.columns;
  return table;
}

Page script_rows() {
  Page page(6);
  std::size_t row = page.add_row();
  page.set(row, 0, std::int64_t{-1});
  row = page.add_row();
  page.set(row, 0, std::numeric_limits<std::int64_t>::min());
  page.set(row, 1, 0.1);
  page.set_text(row, 2, "a'b\\\n;");
  page.set_bytes(row, 3, std::string_view("\0\xff", 2));
  page.set(row, 4, std::int64_t{1});
  page.set_text(row, 5, "2026-01-31 23:59:59.5+00");
  return page;
}

std::string rows_of(const SqlScript& script, const TargetTable& table, const Page& page) {
  std::string text;
  for (std::size_t row = 0; row < page.rows();) script.append_rows(table, page, row, text).value();
  return text;
}

TEST(SqlScript, SaysRowsInEachDialect) {
  EXPECT_EQ(rows_of(SqlScript(Dialect::sqlite, ExistingRows::error, {}), script_table(), script_rows()),
            "INSERT INTO \"t\" (\"id\", \"r\", \"te\"\"`xt\", \"b\", \"yes\", \"at\") VALUES\n"
            "(-1, NULL, NULL, NULL, NULL, NULL),\n"
            "(-9223372036854775808, 1e-01, 'a''b\\\n;', X'00ff', 1, '2026-01-31 23:59:59.5+00');\n");
  EXPECT_EQ(
      rows_of(SqlScript(Dialect::postgres, ExistingRows::error, {}), script_table(), script_rows()),
      "INSERT INTO \"t\" (\"id\", \"r\", \"te\"\"`xt\", \"b\", \"yes\", \"at\") OVERRIDING SYSTEM VALUE VALUES\n"
      "(-1, NULL, NULL, NULL, NULL::boolean, NULL),\n"
      "(-9223372036854775808, '1e-01'::double precision, 'a''b\\\n;', '\\x00ff'::bytea, true, '2026-01-31 23:59:59.5+00');\n");
  EXPECT_EQ(rows_of(SqlScript(Dialect::mariadb, ExistingRows::error, {}), script_table(), script_rows()),
            "INSERT INTO `t` (`id`, `r`, `te\"``xt`, `b`, `yes`, `at`) VALUES\n"
            "(-1, NULL, NULL, NULL, NULL, NULL),\n"
            "(-9223372036854775808, 1e-01, 'a''b\\\\\n;', X'00ff', 1, '2026-01-31 23:59:59.5');\n");
}

TEST(SqlScript, HasNoReturnsAtTheEndsOfLines) {
  TargetTable table = target_table({.name = "t"}, {column("a")});
  table.columns = table.source.columns;
  Page page(1);
  page.set_text(page.add_row(), 0, "a\\\r\n'");
  const auto field = [&](Dialect dialect) {
    const std::string text = rows_of(SqlScript(dialect, ExistingRows::error, {}), table, page);
    return text.substr(text.find("VALUES\n") + 7);
  };
  EXPECT_EQ(field(Dialect::sqlite), "(replace('a\\\\r\n''', '\\r', char(13)));\n");
  EXPECT_EQ(field(Dialect::postgres), "(E'a\\\\\\r\n''');\n");
  EXPECT_EQ(field(Dialect::mariadb), "('a\\\\\\r\n''');\n");
}

TEST(SqlScript, SaysWhatBecomesOfRowsThatAreThere) {
  TargetTable both = target_table({.name = "t"}, {column("id"), column("v")});
  both.columns = both.source.columns;
  Page page(2);
  page.add_row();
  const auto end = [&](Dialect dialect, ExistingRows existing) {
    const std::string text = rows_of(SqlScript(dialect, existing, {}), both, page);
    return text.substr(text.find('\n', text.find("VALUES\n") + 7));
  };
  EXPECT_EQ(end(Dialect::sqlite, ExistingRows::skip), "\nON CONFLICT (\"id\") DO NOTHING;\n");
  EXPECT_EQ(end(Dialect::postgres, ExistingRows::update), "\nON CONFLICT (\"id\") DO UPDATE SET \"v\" = excluded.\"v\";\n");
  EXPECT_EQ(end(Dialect::mariadb, ExistingRows::skip), "\nON DUPLICATE KEY UPDATE `id` = `id`;\n");
  EXPECT_EQ(end(Dialect::mariadb, ExistingRows::update), "\nON DUPLICATE KEY UPDATE `v` = VALUES(`v`);\n");
  both.source.primary.reset();
  EXPECT_EQ(end(Dialect::sqlite, ExistingRows::skip), "\nON CONFLICT DO NOTHING;\n");
  EXPECT_FALSE(SqlScript(Dialect::sqlite, ExistingRows::update, {}).check({both}).has_value());
}

TEST(SqlScript, KeepsStatementsSmall) {
  TargetTable table = target_table({.name = "t"}, {column("a", ColumnClass::text)});
  table.columns = table.source.columns;
  const SqlScript script(Dialect::sqlite, ExistingRows::error, {});
  Page many(1);
  for (std::size_t i = 0; i < kScriptRowsMax + 1; ++i) many.set_text(many.add_row(), 0, "x");
  std::size_t row = 0;
  std::string text;
  script.append_rows(table, many, row, text).value();
  EXPECT_EQ(row, kScriptRowsMax);
  Page large(1);
  for (const std::size_t size :
       {std::size_t{400'000}, std::size_t{400'000}, std::size_t{400'000}, 2 * kScriptBytesMax, std::size_t{1}})
    large.set_text(large.add_row(), 0, std::string(size, 'x'));
  std::vector<std::size_t> ends;
  for (row = 0; row < large.rows();) {
    text.clear();
    const std::size_t first = row;
    script.append_rows(table, large, row, text).value();
    EXPECT_TRUE(row - first == 1 || text.size() <= kScriptBytesMax);
    ends.push_back(row);
  }
  EXPECT_EQ(ends, (std::vector<std::size_t>{2, 3, 4, 5}));
}

TEST(SqlScript, RefusesWhatAStatementCannotSayAndNamesTheColumn) {
  Page page(6);
  page.set_text(page.add_row(), 2, "a\xff");
  for (const Dialect dialect : {Dialect::postgres, Dialect::mariadb}) {
    for (const std::string_view text : {std::string_view("a\xff"), std::string_view("\0", 1)}) {
      page.set_text(0, 2, text);
      std::size_t row = 0;
      std::string made;
      const auto done = SqlScript(dialect, ExistingRows::error, {}).append_rows(script_table(), page, row, made);
      ASSERT_FALSE(done.has_value());
      EXPECT_EQ(done.error().context("column"), "te\"`xt");
    }
  }
  TargetTable unnamed = script_table();
  unnamed.columns[1].name.clear();
  EXPECT_FALSE(SqlScript(Dialect::sqlite, ExistingRows::error, {}).check({unnamed}).has_value());
}

/// A database in memory.
struct Memory {
  Memory() { EXPECT_EQ(sqlite3_open(":memory:", &handle), SQLITE_OK); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() { sqlite3_close(handle); }
  void run(const std::string& sql) {
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << (message != nullptr ? message : "");
    sqlite3_free(message);
  }
  [[nodiscard]] Page rows(const std::string& sql) const {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    const int columns = sqlite3_column_count(statement);
    Page page(static_cast<std::size_t>(columns));
    while (sqlite3_step(statement) == SQLITE_ROW) {
      const std::size_t row = page.add_row();
      for (int i = 0; i < columns; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const auto text = [&] {
          return std::string_view(static_cast<const char*>(sqlite3_column_blob(statement, i)),
                                  static_cast<std::size_t>(sqlite3_column_bytes(statement, i)));
        };
        switch (sqlite3_column_type(statement, i)) {
          case SQLITE_INTEGER: page.set(row, at, static_cast<std::int64_t>(sqlite3_column_int64(statement, i))); break;
          case SQLITE_FLOAT: page.set(row, at, sqlite3_column_double(statement, i)); break;
          case SQLITE_TEXT: page.set_text(row, at, text()); break;
          case SQLITE_BLOB: page.set_bytes(row, at, text()); break;
          default: break;
        }
      }
    }
    sqlite3_finalize(statement);
    return page;
  }
  sqlite3* handle = nullptr;
};

TEST(SqlScript, IsLoadedBySqliteWithEveryKindOfField) {
  testing::TemporaryFolder folder;
  Loop loop;
  FileOptions options{.kind = FileKind::sql, .path = (folder.path / "out.sql").string(), .create = true};
  options.statements = [](std::vector<TargetTable>&, const std::vector<TargetKey>&) -> Result<ScriptParts> {
    return ScriptParts{.prologue = {"CREATE TABLE a (id INTEGER PRIMARY KEY, v, b INTEGER NOT NULL REFERENCES b)",
                                    "CREATE TABLE b (id INTEGER PRIMARY KEY, v, a INTEGER NOT NULL REFERENCES a);"},
                       .epilogue = {"CREATE INDEX a_v ON a (v)"}};
  };
  std::vector<Page> written;
  {
    const auto target = make_file_target(loop, options).value();
    std::vector<TargetTable> tables{target_table({.name = "a"}, {column("id"), column("v"), column("b")}),
                                    target_table({.name = "b"}, {column("id"), column("v"), column("a")})};
    run_until(loop, target->prepare("job", tables, {})).value();
    run_until(loop, target->entries()).value();
    run_until(loop, target->begin({0, 1}, true)).value();
    for (std::size_t table = 0; table < 2; ++table) {
      Page page(3);
      const auto add = [&page] {
        const std::size_t row = page.add_row();
        page.set(row, 0, static_cast<std::int64_t>(row));
        page.set(row, 2, static_cast<std::int64_t>(row));
        return row;
      };
      add();
      for (const std::string_view text :
           {std::string_view(""), std::string_view("it's \"x\", `y`;\n-- no comment\r\n\\n"),
            std::string_view("\xC3\xA4\xF0\x9F\x98\x80"), std::string_view("nul\0in", 6), std::string_view("\xff\xfe no utf8"),
            std::string_view("\n.quit\n"), std::string_view("\\\r\n\\r\\rr\r\rr'")}) {
        page.set_text(add(), 1, text);
        page.set_bytes(add(), 1, text);
      }
      for (const double real :
           {0.1, -0.0, 1e308, 5e-324, 2.0, std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()})
        page.set(add(), 1, real);
      for (const std::int64_t integer :
           {std::int64_t{0}, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
        page.set(add(), 1, integer);
      while (page.rows() < 1'200) add();
      run_until(loop, target->begin_table(table)).value();
      run_until(loop, target->write(page)).value();
      run_until(loop, target->end_table()).value();
      written.push_back(std::move(page));
    }
    Page patch(2);
    patch.set(patch.add_row(), 0, std::int64_t{7});
    patch.set_text(0, 1, "patched's");
    written[1].set_text(7, 1, "patched's");
    run_until(loop, target->patch(1, {0}, {1}, patch)).value();
    run_until(loop, target->commit()).value();
    run_until(loop, target->finish()).value();
  }
  Memory memory;
  memory.run("PRAGMA foreign_keys = ON");
  const std::string script = read_all(folder.path / "out.sql");
  memory.run(script);
  EXPECT_EQ(script.find('\r'), std::string::npos) << "sqlite3 would take it for a part of the line's end";
  EXPECT_NE(sqlite3_get_autocommit(memory.handle), 0);
  for (std::size_t table = 0; table < 2; ++table) {
    const Page found = memory.rows(std::string("SELECT * FROM ") + "ab"[table] + " ORDER BY id");
    ASSERT_EQ(found.rows(), written[table].rows());
    for (std::size_t row = 0; row < found.rows(); ++row) {
      for (std::size_t column = 0; column < 3; ++column) {
        const Value a = found.at(row, column), b = written[table].at(row, column);
        // SQLite gives -0.0 back as 0.0.
        EXPECT_TRUE(a == b || (a.kind == ValueKind::real && a.real == b.real)) << table << " " << row << " " << column;
      }
    }
  }
  EXPECT_EQ(memory.rows("SELECT * FROM sqlite_master WHERE name = 'a_v'").rows(), 1U);
}

TEST(SqlScript, SkipsAndUpdatesRowsInSqlite) {
  for (const ExistingRows existing : {ExistingRows::skip, ExistingRows::update}) {
    TargetTable table = target_table({.name = "t"}, {column("id"), column("v")});
    table.columns = table.source.columns;
    Page page(2);
    page.set(page.add_row(), 0, std::int64_t{1});
    page.set_text(0, 1, "new");
    Memory memory;
    memory.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (1, 'old');");
    memory.run(rows_of(SqlScript(Dialect::sqlite, existing, {}), table, page));
    EXPECT_EQ(memory.rows("SELECT v FROM t").at(0, 0).text, existing == ExistingRows::skip ? "old" : "new");
  }
}

}  // namespace
}  // namespace millrace::subset
