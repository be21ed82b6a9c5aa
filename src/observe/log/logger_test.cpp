#include <millrace/observe/logger.h>

#include <filesystem>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include <millrace/observe/log_context.h>

#include "support/log_support.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;

struct Order {
  int number;
  double total;
};
void log_fields(LogFields& out, const Order& order) { out.add("number", order.number).add("total", order.total); }
struct Money {
  int cents;
};
std::string log_value(const Money& money) { return std::to_string(money.cents) + " cents"; }
enum class Colour { red };
std::string_view to_string(Colour) { return "red"; }
enum class Plain : int { two = 2 };

struct LoggerTest : ::testing::Test {
  RecordingSink sink;
  ManualWallClock wall_clock{WallTime(std::chrono::sys_days{std::chrono::January / 31 / 2026} + 12h + 1ns)};
  LogHub hub{{.outputs = {{&sink}}, .level = LogLevel::trace, .wall_clock = &wall_clock}};
  Logger log = hub.logger("test");
};

TEST_F(LoggerTest, TheLineIsAsDocumented) {
  log.info("connection accepted", field("peer", "10.0.0.1"), field("fd", 7));
  const std::uint32_t line = std::source_location::current().line() - 1;
  const std::string thread = std::to_string(sink.last().thread);
  EXPECT_EQ(sink.lines()[0],
            R"({"timestamp":"2026-01-31T12:00:00.000000001Z","severity_text":"INFO","severity_number":9,"category":"test",)"
            R"("body":"connection accepted","thread_id":)" +
                thread + R"(,"source":"logger_test.cpp:)" + std::to_string(line) + R"(","attributes":{"peer":"10.0.0.1","fd":7}})");
  EXPECT_EQ(sink.last().text(), "2026-01-31T12:00:00.000Z INFO  [test] connection accepted  peer=10.0.0.1 fd=7");
  EXPECT_EQ(sink.last().body_text(), "connection accepted  peer=10.0.0.1 fd=7");
}

TEST_F(LoggerTest, EveryKindOfValue) {
  const CorrelationId id{1, 2};
  const std::optional<int> none;
  const char* const null_text = nullptr;
  std::map<std::string, int> map{{"a", 1}, {"b", 2}};
  log.info("all", field("null", nullptr), field("null_text", null_text), field("yes", true), field("minus", -5),
           field("big", UINT64_MAX), field("half", 0.5), field("text", "words"), field("string", std::string("own")),
           field("char", 'c'), field("wait", 15ms), field("at", wall_clock.now()), field("id", id), field("none", none),
           field("some", std::optional(3)), field("list", std::vector{1, 2}), field("map", map),
           field("mixed", list(1, "x", Order{3, 4.5})), field("order", Order{1, 2.5}), field("money", Money{99}),
           field("colour", Colour::red), field("plain", Plain::two), field("later", [] { return 42; }),
           field("peer", object(field("host", "h"), field("inner", object(field("port", 80))))),
           field("code", std::make_error_code(std::errc::invalid_argument)), field("path", std::filesystem::path("/a/b")));
  EXPECT_EQ(sink.last_attributes(), Json::parse(R"({
    "null": null, "null_text": null, "yes": true, "minus": -5, "big": 18446744073709551615, "half": 0.5, "text": "words", "string": "own",
    "char": "c", "wait": 0.015, "at": "2026-01-31T12:00:00.000000001Z", "id": "00000000-0000-0001-0000-000000000002", "none": null,
    "some": 3, "list": [1, 2], "map": {"a": 1, "b": 2}, "mixed": [1, "x", {"number": 3, "total": 4.5}],
    "order": {"number": 1, "total": 2.5}, "money": "99 cents", "colour": "red", "plain": 2, "later": 42,
    "peer": {"host": "h", "inner": {"port": 80}},
    "code": {"category": "generic", "value": 22, "message": "Invalid argument"}, "path": "/a/b"})"));
}

TEST_F(LoggerTest, ErrorsComeWithCausesReasonsAndContext) {
  const Error inner = Error::from_errno(EAGAIN, "read").with("fd", "7");
  const Error outer = inner.wrap(Errc::timed_out, "no answer");
  log.error("failed", field("error", outer));
  const Json error = sink.last_attributes()["error"];
  EXPECT_EQ(error["message"], "no answer");
  EXPECT_EQ(error["code"], "millrace:" + outer.code().message());
  EXPECT_EQ(error["correlation_id"], outer.correlation_id().to_string());
  EXPECT_EQ(error["retryable"], true);
  ASSERT_EQ(error["causes"].size(), 1U);
  EXPECT_EQ(error["causes"][0]["context"], Json::parse(R"({"fd":"7"})"));
  EXPECT_EQ(error["causes"][0]["correlation_id"], outer.correlation_id().to_string());

  log.error("several", field("error", Error::aggregate(Errc::all_rejected, "none", {outer, Error(Errc::closed, "second")})));
  const Json reasons = sink.last_attributes()["error"]["errors"];
  ASSERT_EQ(reasons.size(), 2U);
  EXPECT_EQ(reasons[0]["causes"].size(), 1U);
  EXPECT_EQ(reasons[1]["message"], "second");

  log.error("thrown", field("error", std::make_exception_ptr(std::runtime_error("thrown words"))));
  EXPECT_EQ(sink.last_attributes()["error"]["message"], "thrown words");
  EXPECT_EQ(sink.last().fields[0].value.kind(), LogKind::error);
}

TEST_F(LoggerTest, AChainOfCausesAsDeepAsMemoryIsWritten) {
  Error error(Errc::closed, "innermost");
  for (int i = 0; i < 100'000; ++i) error = error.wrap(Errc::closed, "wrapped");
  log.error("deep", field("error", error));
  EXPECT_EQ(sink.last_attributes()["error"]["causes"].size(), LogFormat::kFieldsMax);
  EXPECT_EQ(sink.last_json()["left_out"], 100'000 - LogFormat::kFieldsMax);
}

TEST_F(LoggerTest, NothingIsTouchedWhileTheLevelIsOff) {
  hub.set_level(LogLevel::info);
  int calls = 0;
  const auto count = [&calls] { return ++calls; };
  log.debug(
      "off", [&](LogFields& f) { f.add("calls", count()); }, field("later", count), field("in", object(field("deeper", count))));
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(sink.size(), 0U);
  EXPECT_FALSE(log.enabled(LogLevel::debug));
  log.info(
      "on", [&](LogFields& f) { f.add("calls", count()); }, field("later", count), field("in", object(field("deeper", count))));
  EXPECT_EQ(calls, 3);
}

TEST_F(LoggerTest, AFunctionAddsFieldsWhereItStands) {
  log.info(
      "order", field("first", 1),
      [](LogFields& f) {
        f.add("second", std::string("gone after this line")).add_object("third", [](LogFields& inner) { inner.add("a", 1); });
        f.add_list("fourth", [](LogList& items) {
          items.add(1).add_object([](LogFields& inner) { inner.add("b", 2); }).add_list([](LogList& deeper) { deeper.add("c"); });
        });
      },
      field("fifth", 5));
  EXPECT_EQ(sink.last_attributes().dump(),
            R"({"first":1,"second":"gone after this line","third":{"a":1},"fourth":[1,{"b":2},["c"]],"fifth":5})");
}

TEST_F(LoggerTest, AFunctionThatThrowsLosesOnlyItsOwn) {
  const auto boom = []() -> int { throw std::runtime_error("boom"); };
  log.info("kept", field("before", 1), field("value", boom), [](LogFields& f) {
    f.add("added", 2);
    throw 3;
  });
  const Json attributes = sink.last_attributes();
  EXPECT_EQ(attributes["before"], 1);
  EXPECT_EQ(attributes["value"]["message"], "boom");
  EXPECT_EQ(attributes["added"], 2);
  EXPECT_TRUE(attributes["log_failure"].contains("message"));
  EXPECT_EQ(hub.figures().fields_failed, 2U);
}

TEST_F(LoggerTest, AFunctionMayLogItself) {
  log.info("outer", field("x", [&] {
             log.info("inner");
             return 1;
           }));
  EXPECT_EQ(sink.messages(), (std::vector<std::string>{"inner", "outer"}));
}

TEST_F(LoggerTest, ChildrenCarryFieldsAndMayBindAKeyAnew) {
  Logger child;
  {
    const std::string tenant = "gone soon";
    child = log.child(field("tenant", tenant), field("list", std::vector{1, 2}), field("zone", "a"));
  }
  const Logger grandchild = child.child(field("zone", "b"), [](LogFields& f) { f.add("request", 7); });
  log.info("none");
  EXPECT_FALSE(sink.last_json().contains("attributes"));
  child.info("some", field("own", 1));
  EXPECT_EQ(sink.last_attributes().dump(), R"({"tenant":"gone soon","list":[1,2],"zone":"a","own":1})");
  grandchild.info("more");
  EXPECT_EQ(sink.last_attributes().dump(), R"({"tenant":"gone soon","list":[1,2],"zone":"b","request":7})");
  EXPECT_EQ(sink.last().text(), "2026-01-31T12:00:00.000Z INFO  [test] more  tenant=\"gone soon\" list=[1, 2] zone=b request=7");
}

TEST_F(LoggerTest, EveryKeyIsWrittenOnce) {
  log.child(field("a", 1), field("b", 2))
      .info("twice", field("b", 3), field("c", 4), field("c", 5), field("o", object(field("x", 1), field("x", 2))));
  EXPECT_EQ(sink.lines().back().substr(sink.lines().back().find("attributes")), R"(attributes":{"a":1,"b":3,"c":5,"o":{"x":2}}})");
  EXPECT_EQ(sink.last().body_text(), "twice  a=1 b=3 c=5 o={x=2}");
}

TEST_F(LoggerTest, IdsComeFromTheContext) {
  Context current;
  const ContextLogIds ids([&current]() -> const Context& { return current; }, 3);
  const Logger with = log.with_ids(ids).child(field("bound", 1));
  with.info("outside");
  EXPECT_EQ(sink.last_json()["loop_id"], 3);
  EXPECT_FALSE(sink.last_json().contains("correlation_id"));
  const CorrelationId id{0x0123456789abcdef, 0xfedcba9876543210};
  current = Context{}
                .with(kCorrelationIdKey, id)
                .with(kTaskIdKey, 8U)
                .with(kTimerIdKey, 9U)
                .with(kTraceIdsKey, TraceIds{{0xa, 0xb}, 0xc});
  with.with_category("other").info("inside");
  EXPECT_EQ(sink.last().ids, (LogIds{.loop = 3, .task = 8, .timer = 9, .correlation = id, .trace = {0xa, 0xb}, .span = 0xc}));
  const Json json = sink.last_json();
  EXPECT_EQ(json["category"], "other");
  EXPECT_EQ(json["task_id"], 8);
  EXPECT_EQ(json["timer_id"], 9);
  EXPECT_EQ(json["correlation_id"], id.to_string());
  EXPECT_EQ(json["trace_id"], "000000000000000a000000000000000b");
  EXPECT_EQ(json["span_id"], "000000000000000c");
  log.info("without");
  EXPECT_EQ(sink.last().ids, LogIds{});
}

TEST_F(LoggerTest, LimitsLeaveOutAndCount) {
  RecordingSink small;
  LogHub limited({.outputs = {{&small}}, .format = {.line_bytes_max = 2000, .source = false}, .wall_clock = &wall_clock});
  Logger short_log = limited.logger("test");
  const std::string large(5000, 'x');
  short_log.info("cut", field("large", large), field("later", 1));
  EXPECT_LT(small.lines().back().size(), 2000U + 1024U);
  EXPECT_EQ(small.last_json()["left_out"], 2) << small.lines().back();
  EXPECT_GT(small.last_attributes()["large"].get<std::string>().size(), 1500U);
  short_log.info("many", field("numbers", std::vector<int>(10'000)));
  EXPECT_EQ(small.last_json()["left_out"], 10'000 - LogFormat::kFieldsMax);
  short_log.info("deep", [](LogFields& f) {
    const std::function<void(LogFields&, int)> down = [&](LogFields& at, int depth) {
      if (depth < 100) at.add_object("d", [&](LogFields& inner) { down(inner, depth + 1); });
    };
    down(f, 0);
  });
  EXPECT_EQ(small.last_json()["left_out"], 1);
  short_log.child(field("large", large)).info("bound", field("own", 1));
  EXPECT_EQ(small.last_json()["left_out"], 2);
  EXPECT_LT(small.lines().back().size(), 2000U + 1024U);
}

TEST(Logger, WithoutAHubItSaysNothing) {
  const Logger none;
  none.fatal("nobody hears", field("x", [] { return ADD_FAILURE(), 1; }));
  EXPECT_FALSE(none.child(field("a", 1)).with_category("b").enabled(LogLevel::fatal));
  EXPECT_EQ(none.category(), "");
}

TEST(Logger, OutlivesItsHub) {
  RecordingSink sink;
  Logger log;
  {
    LogHub hub({.outputs = {{&sink}}});
    log = hub.logger("test").child(field("kept", 1));
    log.info("before");
  }
  log.fatal("after");
  log.with_category("made after the end").fatal("after");
  EXPECT_EQ(sink.messages(), std::vector<std::string>{"before"});
}

TEST(Logger, StoredRecordsKeepEverything) {
  RecordingSink sink;
  LogHub hub({.outputs = {{&sink}}});
  {
    const std::string text = "a text that goes away";
    hub.logger("test")
        .child(field("bound", text))
        .info(text, field("in", object(field("t", text), field("e", Error(Errc::full, text)))));
  }
  EXPECT_EQ(sink.last().json(), sink.lines().back());
  EXPECT_EQ(to_json(sink.last()), sink.lines().back());
}

}  // namespace
}  // namespace millrace::observe
