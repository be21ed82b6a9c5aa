#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include <millrace/observe/trace_context.h>

#include "support/test_seeds.h"

namespace millrace::observe {
using millrace::testing::test_seeds;

namespace {

TEST(TraceState, AcceptsWhatTheStandardAcceptsAndNothingElse) {
  struct Case {
    std::string_view name;
    std::string header;
    bool accepted;
  };
  const std::string key256(256, 'k'), key257(257, 'k'), value256(256, 'v'), value257(257, 'v');
  for (const Case& c : {
           Case{"nothing", "", true},
           Case{"one", "foo=1", true},
           Case{"two", "foo=1,bar=2", true},
           Case{"white space around members", " \t foo=1 \t , \t bar=2\t", true},
           Case{"empty members", ",foo=1,, ,bar=2,", true},
           Case{"a tenant", "fw529a3039@dt=FfAaFf", true},
           Case{"every character of a key", "abcdefghijklmnopqrstuvwxyz0123456789_-*/@=1", true},
           Case{"a key that begins with a digit", "0a=1", true},
           Case{"every character of a value", "a= !\"#$%&'()*+-./0123456789:;<>?@ABCZ[\\]^_`abcz{|}~", true},
           Case{"the longest key", key256 + "=1", true},
           Case{"a key too long", key257 + "=1", false},
           Case{"the longest value", "a=" + value256, true},
           Case{"a value too long", "a=" + value257, false},
           Case{"no value", "a=", false},
           Case{"no key", "=1", false},
           Case{"no equals sign", "a", false},
           Case{"two equals signs", "a=1=2", false},
           Case{"space before the equals sign", "a =1", false},
           Case{"only a space as value", "a= ", false},
           Case{"a key in upper case", "A=1", false},
           Case{"upper case inside a key", "aB=1", false},
           Case{"a key that begins with an underscore", "_a=1", false},
           Case{"a key that begins with an at sign", "@a=1", false},
           Case{"a dot in a key", "a.b=1", false},
           Case{"a tab in a value", "a=1\t2", false},
           Case{"a byte above 126 in a value", "a=\x7f", false},
           Case{"UTF-8 in a value", "a=\xc3\xa9", false},
           Case{"a zero byte", std::string("a=1\0", 4), false},
           Case{"a key twice", "a=1,b=2,a=3", false},
           Case{"a key twice with the same value", "a=1,a=1", false},
       }) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(TraceState::parse(c.header).has_value(), c.accepted);
  }
}

std::string list_of(std::size_t members) {
  std::string list;
  for (std::size_t i = 0; i < members; ++i) list += (i == 0 ? "k" : ",k") + std::to_string(i) + "=v";
  return list;
}

TEST(TraceState, HoldsThirtyTwoMembers) {
  const auto full = TraceState::parse(list_of(32));
  ASSERT_TRUE(full);
  EXPECT_EQ(full->size(), 32u);
  EXPECT_FALSE(TraceState::parse(list_of(33)));
  EXPECT_EQ(TraceState::parse(list_of(32) + ",,,").value().size(), 32u);  // empty members do not count
}

TEST(TraceState, ReadsTheLargestListThereIs) {
  std::string list;
  for (char i = 0; i < 32; ++i) {
    if (i != 0) list += ',';
    list += std::string(255, 'k') + static_cast<char>(i < 26 ? 'a' + i : '0' + i - 26) + '=' + std::string(256, 'v');
  }
  const auto state = TraceState::parse(list);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->size(), 32u);
  EXPECT_FALSE(TraceState::parse(std::string(TraceState::kParsedMax + 1, ' ')));
}

TEST(TraceState, PutsWhatChangedInFront) {
  const auto state = TraceState::parse("a=1,b=2,c=3").value();
  EXPECT_EQ(state.with("b", "9").value().text(), "b=9,a=1,c=3");
  EXPECT_EQ(state.with("d", "4").value().text(), "d=4,a=1,b=2,c=3");
  EXPECT_EQ(TraceState().with("a", "1").value().text(), "a=1");
  EXPECT_EQ(state.text(), "a=1,b=2,c=3");  // a value: the copy changed, not this
}

TEST(TraceState, LosesTheLastMemberWhenItIsFull) {
  const auto full = TraceState::parse(list_of(32)).value();
  const auto more = full.with("new", "1").value();
  EXPECT_EQ(more.size(), 32u);
  EXPECT_EQ(more.get("new"), "1");
  EXPECT_FALSE(more.get("k31"));
  EXPECT_EQ(full.with("k31", "changed").value().size(), 32u);
}

TEST(TraceState, RefusesToHoldWhatCannotBeSent) {
  EXPECT_FALSE(TraceState().with("A", "1"));
  EXPECT_FALSE(TraceState().with("", "1"));
  EXPECT_FALSE(TraceState().with("a", ""));
  EXPECT_FALSE(TraceState().with("a", "1,2"));
  EXPECT_FALSE(TraceState().with("a", "1\r\nInjected: x"));
  EXPECT_FALSE(TraceState().with("a", "ends with a space "));
}

TEST(TraceState, GetsAndRemovesByTheWholeKey) {
  const auto state = TraceState::parse("ab=1,a=2,abc=3").value();
  EXPECT_EQ(state.get("a"), "2");
  EXPECT_FALSE(state.get("b"));
  EXPECT_FALSE(state.get(""));
  EXPECT_EQ(state.without("a").text(), "ab=1,abc=3");
  EXPECT_EQ(state.without("zz"), state);
  EXPECT_TRUE(TraceState::parse("a=1").value().without("a").empty());
}

TEST(TraceState, CutsAHeaderByWholeMembersLongOnesFirst) {
  const std::string long_value(130, 'v'), short_value(100, 'v');
  const std::string header =
      "a=" + short_value + ",b=" + long_value + ",c=" + short_value + ",d=" + long_value + ",e=" + short_value;
  const auto state = TraceState::parse(header).value();
  EXPECT_EQ(state.to_header(header.size()), header);
  // One long member too many: the last long one goes, though a short one stands behind it.
  EXPECT_EQ(state.to_header(header.size() - 1),
            "a=" + short_value + ",b=" + long_value + ",c=" + short_value + ",e=" + short_value);
  EXPECT_EQ(state.to_header(320), "a=" + short_value + ",c=" + short_value + ",e=" + short_value);
  EXPECT_EQ(state.to_header(220), "a=" + short_value + ",c=" + short_value);
  EXPECT_EQ(state.to_header(102), "a=" + short_value);
  EXPECT_EQ(state.to_header(101), "");
  EXPECT_LE(state.to_header().size(), TraceState::kHeaderMax);
}

TEST(TraceState, CutsAnyListToFitAndReadsTheRestBack) {
  for (const std::uint64_t seed : test_seeds(200)) {
    std::mt19937_64 random(seed);
    std::string list;
    const std::size_t members = random() % 33;
    for (std::size_t i = 0; i < members; ++i) {
      if (i != 0) list += ',';
      list += 'k' + std::to_string(i) + '=' + std::string(1 + random() % 256, 'v');
    }
    const auto state = TraceState::parse(list);
    ASSERT_TRUE(state) << "seed " << seed;
    const std::size_t limit = random() % 2'000;
    const std::string cut = state->to_header(limit);
    EXPECT_LE(cut.size(), limit) << "seed " << seed;
    EXPECT_EQ(TraceState::parse(cut).value().text(), cut) << "seed " << seed;
    if (list.size() <= limit) {
      EXPECT_EQ(cut, list) << "seed " << seed;
    }
  }
}

TEST(TraceState, RandomBytesAreRefusedOrReadBack) {
  static constexpr std::string_view kAlphabet = "ab0_-*/@=,, \tA\x7f\x80.";
  std::size_t accepted = 0;
  for (const std::uint64_t seed : test_seeds(20'000)) {
    std::mt19937_64 random(seed);
    std::string header;
    for (std::size_t left = random() % 12; left > 0; --left) header += kAlphabet[random() % kAlphabet.size()];
    const auto state = TraceState::parse(header);
    if (!state) continue;
    ++accepted;
    ASSERT_EQ(TraceState::parse(state->text()).value(), *state) << "seed " << seed;
  }
  EXPECT_GT(accepted, 0u);
}

}  // namespace
}  // namespace millrace::observe
