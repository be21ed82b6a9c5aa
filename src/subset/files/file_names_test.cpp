// Names of files: safe, each once, and the same whatever the order.
#include "subset/files/file_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace millrace::subset {
namespace {

using ::testing::ElementsAre;

std::string name_of(const std::string& schema, const std::string& table) {
  return file_names({{.schema = schema, .name = table}}, ".csv").value()[0];
}

TEST(FileNames, SayWhatFileSystemsTakeAndEscapeTheRest) {
  EXPECT_EQ(name_of("public", "Order_1"), "public.Order_1.csv");
  EXPECT_EQ(name_of("", "a/b\\c:d*e?f"), "a%2Fb%5Cc%3Ad%2Ae%3Ff.csv");
  EXPECT_EQ(name_of("", "50% off\n"), "50%25%20off%0A.csv");
  EXPECT_EQ(name_of("", "..").substr(0, 4), "%2E.");
  EXPECT_EQ(name_of("", "-rf"), "%2Drf.csv");
  EXPECT_EQ(name_of("",
                    "Stra\xC3\x9F"
                    "e"),
            "Stra%C3%9Fe.csv");
  EXPECT_EQ(name_of("", "CON"), "%43ON.csv");
  EXPECT_EQ(name_of("nul", "t"), "%6Eul.t.csv");
  EXPECT_EQ(name_of("", "com1"), "%63om1.csv");
  EXPECT_EQ(name_of("", "console"), "console.csv");
}

TEST(FileNames, OfLongNamesAreCutAndStayApart) {
  const std::string a = name_of("", std::string(300, 'a') + "1"), b = name_of("", std::string(300, 'a') + "2");
  EXPECT_EQ(a.size(), kFileNameMax + 4);
  EXPECT_NE(a, b);
  EXPECT_EQ(name_of("", std::string(kFileNameMax, 'x')), std::string(kFileNameMax, 'x') + ".csv");
}

TEST(FileNames, ThatDifferInCaseOrWhereTheSchemaEndsStayApart) {
  const std::vector<TableName> tables{
      {.name = "Person"}, {.name = "person"}, {.schema = "a.b", .name = "c"}, {.schema = "a", .name = "b.c"}, {.name = "other"}};
  const auto names = file_names(tables, ".csv").value();
  std::set<std::string> folded;
  for (std::string name : names) {
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    EXPECT_TRUE(folded.insert(name).second) << name;
  }
  EXPECT_EQ(names[4], "other.csv");
  EXPECT_TRUE(names[0].starts_with("Person~"));
  std::vector<TableName> turned(tables.rbegin(), tables.rend());
  auto again = file_names(turned, ".csv").value();
  std::ranges::reverse(again);
  EXPECT_EQ(again, names);
}

TEST(FileNames, OfTheSameTableTwiceAreRefused) {
  EXPECT_EQ(file_names({{.name = "t"}, {.name = "t"}}, ".csv").error().code(), make_error_code(Errc::invalid_argument));
}

}  // namespace
}  // namespace millrace::subset
