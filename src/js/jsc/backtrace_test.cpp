#include "js/jsc/backtrace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::js {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> read(std::string_view text) {
  std::vector<std::string> lines;
  for (const Engine::Frame& frame : frames_of(text))
    lines.push_back(frame.function + "|" + frame.file + "|" + std::to_string(frame.line));
  return lines;
}

TEST(Backtrace, HasAFunctionAFileAndALine) {
  EXPECT_THAT(read("#0 spin() at /app/shop.js:12\n#1 () at a b.js:3\n#2 forEach() at [native code]"),
              ElementsAre("spin|/app/shop.js|12", "|a b.js|3", "forEach|[native code]|0"));
}

TEST(Backtrace, NamesAndFilesMayHoldAnything) {
  EXPECT_THAT(read("#0 a() at b() at file:///x.js?v=1:7\n#10 get x() at C:d.js"),
              ElementsAre("a() at b|file:///x.js?v=1|7", "get x|C:d.js|0"));
  EXPECT_THAT(read(""), ElementsAre());
  EXPECT_THAT(read("\n#\nnothing\n#0 \n#1 f at x:1\n#2 f() at "), ElementsAre("f||0"));
  EXPECT_THAT(read("#0 f() at x:99999999999\n"), ElementsAre("f|x:99999999999|0"));
}

}  // namespace
}  // namespace millrace::js
