// The text of the query; what a server makes of it is said in bulk.h.
#include "subset/ddl/bulk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::subset::ddl {
namespace {

using ::testing::HasSubstr;

TEST(Bulk, TheTablesAreNamedAsValues) {
  const Result<std::string> query = bulk_query({{"public", "a"}, {"my \"shop\"", "it's"}});
  ASSERT_TRUE(query);
  EXPECT_THAT(*query, HasSubstr(R"((VALUES ('public'::name, 'a'::name), ('my "shop"'::name, 'it''s'::name)) AS named)"));
}

TEST(Bulk, TablesNeedTheirSchema) {
  EXPECT_FALSE(bulk_query({}));
  for (const TableName& name : {TableName{"", "a"}, TableName{"public", ""}, TableName{"public", std::string("a\0b", 3)}}) {
    const Result<std::string> query = bulk_query({name});
    ASSERT_FALSE(query);
    EXPECT_TRUE(query.error().matches(Errc::invalid_argument));
  }
}

}  // namespace
}  // namespace millrace::subset::ddl
