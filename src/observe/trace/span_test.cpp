#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <millrace/observe/span_batch.h>
#include <millrace/observe/trace.h>

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

struct Traced {
  ManualClock clock{Instant(5s)};
  ManualWallClock wall{WallTime(1'700'000'000s)};
  SpanList list;
  Tracer tracer;
  explicit Traced(TracerOptions options = {}) : tracer({.clock = clock, .wall = wall, .sink = list}, std::move(options)) {}
  std::unique_ptr<SpanData> only() {
    auto spans = list.take();
    EXPECT_EQ(spans.size(), 1u);
    return spans.size() == 1 ? std::move(spans.front()) : std::make_unique<SpanData>();
  }
};

TracerOptions with_sampler(std::unique_ptr<Sampler> sampler) {
  TracerOptions options;
  options.sampler = std::move(sampler);
  return options;
}
TracerOptions with_limits(SpanLimits limits) {
  TracerOptions options;
  options.limits = limits;
  return options;
}

TEST(Span, TellsWhatItWasGiven) {
  Traced t;
  Span span = t.tracer.start("GET /tea", Context(), {.kind = SpanKind::server});
  span.set("bool", true).set("int", 7).set("double", 2.5).set("text", "tea").set("list", std::vector<std::string>{"a", "b"});
  t.clock.advance(3ms);
  const SpanAttribute found[] = {{"hit", false}};
  span.add_event("looked up", found);
  t.clock.advance(4ms);
  span.end();
  const auto data = t.only();
  EXPECT_EQ(data->name, "GET /tea");
  EXPECT_EQ(data->kind, SpanKind::server);
  EXPECT_EQ(data->start, WallTime(1'700'000'000s));
  EXPECT_EQ(data->end - data->start, 7ms);
  EXPECT_THAT(data->attributes,
              ElementsAre(SpanAttribute{"bool", true}, SpanAttribute{"int", 7}, SpanAttribute{"double", 2.5},
                          SpanAttribute{"text", "tea"}, SpanAttribute{"list", std::vector<std::string>{"a", "b"}}));
  ASSERT_EQ(data->events.size(), 1u);
  EXPECT_EQ(data->events[0].name, "looked up");
  EXPECT_EQ(data->events[0].time - data->start, 3ms);
  EXPECT_THAT(data->events[0].attributes, ElementsAre(SpanAttribute{"hit", false}));
  EXPECT_EQ(data->status, SpanStatus::unset);
  EXPECT_EQ(data->scope->name, "millrace");
  EXPECT_FALSE(data->parent.valid());
  EXPECT_EQ(data->context, span.context());
}

TEST(Span, LengthIsThatOfTheClockThoughTheTimeOfDayJumps) {
  Traced t;
  Span span = t.tracer.start("work");
  t.wall.set(WallTime(5s));
  t.clock.advance(10ms);
  span.end();
  EXPECT_EQ(t.only()->end, WallTime(1'700'000'000s + 10ms));
}

TEST(Span, EndsOnceWhetherToldOrDestroyedOrReplaced) {
  Traced t;
  {
    Span span = t.tracer.start("one");
    span.end();
    span.end();
    EXPECT_FALSE(span.recording());
    span.set("late", 1).add_event("late").set_status(SpanStatus::ok).set_name("late");
  }
  const auto one = t.only();
  EXPECT_TRUE(one->attributes.empty());
  EXPECT_EQ(one->name, "one");

  Span span = t.tracer.start("two");
  span = t.tracer.start("three");
  EXPECT_EQ(t.only()->name, "two");
  Span moved = std::move(span);
  EXPECT_TRUE(t.list.take().empty());
  EXPECT_FALSE(span.recording());        // NOLINT(bugprone-use-after-move): promised
  EXPECT_FALSE(span.context().valid());  // NOLINT(bugprone-use-after-move)
  moved.end();
  EXPECT_EQ(t.only()->name, "three");
}

TEST(Span, NeverEndsBeforeItsStart) {
  Traced t;
  Span span = t.tracer.start("work");
  span.end(Instant(1s));
  const auto data = t.only();
  EXPECT_EQ(data->end, data->start);
}

TEST(Span, StartsAtAnInstantThatIsOver) {
  Traced t;
  Span span = t.tracer.start("work", Context(), {.start = t.clock.now() - 2s});
  span.end();
  const auto data = t.only();
  EXPECT_EQ(data->start, WallTime(1'699'999'998s));
  EXPECT_EQ(data->end - data->start, 2s);
}

TEST(Span, ThatWasNeverStartedTakesEverything) {
  Span span;
  span.set("a", 1)
      .add_event("e")
      .add_link({})
      .record_error(Error(Errc::closed, "x"))
      .set_status(SpanStatus::error, "m")
      .set_name("n");
  span.end();
  EXPECT_FALSE(span.recording());
  EXPECT_FALSE(span.context().valid());
  EXPECT_EQ(with_span(Context(), span), Context());
}

TEST(Span, ThatIsNotSampledKeepsItsTraceTogetherAndRecordsNothing) {
  Traced t(with_sampler(sample_never()));
  Span span = t.tracer.start("root");
  Span child = t.tracer.start("child", with_span(Context(), span));
  EXPECT_FALSE(span.recording());
  EXPECT_TRUE(span.context().valid());
  EXPECT_FALSE(span.context().sampled());
  EXPECT_EQ(child.context().trace, span.context().trace);
  EXPECT_NE(child.context().span, span.context().span);
  span.set("a", 1).end();
  child.end();
  EXPECT_TRUE(t.list.take().empty());
}

TEST(Span, ConvertsAValueOnlyWhenItRecords) {
  struct Counted {
    int* conversions;
    operator SpanValue() const {  // NOLINT(google-explicit-constructor): what is counted
      ++*conversions;
      return 1;
    }
  };
  int conversions = 0;
  Span().set("a", Counted{&conversions});
  EXPECT_EQ(conversions, 0);
  Traced t;
  t.tracer.start("work").set("a", Counted{&conversions}).end();
  EXPECT_EQ(conversions, 1);
}

TEST(Span, ChildrenTakeTraceFlagsAndStateFromTheContext) {
  Traced t;
  const SpanContext remote{
      .trace = {1, 2}, .span = {3}, .flags = TraceFlags::kSampled, .remote = true, .state = TraceState::parse("vendor=1").value()};
  Span server = t.tracer.start("server", remote);
  const Context context = with_span(Context(), server);
  Span inner = t.tracer.start("inner", context);
  EXPECT_EQ(*span_in(context), server.context());
  EXPECT_EQ(server.context().trace, remote.trace);
  EXPECT_EQ(server.context().state.text(), "vendor=1");
  EXPECT_EQ(server.context().flags, TraceFlags::kSampled);  // nobody said that the id was random
  EXPECT_FALSE(server.context().remote);
  inner.end();
  server.end();
  auto spans = t.list.take();
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0]->parent, server.context().span);
  EXPECT_FALSE(spans[0]->parent_remote);
  EXPECT_EQ(spans[1]->parent, remote.span);
  EXPECT_TRUE(spans[1]->parent_remote);
}

TEST(Span, RootLeavesTheContextsTrace) {
  Traced t;
  Span outer = t.tracer.start("outer");
  Span root = t.tracer.start("root", with_span(Context(), outer), {.root = true});
  EXPECT_NE(root.context().trace, outer.context().trace);
  EXPECT_EQ(root.context().flags, TraceFlags::kSampled | TraceFlags::kRandom);
  root.end();
  EXPECT_FALSE(t.only()->parent.valid());
}

TEST(Span, RecordsAnErrorWithItsIdAndCauses) {
  Traced t;
  const Error error = Error::from_errno(ECONNREFUSED, "connect").wrap(Errc::closed, "no tea");
  Span span = t.tracer.start("work");
  span.record_error(error).end();
  const auto data = t.only();
  EXPECT_EQ(data->status, SpanStatus::error);
  EXPECT_EQ(data->status_message, "no tea");
  ASSERT_EQ(data->events.size(), 1u);
  EXPECT_EQ(data->events[0].name, "exception");
  const auto text = [&data](std::size_t i) { return std::get<std::string>(data->events[0].attributes.at(i).value.get()); };
  EXPECT_EQ(data->events[0].attributes[0].key, "exception.type");
  EXPECT_EQ(text(0), "millrace:" + error.code().message());
  EXPECT_EQ(text(1), "no tea");
  EXPECT_NE(text(2).find("connect"), std::string::npos);
  EXPECT_EQ(text(3), error.correlation_id().to_string());
}

TEST(Span, StatusOkIsFinalAndUnsetChangesNothing) {
  Traced t;
  Span span = t.tracer.start("work");
  span.set_status(SpanStatus::error, "first").set_status(SpanStatus::unset, "ignored");
  span.end();
  EXPECT_EQ(t.only()->status_message, "first");
  span = t.tracer.start("work");
  span.set_status(SpanStatus::error, "first").set_status(SpanStatus::ok, "not kept").set_status(SpanStatus::error, "late");
  span.end();
  const auto data = t.only();
  EXPECT_EQ(data->status, SpanStatus::ok);
  EXPECT_EQ(data->status_message, "");
}

TEST(Span, AnAttributeOfTheSameKeyIsReplaced) {
  Traced t;
  t.tracer.start("work").set("a", 1).set("b", 2).set("a", "three").end();
  EXPECT_THAT(t.only()->attributes, ElementsAre(SpanAttribute{"a", "three"}, SpanAttribute{"b", 2}));
}

TEST(Span, CountsWhatIsBeyondItsLimits) {
  Traced t(with_limits({.attributes = 2, .events = 1, .links = 1, .attributes_per_event = 1, .attributes_per_link = 1}));
  const SpanAttribute two[] = {{"x", 1}, {"y", 2}};
  const SpanContext other{.trace = {1, 1}, .span = {1}, .state = {}};
  Span span = t.tracer.start("work");
  span.set("a", 1).set("b", 2).set("c", 3).set("a", 4).set("", 5);
  span.add_event("kept", two).add_event("dropped");
  span.add_link(other, two).add_link(other).add_link({});  // the last is no link at all
  span.end();
  const auto data = t.only();
  EXPECT_THAT(data->attributes, ElementsAre(SpanAttribute{"a", 4}, SpanAttribute{"b", 2}));
  EXPECT_EQ(data->attributes_dropped, 2u);
  EXPECT_EQ(data->events.size(), 1u);
  EXPECT_EQ(data->events_dropped, 1u);
  EXPECT_EQ(data->events[0].attributes_dropped, 1u);
  EXPECT_EQ(data->links.size(), 1u);
  EXPECT_EQ(data->links_dropped, 1u);
  EXPECT_EQ(data->links[0].attributes_dropped, 1u);
}

TEST(Span, CutsLongTextBetweenCharacters) {
  Traced t(with_limits({.value_bytes = 4, .array_items = 1, .name_bytes = 3}));
  Span span = t.tracer.start("a\xc3\xa9z");  // four bytes; the third ends a character
  span.set("long key", "abcd").set("b", "abc\xc3\xa9").set("c", std::vector<std::string>{"12345", "x"});
  span.set_status(SpanStatus::error, "12345");
  span.end();
  const auto data = t.only();
  EXPECT_EQ(data->name, "a\xc3\xa9");
  EXPECT_THAT(data->attributes, ElementsAre(SpanAttribute{"lon", "abcd"}, SpanAttribute{"b", "abc"},
                                            SpanAttribute{"c", std::vector<std::string>{"1234"}}));
  EXPECT_EQ(data->status_message, "1234");
  EXPECT_EQ(data->texts_cut, 5u);
}

TEST(SpanValue, HoldsWhatCppHas) {
  EXPECT_EQ(SpanValue("text"), SpanValue(std::string("text")));  // not a truth value
  EXPECT_EQ(std::get<bool>(SpanValue(true).get()), true);
  EXPECT_EQ(std::get<std::int64_t>(SpanValue(-3).get()), -3);
  EXPECT_EQ(std::get<std::int64_t>(SpanValue(std::numeric_limits<std::uint64_t>::max()).get()),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(std::get<double>(SpanValue(1.5F).get()), 1.5);
}

TEST(RandomSpanIds, RepeatWithTheSameSeedAndNeverInOneRun) {
  RandomSpanIds a(42), b(42), c(43);
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) {
    const TraceId trace = a.next_trace();
    const SpanId span = a.next_span();
    EXPECT_TRUE(trace.valid() && span.valid());
    EXPECT_EQ(b.next_trace(), trace);
    EXPECT_EQ(b.next_span(), span);
    EXPECT_NE(c.next_trace(), trace);
    EXPECT_NE(c.next_span(), span);
    EXPECT_TRUE(seen.insert(trace.to_string()).second);
    EXPECT_TRUE(seen.insert(span.to_string()).second);
  }
  EXPECT_NE(RandomSpanIds().next_trace(), RandomSpanIds().next_trace());
}

TEST(Tracer, StartsSpansOnManyThreadsAtOnce) {
  Traced t;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&t] {
        for (int n = 0; n < 500; ++n) {
          Span outer = t.tracer.start("outer");
          t.tracer.start("inner", with_span(Context(), outer)).set("n", n).end();
        }
      });
  }
  std::set<std::uint64_t> ids;
  const auto spans = t.list.take();
  EXPECT_EQ(spans.size(), 4'000u);
  for (const auto& span : spans) ids.insert(span->context.span.value);
  EXPECT_EQ(ids.size(), spans.size());
}

TEST(SpanList, KeepsTheFirstAndCountsTheRest) {
  SpanList list(2);
  for (int i = 0; i < 5; ++i) list.ended(std::make_unique<SpanData>());
  EXPECT_EQ(list.dropped(), 3u);
  EXPECT_EQ(list.take().size(), 2u);
  list.ended(std::make_unique<SpanData>());
  EXPECT_EQ(list.take().size(), 1u);
}

}  // namespace
}  // namespace millrace::observe
