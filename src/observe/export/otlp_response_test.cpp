#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include <millrace/observe/otlp.h>

#include "observe/export/retry_after.h"
#include "support/test_seeds.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using millrace::testing::test_seeds;

TEST(DecodeResponse, ReadsPartialSuccessInBothFormats) {
  const auto protobuf = decode_response(
      "\x0a\x08\x08\xac\x02\x12\x03"
      "bad"s,
      OtlpFormat::protobuf, OtlpSignal::traces);
  ASSERT_TRUE(protobuf);
  EXPECT_EQ(protobuf->rejected, 300u);
  EXPECT_EQ(protobuf->message, "bad");
  const auto json = decode_response(R"({"partialSuccess":{"rejectedSpans":"300","errorMessage":"b\u00e4d \ud83c\udf75"}})",
                                    OtlpFormat::json, OtlpSignal::traces);
  ASSERT_TRUE(json);
  EXPECT_EQ(json->rejected, 300u);
  EXPECT_EQ(json->message,
            "b\xc3\xa4"
            "d \xf0\x9f\x8d\xb5");
  EXPECT_EQ(decode_response(R"({"partialSuccess":{"rejectedDataPoints":7}})", OtlpFormat::json, OtlpSignal::metrics)->rejected, 7u);
}

TEST(DecodeResponse, TakesWhatMeansThatAllIsWell) {
  for (const OtlpSignal signal : {OtlpSignal::traces, OtlpSignal::metrics}) {
    for (const OtlpFormat format : {OtlpFormat::protobuf, OtlpFormat::json})
      EXPECT_EQ(decode_response("", format, signal)->rejected, 0u);
    EXPECT_EQ(decode_response("\x0a\x00"s, OtlpFormat::protobuf, signal)->rejected, 0u);
    EXPECT_EQ(decode_response("{}", OtlpFormat::json, signal)->rejected, 0u);
    EXPECT_EQ(decode_response(R"({"partialSuccess":{}})", OtlpFormat::json, signal)->rejected, 0u);
    EXPECT_EQ(decode_response(R"({"partialSuccess":null,"more":[1,{"a":[]}]})", OtlpFormat::json, signal)->rejected, 0u);
  }
  // Fields that a later release may add, of every wire type; and a count below zero, which nobody can mean.
  EXPECT_EQ(decode_response("\x10\x01\x19"
                            "12345678\x22\x01x\x2d"
                            "1234\x0a\x02\x08\x05"s,
                            OtlpFormat::protobuf, OtlpSignal::traces)
                ->rejected,
            5u);
  EXPECT_EQ(
      decode_response("\x0a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s, OtlpFormat::protobuf, OtlpSignal::traces)->rejected,
      0u);
}

TEST(DecodeResponse, RefusesWhatIsNoResponse) {
  for (const std::string& bad : {"\x0a"s, "\x0a\x05"s, "\x0a\x01\x08"s, "\x0b"s, "\x02\x00"s,
                                 "\x09"
                                 "123"s,
                                 "\x0d"
                                 "12"s,
                                 std::string(11, '\xff'), "<html>"s})
    EXPECT_FALSE(decode_response(bad, OtlpFormat::protobuf, OtlpSignal::traces));
  for (const char* bad :
       {"[]", "null", "{", "{}x", "<html>", R"({"partialSuccess":{"rejectedSpans":"many"}})", R"({"a":1,})", R"({"a"})"})
    EXPECT_FALSE(decode_response(bad, OtlpFormat::json, OtlpSignal::traces)) << bad;
}

TEST(DecodeResponse, SurvivesRandomBytes) {
  for (const std::uint64_t seed : test_seeds(20'000)) {
    std::mt19937_64 random(seed);
    std::string body(random() % 24, '\0');
    for (char& c : body) c = static_cast<char>(random() % 32 == 0 ? random() : random() % 24);  // small numbers look like tags
    (void)decode_response(body, OtlpFormat::protobuf, OtlpSignal::traces);
    static constexpr std::string_view kJson = "{}[]\",:0-1.eE\\utfn a";
    for (char& c : body) c = kJson[random() % kJson.size()];
    (void)decode_response('{' + body, OtlpFormat::json, OtlpSignal::traces);
  }
}

TEST(RetryAfter, ReadsSecondsAndDates) {
  const WallTime now(784'111'770s);  // Sun, 06 Nov 1994 08:49:30 GMT
  EXPECT_EQ(parse_retry_after("0", now), 0s);
  EXPECT_EQ(parse_retry_after("120", now), 120s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), 7s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:00 GMT", now), 0s);  // over
  for (const char* day : {"99999", "99999999", "100000000", "99999999999999999999", "Fri, 01 Jan 2100 00:00:00 GMT"})
    EXPECT_EQ(parse_retry_after(day, now), 24h) << day;
  for (const char* bad : {"", " 1", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
                          "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
                          "Sun, 06 Nov 0000 08:49:37 GMT", "Sun, 06 Nov 9999 08:49:37 GMT", "Sun, xx Nov 1994 08:49:37 GMT"})
    EXPECT_FALSE(parse_retry_after(bad, now)) << bad;
}

}  // namespace
}  // namespace millrace::observe
