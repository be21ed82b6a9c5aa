// The bytes of requests. That an independent decoder reads the same is shown in tests/observe/otlp.
#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <millrace/observe/otlp.h>

#include "base/utf8.h"
#include "observe/export/json_reader.h"
#include "observe/export/otlp_json_writer.h"
#include "observe/export/protobuf_writer.h"
#include "support/test_seeds.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;
using millrace::testing::test_seeds;

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 0xf];
  }
  return text;
}

TEST(ProtobufWriter, WritesTheExamplesOfTheSpecification) {
  // https://protobuf.dev/programming-guides/encoding/: 150 in field 1, "testing" in field 2, a message in field 3.
  ProtobufWriter w;
  w.small(1, "a", 150);
  w.text(2, "b", "testing");
  w.message(3, "c", [&w] { w.small(1, "a", 150); });
  EXPECT_EQ(hex(std::move(w).take()),
            "089601"
            "120774657374696e67"
            "1a03089601");
}

TEST(ProtobufWriter, WritesEveryKindOfNumber) {
  ProtobufWriter w;
  w.int64_always(1, "", -1);
  w.sint32(2, "", -1);
  w.sint32(2, "", std::numeric_limits<std::int32_t>::min());
  w.fixed32(3, "", 1);
  w.fixed64(4, "", 0x0102030405060708);
  w.sfixed64_always(5, "", -2);
  w.real_always(6, "", 1.0);
  w.boolean_always(7, "", false);
  const std::uint64_t counts[] = {1, 300};
  w.fixed64_list(8, "", {counts, 1});
  w.varint_list(9, "", counts);
  EXPECT_EQ(hex(std::move(w).take()),
            "08ffffffffffffffffff01"
            "1001"
            "10ffffffff0f"
            "1d01000000"
            "210807060504030201"
            "29feffffffffffffff"
            "31000000000000f03f"
            "3800"
            "42080100000000000000"
            "4a0301ac02");
}

TEST(ProtobufWriter, LeavesDefaultsOutAndWritesLongMessages) {
  ProtobufWriter w;
  w.text(1, "", "");
  w.small(2, "", 0);
  w.fixed64(3, "", 0);
  w.boolean(4, "", false);
  w.varint_list(5, "", {});
  for (const std::size_t length : {127u, 128u, 20'000u})
    w.message(6, "", [&w, length] { w.text(1, "", std::string(length, 'x')); });
  const std::string bytes = std::move(w).take();
  EXPECT_EQ(hex(bytes.substr(0, 5)), "3281010a7f");  // 129 bytes: the length of a text of 127, its tag, and the text
  EXPECT_EQ(bytes.size(), (3 + 2 + 127) + (3 + 3 + 128) + (4 + 4 + 20'000u));
}

TEST(OtlpJsonWriter, WritesIntegersOf64BitsAsTextAndOthersAsNumbers) {
  OtlpJsonWriter w;
  w.int64_always(1, "a", std::numeric_limits<std::int64_t>::min());
  w.fixed64(1, "b", std::numeric_limits<std::uint64_t>::max());
  w.small(1, "c", 7);
  w.sint32(1, "d", -3);
  w.real_always(1, "e", 0.1);
  w.real_always(1, "f", std::numeric_limits<double>::quiet_NaN());
  w.real_always(1, "g", -std::numeric_limits<double>::infinity());
  w.boolean_always(1, "h", false);
  const double bounds[] = {0, 1e300};
  w.real_list(1, "i", bounds);
  const std::uint64_t counts[] = {0, 5};
  w.fixed64_list(1, "j", counts);
  EXPECT_EQ(std::move(w).take(),
            R"({"a":"-9223372036854775808","b":"18446744073709551615","c":7,"d":-3,"e":0.1,"f":"NaN","g":"-Infinity","h":false,)"
            R"("i":[0,1e+300],"j":["0","5"]})");
}

TEST(OtlpJsonWriter, EscapesTextAndMendsWhatIsNotUtf8) {
  OtlpJsonWriter w;
  w.text(1, "a", std::string_view("q\"b\\n\n\0\x1f\x7f", 9));
  w.text(1, "b", "caf\xc3\xa9 \xf0\x9f\x8d\xb5");
  w.text(1, "c",
         "\xff"
         "a\xc3");
  EXPECT_EQ(std::move(w).take(),
            "{\"a\":\"q\\\"b\\\\n\\u000a\\u0000\\u001f\x7f\",\"b\":\"caf\xc3\xa9 \xf0\x9f\x8d\xb5\","
            "\"c\":\"\xef\xbf\xbd"
            "a\xef\xbf\xbd\"}");
}

std::vector<std::unique_ptr<SpanData>> one_span() {
  auto span = std::make_unique<SpanData>();
  span->context = {.trace = {0x0102030405060708, 0x090a0b0c0d0e0f10},
                   .span = {0x1112131415161718},
                   .flags = 3,
                   .state = TraceState::parse("k=v").value()};
  span->parent = {0x2122232425262728};
  span->parent_remote = true;
  span->name = "GET /tea";
  span->kind = SpanKind::server;
  span->start = WallTime(1'700'000'000s + 1ns);
  span->end = WallTime(1'700'000'001s);
  span->attributes = {{"ok", true}, {"n", -1}, {"x", 0.5}, {"empty", ""}, {"list", std::vector<std::int64_t>{1, 2}}};
  span->events.push_back({.name = "e", .time = WallTime(1s), .attributes = {}, .attributes_dropped = 2});
  span->links.push_back({.context = {.trace = {1, 2}, .span = {3}, .remote = true, .state = {}}});
  span->attributes_dropped = 4;
  span->status = SpanStatus::error;
  span->status_message = "spilled";
  span->scope = std::make_shared<const SpanScope>(SpanScope{.name = "shop", .version = "2"});
  std::vector<std::unique_ptr<SpanData>> spans;
  spans.push_back(std::move(span));
  return spans;
}

TEST(EncodeSpans, IsTheJsonOfTheSpecification) {
  const std::string json = encode_spans(OtlpResource::make("tea").value(), one_span(), OtlpFormat::json);
  EXPECT_EQ(
      json,
      R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"tea"}},)"
      R"({"key":"telemetry.sdk.name","value":{"stringValue":"millrace"}},{"key":"telemetry.sdk.language","value":{"stringValue":"cpp"}},)"
      R"({"key":"telemetry.sdk.version","value":{"stringValue":"0.1.0"}}]},)"
      R"("scopeSpans":[{"scope":{"name":"shop","version":"2"},"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10",)"
      R"("spanId":"1112131415161718","traceState":"k=v","parentSpanId":"2122232425262728","name":"GET /tea","kind":2,)"
      R"("startTimeUnixNano":"1700000000000000001","endTimeUnixNano":"1700000001000000000",)"
      R"("attributes":[{"key":"ok","value":{"boolValue":true}},{"key":"n","value":{"intValue":"-1"}},)"
      R"({"key":"x","value":{"doubleValue":0.5}},{"key":"empty","value":{"stringValue":""}},)"
      R"({"key":"list","value":{"arrayValue":{"values":[{"intValue":"1"},{"intValue":"2"}]}}}],"droppedAttributesCount":4,)"
      R"("events":[{"timeUnixNano":"1000000000","name":"e","droppedAttributesCount":2}],)"
      R"("links":[{"traceId":"00000000000000010000000000000002","spanId":"0000000000000003","flags":768}],)"
      R"("status":{"message":"spilled","code":2},"flags":771}]}]}]})");
}

TEST(EncodeSpans, GroupsByScope) {
  auto spans = one_span();
  for (const char* scope : {"a", "shop", "a"}) {
    auto more = std::move(one_span().front());
    more->scope = std::make_shared<const SpanScope>(SpanScope{.name = scope, .version = "2"});
    spans.push_back(std::move(more));
  }
  const std::string json = encode_spans(OtlpResource::make("tea").value(), spans, OtlpFormat::json);
  std::size_t scopes = 0;
  for (std::size_t at = 0; (at = json.find("\"scope\":", at)) != std::string::npos; ++at) ++scopes;
  EXPECT_EQ(scopes, 2u);
}

TEST(EncodeSpans, AnyBytesInTextGiveWellFormedJson) {
  for (const std::uint64_t seed : test_seeds(500)) {
    std::mt19937_64 random(seed);
    const auto bytes = [&random] {
      std::string text(random() % 20, '\0');
      for (char& c : text) c = static_cast<char>(random());
      return text;
    };
    auto spans = one_span();
    spans[0]->name = bytes();
    spans[0]->status_message = bytes();
    spans[0]->attributes = {{bytes(), bytes()}};
    const std::string json = encode_spans(OtlpResource::make("tea").value(), spans, OtlpFormat::json);
    EXPECT_TRUE(read_json_object(json, [](auto, auto) {})) << "seed " << seed;
    EXPECT_EQ(mended_utf8(json), json) << "seed " << seed;
  }
}

TEST(OtlpResource, NeedsAServiceNameAndTellsWhoWeAre) {
  EXPECT_FALSE(OtlpResource::make(""));
  EXPECT_FALSE(OtlpResource::make("tea", {{"", 1}}));
  const auto resource = OtlpResource::make("tea", {{"service.name", "other"}, {"telemetry.sdk.name", "mine"}, {"a", 1}}).value();
  ASSERT_EQ(resource.attributes().size(), 5u);
  EXPECT_EQ(resource.attributes()[0], (SpanAttribute{"service.name", "tea"}));
  EXPECT_EQ(resource.attributes()[1], (SpanAttribute{"telemetry.sdk.name", "mine"}));
}

TEST(OtlpResource, ReadsTheEnvironmentItIsGiven) {
  const auto read = [](std::string name, std::string attributes) {
    return [name, attributes](const std::string& variable) -> std::optional<std::string> {
      if (variable == "OTEL_SERVICE_NAME") return name;
      if (variable == "OTEL_RESOURCE_ATTRIBUTES") return attributes;
      return std::nullopt;
    };
  };
  const auto name_of = [](const OtlpResource& resource) { return std::get<std::string>(resource.attributes()[0].value.get()); };
  EXPECT_EQ(name_of(OtlpResource::from_environment(read("", ""), "default").value()), "default");
  EXPECT_EQ(name_of(OtlpResource::from_environment(read("", "service.name=listed"), "default").value()), "listed");
  EXPECT_EQ(name_of(OtlpResource::from_environment(read("named", "service.name=listed"), "default").value()), "named");
  const auto resource = OtlpResource::from_environment(read("", " a = b%20c , d=%e2%82%ac,"), "tea").value();
  EXPECT_EQ(resource.attributes()[1], (SpanAttribute{"a", "b c"}));
  EXPECT_EQ(resource.attributes()[2], (SpanAttribute{"d", "\xe2\x82\xac"}));
  for (const char* bad : {"a", "=b", "a=%", "a=%2", "a=%zz", "a=%+1"}) {
    const auto refused = OtlpResource::from_environment(read("", bad), "tea");
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().context("variable"), "OTEL_RESOURCE_ATTRIBUTES");
  }
}

}  // namespace
}  // namespace millrace::observe
