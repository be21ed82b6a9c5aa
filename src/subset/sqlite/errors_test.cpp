// What is shown of statements, and what columns are taken for.
#include "subset/sqlite/errors.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "subset/sqlite/column_class.h"

namespace millrace::subset {
namespace {

TEST(SqliteErrors, LiteralsAreNotShown) {
  struct Case {
    std::string_view sql, shown;
  };
  for (const Case& one :
       {Case{"SELECT 'it''s', 1, -2.5e-3, x'ab', .5 FROM t1", "SELECT ?, ?, -?, ?, ? FROM t1"},
        Case{"SELECT \"a'1\", [b 2], `c3`, ?1, :n2 FROM \"x \"\"5\"", "SELECT \"a'1\", [b 2], `c3`, ?1, :n2 FROM \"x \"\"5\""},
        Case{"SELECT CAST(X'00' AS TEXT), 9e999", "SELECT CAST(? AS TEXT), ?"}, Case{"'open", "?"}, Case{"", ""},
        Case{"é1 = 0x1F", "é1 = ?"}})
    EXPECT_EQ(without_literals(one.sql), one.shown);
  EXPECT_EQ(without_literals(std::string(10'000, '+')).size(), kShownMax);
}

TEST(SqliteErrors, CodesHaveNames) {
  EXPECT_EQ(sqlite_code_name(SQLITE_CONSTRAINT_CHECK), "SQLITE_CONSTRAINT_CHECK");
  EXPECT_EQ(sqlite_code_name(SQLITE_IOERR_SEEK), "SQLITE_IOERR");
  EXPECT_EQ(sqlite_code_name(SQLITE_BUSY), "SQLITE_BUSY");
  EXPECT_EQ(sqlite_code_name(SQLITE_NOTADB), "SQLITE_NOTADB");
  EXPECT_EQ(sqlite_code_name(SQLITE_WARNING), "SQLITE_WARNING");
  EXPECT_EQ(sqlite_code_name(SQLITE_ROW), "SQLITE_UNKNOWN");
}

TEST(SqliteColumnClass, ByTheDeclaredType) {
  struct Case {
    std::string_view type;
    ColumnClass kind;
  };
  for (const Case& one : {Case{"INTEGER", ColumnClass::integer},
                          Case{"unsigned big int", ColumnClass::integer},
                          Case{"boolean", ColumnClass::boolean},
                          Case{"DECIMAL(10, 2)", ColumnClass::decimal},
                          Case{"Numeric", ColumnClass::decimal},
                          Case{"REAL", ColumnClass::real},
                          Case{"DOUBLE PRECISION", ColumnClass::real},
                          Case{"floating point", ColumnClass::real},
                          Case{"VARCHAR(20)", ColumnClass::text},
                          Case{"clob", ColumnClass::text},
                          Case{"TEXT", ColumnClass::text},
                          Case{"BLOB", ColumnClass::bytes},
                          Case{"VARBINARY(16)", ColumnClass::bytes},
                          Case{"DATE", ColumnClass::date},
                          Case{"datetime", ColumnClass::timestamp},
                          Case{"TIMESTAMP", ColumnClass::timestamp},
                          Case{"TIMESTAMP WITH TIME ZONE", ColumnClass::timestamp_tz},
                          Case{"TIME", ColumnClass::time},
                          Case{"UUID", ColumnClass::uuid},
                          Case{"json", ColumnClass::json},
                          Case{"", ColumnClass::any},
                          Case{"ANY", ColumnClass::any},
                          Case{"POINT", ColumnClass::any}})
    EXPECT_EQ(sqlite_column_class(one.type), one.kind) << one.type;
}

}  // namespace
}  // namespace millrace::subset
