#include <millrace/observe/log_level.h>

#include <gtest/gtest.h>

namespace millrace::observe {
namespace {

TEST(LogLevel, NamesReadBackInAnyCase) {
  for (const LogLevel level :
       {LogLevel::trace, LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error, LogLevel::fatal, LogLevel::off}) {
    EXPECT_EQ(parse_log_level(to_string(level)), level);
    EXPECT_EQ(parse_log_level(severity_text(level)), level);
  }
  EXPECT_EQ(parse_log_level("Warning"), LogLevel::warn);
  for (const char* const unknown : {"", "inf", "infos", "verbose", "0"})
    EXPECT_EQ(parse_log_level(unknown), std::nullopt) << unknown;
}

TEST(LogLevel, SeverityNumbersAreOpenTelemetrys) {
  EXPECT_EQ(severity_number(LogLevel::trace), 1);
  EXPECT_EQ(severity_number(LogLevel::debug), 5);
  EXPECT_EQ(severity_number(LogLevel::info), 9);
  EXPECT_EQ(severity_number(LogLevel::warn), 13);
  EXPECT_EQ(severity_number(LogLevel::error), 17);
  EXPECT_EQ(severity_number(LogLevel::fatal), 21);
}

}  // namespace
}  // namespace millrace::observe
