// What statements are made of, letter by letter.
#include "subset/sql.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string_view>

namespace millrace::subset {
namespace {

using ::testing::HasSubstr;

constexpr Dialect kEach[] = {Dialect::sqlite, Dialect::postgres, Dialect::mariadb};

std::string said(Dialect dialect, const Value& value) {
  const Result<std::string> made = sql::literal(dialect, value);
  return made ? *made : "error: " + std::string(made.error().message());
}
std::string said_as(std::string type, const Value& value, ColumnClass kind = ColumnClass::text) {
  const Column column{.name = "c", .type = std::move(type), .kind = kind};
  return sql::literal(Dialect::postgres, value, &column).value();
}

TEST(SqlLiteral, NumbersWithTheirSigns) {
  for (const Dialect dialect : kEach) {
    EXPECT_EQ(said(dialect, Value{}), "NULL");
    EXPECT_EQ(said(dialect, Value::of(std::int64_t{0})), "0");
    EXPECT_EQ(said(dialect, Value::of(std::int64_t{-7})), "-7");
    EXPECT_EQ(said(dialect, Value::of(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808");
    EXPECT_EQ(said(dialect, Value::of(std::numeric_limits<std::int64_t>::max())), "9223372036854775807");
  }
}

TEST(SqlLiteral, TextsInQuotes) {
  const Value text = Value::of(std::string_view("O'Neil \\ \"x\"\n\xc3\xa9"));
  EXPECT_EQ(said(Dialect::sqlite, text), "'O''Neil \\ \"x\"\n\xc3\xa9'");
  EXPECT_EQ(said(Dialect::postgres, text), "'O''Neil \\ \"x\"\n\xc3\xa9'");
  EXPECT_EQ(said(Dialect::mariadb, text), "'O''Neil \\\\ \"x\"\n\xc3\xa9'");
  EXPECT_EQ(said(Dialect::mariadb, Value::of(std::string_view("\\'"))), "'\\\\'''");  // nothing of it ends the text
  for (const Dialect dialect : kEach) EXPECT_EQ(said(dialect, Value::of(std::string_view())), "''");
}

TEST(SqlLiteral, ATextWithNulIsSaidWhereItCanBe) {
  const Value text = Value::of(std::string_view("a\0b", 3));
  EXPECT_EQ(said(Dialect::sqlite, text), "CAST(X'610062' AS TEXT)");
  for (const Dialect dialect : {Dialect::postgres, Dialect::mariadb}) {
    const Result<std::string> made = sql::literal(dialect, text);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code(), Errc::invalid_argument);
  }
}

TEST(SqlLiteral, BytesInHexadecimal) {
  const Value bytes = Value::of_bytes(std::string_view("\0'\xff\\", 4));
  EXPECT_EQ(said(Dialect::sqlite, bytes), "X'0027ff5c'");
  EXPECT_EQ(said(Dialect::mariadb, bytes), "X'0027ff5c'");
  EXPECT_EQ(said(Dialect::postgres, bytes), "'\\x0027ff5c'::bytea");
  EXPECT_EQ(said(Dialect::postgres, Value::of_bytes({})), "'\\x'::bytea");
}

TEST(SqlLiteral, FloatingPointNumbersThatAreReadBackTheSame) {
  EXPECT_EQ(said(Dialect::sqlite, Value::of(1.0)), "1e+00");  // not the whole number 1
  EXPECT_EQ(said(Dialect::mariadb, Value::of(-0.1)), "-1e-01");
  EXPECT_EQ(said(Dialect::postgres, Value::of(0.1)), "'1e-01'::double precision");
  for (const double value : {0.1 + 0.2, 5e-324, -std::numeric_limits<double>::max(), 1.0 / 3}) {
    const std::string text = said(Dialect::sqlite, Value::of(value));
    EXPECT_EQ(std::stod(value == 5e-324 ? "0" : text), value == 5e-324 ? 0 : value) << text;
  }
  EXPECT_EQ(said(Dialect::sqlite, Value::of(5e-324)), "5e-324");
}

TEST(SqlLiteral, NumbersThatAreNone) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(said(Dialect::postgres, Value::of(nan)), "'NaN'::double precision");
  EXPECT_EQ(said(Dialect::postgres, Value::of(-nan)), "'NaN'::double precision");
  EXPECT_EQ(said(Dialect::postgres, Value::of(-kInfinity)), "'-Infinity'::double precision");
  EXPECT_EQ(said(Dialect::sqlite, Value::of(-kInfinity)), "-9e999");
  EXPECT_THAT(said(Dialect::sqlite, Value::of(nan)), HasSubstr("error: sqlite has no number like"));
  EXPECT_THAT(said(Dialect::mariadb, Value::of(kInfinity)), HasSubstr("error: mariadb has no number like"));
}

TEST(SqlLiteral, PostgresIsGivenTheTypeWithoutItsLength) {
  const Value text = Value::of(std::string_view("abcd"));
  EXPECT_EQ(said_as("text", text), "'abcd'::text");
  EXPECT_EQ(said_as("character varying(3)", text), "'abcd'::character varying");  // varchar(3) would cut in silence
  EXPECT_EQ(said_as("character(3)", text), "'abcd'::bpchar");
  EXPECT_EQ(said_as("numeric(10,2)", Value::of(std::string_view("1.50"))), "'1.50'::numeric");
  EXPECT_EQ(said_as("timestamp(3) without time zone", text), "'abcd'::timestamp without time zone");
  EXPECT_EQ(said_as("\"My(Type)\"", text), "'abcd'::\"My(Type)\"");
  EXPECT_EQ(said_as("bit(8)", Value::of(std::string_view("10101010"))), "'10101010'::bit varying");  // bit alone is bit(1)
  EXPECT_EQ(said_as("bigint", Value::of(std::int64_t{-5}), ColumnClass::integer), "'-5'::bigint");   // -5::bigint is -(5::bigint)
  EXPECT_EQ(said_as("boolean", Value::of(std::int64_t{1}), ColumnClass::boolean), "true");
  EXPECT_EQ(said_as("boolean", Value::of(std::int64_t{0}), ColumnClass::boolean), "false");
  EXPECT_EQ(said_as("uuid", Value{}), "NULL::uuid");
}

Table sql_table() {
  return {.name = {.schema = "my shop", .name = "line\"`"},
          .columns = {{.name = "a", .type = "integer"},
                      {.name = "Order", .type = "character varying(20)"},
                      {.name = "x\"`", .type = "numeric(4,1)"}}};
}

TEST(SqlNames, AreQuotedAndHaveTheirAlias) {
  EXPECT_EQ(sql::names(Dialect::postgres, sql_table(), {1, 2}), "\"Order\", \"x\"\"`\"");
  EXPECT_EQ(sql::names(Dialect::mariadb, sql_table(), {2, 0}, "t"), "t.`x\"```, t.`a`");
  EXPECT_EQ(sql::name(Dialect::postgres, sql_table().name), "\"my shop\".\"line\"\"`\"");
}

TEST(SqlKeyList, OneColumn) {
  EXPECT_EQ(sql::key_list(Dialect::sqlite, sql_table(), {0}), " WHERE t.\"a\" IN (SELECT k0 FROM temp.millrace_keys)");
  EXPECT_EQ(sql::key_list(Dialect::postgres, sql_table(), {1}), " WHERE t.\"Order\" = ANY($1::character varying[])");
  EXPECT_EQ(sql::key_list(Dialect::mariadb, sql_table(), {1}), " WHERE t.`Order` IN (/*millrace keys*/)");
}

TEST(SqlKeyList, SeveralColumns) {
  EXPECT_EQ(sql::key_list(Dialect::sqlite, sql_table(), {1, 0}),
            " WHERE (t.\"Order\", t.\"a\") IN (SELECT k0, k1 FROM temp.millrace_keys)");
  EXPECT_EQ(sql::key_list(Dialect::postgres, sql_table(), {1, 2}),
            " JOIN unnest($1::character varying[], $2::numeric[]) AS millrace_keys (k0, k1)"
            " ON t.\"Order\" = millrace_keys.k0 AND t.\"x\"\"`\" = millrace_keys.k1");
  EXPECT_EQ(sql::key_list(Dialect::mariadb, sql_table(), {0, 1}), " WHERE (t.`a`, t.`Order`) IN (/*millrace keys*/)");
}

TEST(SqlKeysThere, OneColumnAndSeveral) {
  EXPECT_EQ(sql::keys_there(Dialect::sqlite, sql_table(), {1, 0}),
            "SELECT millrace_keys.rowid FROM temp.millrace_keys WHERE EXISTS (SELECT 1 FROM \"my shop\".\"line\"\"`\" AS t"
            " WHERE t.\"Order\" = millrace_keys.k0 AND t.\"a\" = millrace_keys.k1)");
  EXPECT_EQ(sql::keys_there(Dialect::postgres, sql_table(), {1, 2}),
            "SELECT millrace_keys.place FROM unnest($1::character varying[], $2::numeric[]) WITH ORDINALITY AS millrace_keys"
            " (k0, k1, place) WHERE EXISTS (SELECT 1 FROM \"my shop\".\"line\"\"`\" AS t"
            " WHERE t.\"Order\" = millrace_keys.k0 AND t.\"x\"\"`\" = millrace_keys.k1)");
  EXPECT_EQ(sql::keys_there(Dialect::mariadb, sql_table(), {0}),
            "SELECT /*millrace key place*/ FROM `my shop`.`line\"``` AS t WHERE t.`a` IN (/*millrace keys*/)");
}

TEST(SqlAfter, RowsBehindOneInTheOrderOfTheKey) {
  const std::vector<Value> one{Value::of(std::int64_t{-3})};
  const std::vector<Value> three{Value::of(std::int64_t{7}), Value::of(std::string_view("x'")), Value::of(std::string_view("1.5"))};
  EXPECT_EQ(sql::after(Dialect::sqlite, sql_table(), {0}, one).value(), "t.\"a\" > -3");
  EXPECT_EQ(sql::after(Dialect::postgres, sql_table(), {0}, one).value(), "t.\"a\" > '-3'::integer");
  EXPECT_EQ(sql::after(Dialect::sqlite, sql_table(), {0, 1, 2}, three).value(),
            "(t.\"a\", t.\"Order\", t.\"x\"\"`\") > (7, 'x''', '1.5')");
  EXPECT_EQ(sql::after(Dialect::postgres, sql_table(), {0, 1, 2}, three).value(),
            "(t.\"a\", t.\"Order\", t.\"x\"\"`\") > ('7'::integer, 'x'''::character varying, '1.5'::numeric)");
  EXPECT_EQ(sql::after(Dialect::mariadb, sql_table(), {0, 1, 2}, three).value(),
            "t.`a` >= 7 AND (t.`a` > 7 OR (t.`a` = 7 AND (t.`Order` > 'x''' OR (t.`Order` = 'x''' AND t.`x\"``` > '1.5'))))");
  EXPECT_FALSE(sql::after(Dialect::postgres, sql_table(), {1}, {Value::of(std::string_view("\0", 1))}));
}

}  // namespace
}  // namespace millrace::subset
