// Lines of the ledger: what goes in comes out, and nothing else does.
#include "subset/files/ledger_line.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace millrace::subset {
namespace {

LedgerCommit full_commit() {
  return {.number = 7,
          .entries = {{.table = "public.\"odd\"\n\x01\\",
                       .page = std::numeric_limits<std::uint64_t>::max(),
                       .rows = 2,
                       .bytes = 3,
                       .keys = std::string("\0\x01\xff{}", 5),
                       .id_base = std::numeric_limits<std::int64_t>::min(),
                       .checksum = std::numeric_limits<std::uint64_t>::max(),
                       .last = true},
                      {.table = "t"}},
          .ids = {{"t", 5}, {"u", -6}},
          .files = {{"t.csv", 17}, {"u%2F.csv", 0}},
          .finished = true};
}

std::string without_break(std::string line) {
  EXPECT_EQ(line.back(), '\n');
  line.pop_back();
  EXPECT_EQ(line.find('\n'), std::string::npos);
  return line;
}

TEST(LedgerLine, ComesBackAsItWent) {
  for (const LedgerCommit& commit : {full_commit(), LedgerCommit{.number = 1}}) {
    const std::string line = without_break(to_line(commit));
    const auto back = parse_commit(line);
    ASSERT_TRUE(back.has_value()) << line;
    EXPECT_EQ(back->number, commit.number);
    EXPECT_EQ(back->ids, commit.ids);
    EXPECT_EQ(back->files, commit.files);
    EXPECT_EQ(back->finished, commit.finished);
    ASSERT_EQ(back->entries.size(), commit.entries.size());
    for (std::size_t i = 0; i < commit.entries.size(); ++i) {
      const LedgerEntry &a = commit.entries[i], &b = back->entries[i];
      EXPECT_EQ(std::tie(a.table, a.page, a.rows, a.bytes, a.keys, a.id_base, a.checksum, a.last),
                std::tie(b.table, b.page, b.rows, b.bytes, b.keys, b.id_base, b.checksum, b.last));
    }
    EXPECT_TRUE(nlohmann::json::accept(line)) << "anybody can read it";
  }
  const LedgerHeader header{.identity = "a \"job\"", .form = "csv"};
  EXPECT_EQ(parse_header(without_break(to_line(header))), header);
}

TEST(LedgerLine, TornOrChangedIsNone) {
  const std::string line = without_break(to_line(full_commit()));
  for (std::size_t i = 0; i < line.size(); ++i) {
    EXPECT_FALSE(parse_commit(line.substr(0, i)).has_value()) << i;
    std::string changed = line;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(parse_commit(changed).has_value()) << i;
  }
  EXPECT_FALSE(parse_header(line).has_value());
  EXPECT_FALSE(parse_commit(without_break(to_line(LedgerHeader{"a", "b"}))).has_value());
}

TEST(LedgerLine, SaysItsVersionWhateverFollows) {
  EXPECT_EQ(version_of(R"({"millrace_ledger":2,"whatever":[]})"), 2U);
  EXPECT_EQ(version_of("{}"), std::nullopt);
  EXPECT_EQ(version_of(""), std::nullopt);
}

}  // namespace
}  // namespace millrace::subset
