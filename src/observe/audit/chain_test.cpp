// The chain's hash and the form of a line.
#include "observe/audit/chain.h"

#include <gtest/gtest.h>

namespace millrace::observe::detail {
namespace {

TEST(AuditChain, HashesAreThoseOfTheStandards) {
  EXPECT_EQ(ChainHash("").of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") << "FIPS 180-4";
  EXPECT_EQ(ChainHash("").of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const ChainHash keyed("Jefe");
  EXPECT_EQ(keyed.of("what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
      << "RFC 4231, test case 2";
  EXPECT_EQ(keyed.of("what do ya want for nothing?"), keyed.of("what do ya want for nothing?")) << "each hash begins anew";
}

TEST(AuditChain, ALineIsReadAsItWasWritten) {
  const ChainHash hash("");
  ChainHead head;
  std::string lines;
  append_line(lines, R"("kind":"a","id":"1")", head, hash);
  const std::string first = head.hash;
  append_line(lines, R"("kind":"audit.lost","fields":{"count":12})", head, hash);
  EXPECT_EQ(head.sequence, 2U);
  const std::size_t end = lines.find('\n');
  const std::optional<ChainLine> one = parse_line(std::string_view(lines).substr(0, end));
  const std::optional<ChainLine> two = parse_line(std::string_view(lines).substr(end + 1, lines.size() - end - 2));
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->sequence, 1U);
  EXPECT_EQ(one->previous, kNoHash);
  EXPECT_EQ(one->kind(), "a");
  EXPECT_EQ(one->hash, first);
  EXPECT_EQ(hash.of(one->content), one->hash);
  EXPECT_EQ(two->previous, one->hash);
  EXPECT_EQ(two->kind(), "audit.lost");
  EXPECT_EQ(two->number("count"), 12U);
  EXPECT_EQ(two->number("other"), std::nullopt);
}

TEST(AuditChain, NothingElseIsALine) {
  const ChainHash hash("");
  ChainHead head;
  std::string line;
  append_line(line, R"("kind":"a")", head, hash);
  line.pop_back();
  ASSERT_TRUE(parse_line(line));
  for (std::size_t size = 0; size < line.size(); ++size) EXPECT_FALSE(parse_line(line.substr(0, size))) << size;
  EXPECT_FALSE(parse_line(line + " "));
  std::string zero = line;
  zero.replace(zero.find(":1,"), 3, ":01,");
  EXPECT_FALSE(parse_line(zero)) << "a number is written in one way only";
  std::string upper = line;
  upper[upper.size() - 4] = 'A';
  EXPECT_FALSE(parse_line(upper)) << "and so is a hash";
}

}  // namespace
}  // namespace millrace::observe::detail
