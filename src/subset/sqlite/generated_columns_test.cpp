// Expressions of generated columns, out of texts as people write them.
#include "subset/sqlite/generated_columns.h"

#include <gmock/gmock.h>

namespace millrace::subset {
namespace {

using testing::ElementsAre;

TEST(GeneratedExpressions, StandBehindAs) {
  EXPECT_THAT(generated_expressions(
                  "CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a * 2) STORED, c AS (a + (b - 1)), PRIMARY KEY (a))"),
              ElementsAre("", "a * 2", "a + (b - 1)", ""));
}

TEST(GeneratedExpressions, NotInQuotesNorComments) {
  EXPECT_THAT(
      generated_expressions(
          "CREATE TABLE \"as (\" ([a, b] TEXT DEFAULT ') AS (', /* x AS (y), */ `q``,` as -- (no)\n ('it''s, ' || \"a)\"))"),
      ElementsAre("", "'it''s, ' || \"a)\""));
}

TEST(GeneratedExpressions, OfOtherParentheses) {
  EXPECT_THAT(generated_expressions(
                  "CREATE TABLE t (price DECIMAL(8, 2) CHECK (price > 0 AND CAST(price AS TEXT) <> ''), name AS(lower(price)))"),
              ElementsAre("", "lower(price)"));
}

TEST(GeneratedExpressions, WhateverIsGivenEnds) {
  for (const char* const text : {"", "(", ")", "CREATE TABLE t (a AS (", "'", "/*", "--", "CREATE TABLE t (a AS"})
    static_cast<void>(generated_expressions(text));
  EXPECT_THAT(generated_expressions("CREATE TABLE t (a INT)"), ElementsAre(""));
}

}  // namespace
}  // namespace millrace::subset
