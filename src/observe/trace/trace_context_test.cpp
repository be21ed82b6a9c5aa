#include <millrace/observe/trace_context.h>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "support/test_seeds.h"

namespace millrace::observe {
using millrace::testing::test_seeds;

namespace {

constexpr std::string_view kTrace = "0af7651916cd43dd8448eb211c80319c";
constexpr std::string_view kSpan = "b7ad6b7169203331";

std::string header_of(std::string_view version, std::string_view trace, std::string_view span, std::string_view flags,
                      std::string_view more = "") {
  return std::string(version) + '-' + std::string(trace) + '-' + std::string(span) + '-' + std::string(flags) + std::string(more);
}

TEST(Traceparent, ReadsTheFieldsOfVersion00) {
  const auto context = parse_traceparent(header_of("00", kTrace, kSpan, "01"));
  ASSERT_TRUE(context);
  EXPECT_EQ(context->trace.to_string(), kTrace);
  EXPECT_EQ(context->span.to_string(), kSpan);
  EXPECT_TRUE(context->sampled());
  EXPECT_TRUE(context->remote);
  EXPECT_TRUE(context->state.empty());
}

TEST(Traceparent, AcceptsWhatTheStandardAcceptsAndNothingElse) {
  struct Case {
    std::string_view name;
    std::string header;
    bool accepted;
  };
  const std::string zeros32(32, '0'), zeros16(16, '0');
  for (const Case& c : {
           Case{"version 00", header_of("00", kTrace, kSpan, "00"), true},
           Case{"a later version", header_of("01", kTrace, kSpan, "01"), true},
           Case{"the latest version", header_of("fe", kTrace, kSpan, "01"), true},
           Case{"a later version with more fields", header_of("cc", kTrace, kSpan, "01", "-what-the-future-adds"), true},
           Case{"a later version with an empty field", header_of("cc", kTrace, kSpan, "01", "-"), true},
           Case{"a later version with a longer field", header_of("cc", kTrace, kSpan, "01", ".what"), false},
           Case{"version ff", header_of("ff", kTrace, kSpan, "01"), false},
           Case{"version ff with more", header_of("ff", kTrace, kSpan, "01", "-x"), false},
           Case{"version 00 with more fields", header_of("00", kTrace, kSpan, "01", "-x"), false},
           Case{"version 00 with a dash after it", header_of("00", kTrace, kSpan, "01", "-"), false},
           Case{"version of one digit", header_of("0", kTrace, kSpan, "001"), false},
           Case{"version in upper case", header_of("0A", kTrace, kSpan, "01"), false},
           Case{"version that is no number", header_of(".0", kTrace, kSpan, "01"), false},
           Case{"trace id in upper case", header_of("00", "0AF7651916CD43DD8448EB211C80319C", kSpan, "01"), false},
           Case{"trace id of zeros", header_of("00", zeros32, kSpan, "01"), false},
           Case{"trace id with a zero half", header_of("00", zeros16 + "8448eb211c80319c", kSpan, "01"), true},
           Case{"trace id too short", header_of("00", kTrace.substr(1), kSpan, "01"), false},
           Case{"trace id too long", header_of("00", std::string(kTrace) + '0', kSpan, "01"), false},
           Case{"trace id with another character", header_of("00", "." + std::string(kTrace.substr(1)), kSpan, "01"), false},
           Case{"parent id in upper case", header_of("00", kTrace, "B7AD6B7169203331", "01"), false},
           Case{"parent id of zeros", header_of("00", kTrace, zeros16, "01"), false},
           Case{"parent id too short", header_of("00", kTrace, kSpan.substr(1), "01"), false},
           Case{"flags in upper case", header_of("00", kTrace, kSpan, "0A"), false},
           Case{"flags of one digit", header_of("00", kTrace, kSpan, "1"), false},
           Case{"flags of three digits", header_of("00", kTrace, kSpan, "001"), false},
           Case{"flags that are no number", header_of("00", kTrace, kSpan, ".0"), false},
           Case{"flags that nobody knows", header_of("00", kTrace, kSpan, "ff"), true},
           Case{"underscores", "00_" + std::string(kTrace) + '_' + std::string(kSpan) + "_01", false},
           Case{"white space around it", ' ' + header_of("00", kTrace, kSpan, "01"), false},
           Case{"two of them", header_of("00", kTrace, kSpan, "01") + ',' + header_of("00", kTrace, kSpan, "01"), false},
           Case{"nothing", "", false},
       }) {
    SCOPED_TRACE(c.name);
    const auto context = parse_traceparent(c.header);
    EXPECT_EQ(context.has_value(), c.accepted);
    if (!context) {
      EXPECT_EQ(context.error().code(), Errc::invalid_argument);
    }
  }
}

TEST(Traceparent, DropsFlagsThatNobodyHasDefined) {
  const auto context = parse_traceparent(header_of("00", kTrace, kSpan, "ff"));
  ASSERT_TRUE(context);
  EXPECT_EQ(context->flags, TraceFlags::kSampled | TraceFlags::kRandom);
  EXPECT_EQ(format_traceparent(*context), header_of("00", kTrace, kSpan, "03"));
}

TEST(Traceparent, AnswersALaterVersionInVersion00) {
  const auto context = parse_traceparent(header_of("cc", kTrace, kSpan, "01", "-more"));
  ASSERT_TRUE(context);
  EXPECT_EQ(format_traceparent(*context), header_of("00", kTrace, kSpan, "01"));
}

TEST(Traceparent, IsEmptyForAContextThatIsNotValid) {
  EXPECT_EQ(format_traceparent({}), "");
  EXPECT_EQ(format_traceparent({.trace = {1, 2}, .span = {}, .state = {}}), "");
  EXPECT_EQ(format_traceparent({.trace = {}, .span = {1}, .state = {}}), "");
}

TEST(Traceparent, ReadsBackWhatItWrote) {
  for (const std::uint64_t seed : test_seeds(64)) {
    std::mt19937_64 random(seed);
    const SpanContext context{.trace = {random() >> (random() % 64), random() | 1},
                              .span = {random() | 1},
                              .flags = static_cast<std::uint8_t>(random() & TraceFlags::kKnown),
                              .remote = true,
                              .state = {}};
    const auto again = parse_traceparent(format_traceparent(context));
    ASSERT_TRUE(again) << "seed " << seed;
    EXPECT_EQ(*again, context) << "seed " << seed;
  }
}

TEST(Traceparent, AnyOneCharacterChangedIsReadInFullOrRefused) {
  const std::string whole = header_of("00", kTrace, kSpan, "01");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = whole;
      changed[at] = static_cast<char>(byte);
      const auto context = parse_traceparent(changed);
      if (!context) continue;
      EXPECT_TRUE(context->valid());
      EXPECT_EQ(format_traceparent(*context).substr(3, 49), changed.substr(3, 49));
    }
  }
}

TEST(ExtractContext, JoinsSeveralTracestates) {
  const std::string_view states[] = {"a=1,b=2", "", "c=3"};
  const auto context = extract_context(header_of("00", kTrace, kSpan, "01"), states);
  ASSERT_TRUE(context);
  EXPECT_EQ(context->state.text(), "a=1,b=2,c=3");
}

TEST(ExtractContext, ABadTracestateHarmsNothingElse) {
  const std::string long_one(TraceState::kParsedMax + 1, 'x');
  for (const std::string_view bad : {std::string_view("a"), std::string_view("a=1,a=2"), std::string_view(long_one)}) {
    const auto context = extract_context(header_of("00", kTrace, kSpan, "01"), {&bad, 1});
    ASSERT_TRUE(context);
    EXPECT_TRUE(context->state.empty());
    EXPECT_TRUE(context->sampled());
  }
}

TEST(ExtractContext, ATracestateAloneIsNoContext) {
  const std::string_view state = "a=1";
  EXPECT_FALSE(extract_context("", {&state, 1}));
}

TEST(InjectContext, WritesWhatExtractReads) {
  const SpanContext context{
      .trace = {1, 2}, .span = {3}, .flags = 3, .remote = true, .state = TraceState::parse("k=v,x=y").value()};
  const TraceHeaders headers = inject_context(context);
  EXPECT_EQ(headers.tracestate, "k=v,x=y");
  const std::string_view state = headers.tracestate;
  EXPECT_EQ(extract_context(headers.traceparent, {&state, 1}).value(), context);
  EXPECT_EQ(inject_context({}).traceparent, "");
  EXPECT_EQ(inject_context({}).tracestate, "");
}

TEST(TraceIds, GiveTheirBytesInTheOrderOfTheirDigits) {
  const TraceId trace{.high = 0x0102030405060708, .low = 0x090a0b0c0d0e0f10};
  EXPECT_EQ(trace.to_string(), "0102030405060708090a0b0c0d0e0f10");
  for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ(trace.bytes()[i], i + 1);
  const SpanId span{0x0102030405060708};
  EXPECT_EQ(span.to_string(), "0102030405060708");
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(span.bytes()[i], i + 1);
}

}  // namespace
}  // namespace millrace::observe
