// What verify_audit_log() finds, whatever was done to the file.
#include <millrace/observe/audit_verify.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "observe/audit/chain.h"
#include "support/audit_files.h"
#include "support/test_seeds.h"

namespace millrace::observe {
namespace {

using testing::AuditFiles;
using ::testing::HasSubstr;
using testing::kAuditKey;

constexpr int kRecords = 10;
constexpr std::uint64_t kLines = kRecords + 2;  // audit.opened, audit.closed

TEST(AuditVerify, AWholeLogIsWhole) {
  const AuditFiles files;
  files.write(kRecords);
  const AuditReport report = files.verify();
  EXPECT_EQ(report.verdict, AuditVerdict::whole) << report.explanation;
  EXPECT_EQ(report.records, kLines);
  EXPECT_EQ(report.line, 0U);
  EXPECT_EQ(report.last_hash.size(), 64U);
  EXPECT_THAT(files.lines().back(), HasSubstr(report.last_hash));
}

TEST(AuditVerify, EachWayOfTamperingIsFoundWhereItIs) {
  struct Case {
    std::string_view name;
    void (*tamper)(std::vector<std::string>& lines);
    AuditVerdict verdict;
    std::uint64_t line;
  };
  const Case cases[] = {
      {"changed", [](auto& lines) { lines[4].replace(lines[4].find("tenant"), 6, "nobody"); }, AuditVerdict::changed, 5},
      {"removed", [](auto& lines) { lines.erase(lines.begin() + 4); }, AuditVerdict::removed, 5},
      {"first removed", [](auto& lines) { lines.erase(lines.begin()); }, AuditVerdict::removed, 1},
      {"several removed", [](auto& lines) { lines.erase(lines.begin() + 3, lines.begin() + 7); }, AuditVerdict::removed, 4},
      {"repeated", [](auto& lines) { lines.insert(lines.begin() + 5, lines[4]); }, AuditVerdict::misplaced, 6},
      {"swapped", [](auto& lines) { std::swap(lines[4], lines[5]); }, AuditVerdict::removed, 5},
      {"moved down", [](auto& lines) { std::rotate(lines.begin() + 4, lines.begin() + 5, lines.begin() + 8); },
       AuditVerdict::removed, 5},
      {"cut in the middle", [](auto& lines) { lines[4].resize(lines[4].size() / 2); }, AuditVerdict::foreign, 5},
      {"something else between", [](auto& lines) { lines.insert(lines.begin() + 5, "{}"); }, AuditVerdict::foreign, 6},
      {"an empty line", [](auto& lines) { lines.insert(lines.begin() + 5, ""); }, AuditVerdict::foreign, 6},
      {"something else", [](auto& lines) { lines = {"hello"}; }, AuditVerdict::foreign, 1},
  };
  const AuditFiles files;
  files.write(kRecords);
  const std::vector<std::string> lines = files.lines();
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> tampered = lines;
    c.tamper(tampered);
    files.set_lines(tampered);
    const AuditReport report = files.verify();
    EXPECT_EQ(to_string(report.verdict), to_string(c.verdict)) << report.explanation;
    EXPECT_EQ(report.line, c.line) << report.explanation;
    EXPECT_EQ(report.records, c.line - 1) << "what is before it is proven";
    EXPECT_FALSE(report.explanation.empty() || report.advice.empty());
  }
}

TEST(AuditVerify, ALineOfAnotherLogIsFoundThoughItsHashIsRight) {
  const AuditFiles one, other;
  one.write(kRecords);
  other.write(kRecords);
  std::vector<std::string> lines = one.lines();
  lines[5] = other.lines()[5];
  one.set_lines(lines);
  const AuditReport report = one.verify();
  EXPECT_EQ(report.verdict, AuditVerdict::misplaced) << report.explanation;
  EXPECT_EQ(report.line, 6U);
}

TEST(AuditVerify, AKeyIsNeededAndMustBeTheOne) {
  const AuditFiles files;
  files.write(kRecords, {.key = std::string(kAuditKey)});
  EXPECT_EQ(files.verify({.key = std::string(kAuditKey)}).verdict, AuditVerdict::whole);
  EXPECT_EQ(files.verify().verdict, AuditVerdict::wrong_key);
  EXPECT_THAT(files.verify().explanation, HasSubstr("with a key"));
  EXPECT_EQ(files.verify({.key = "some other key of sixteen bytes"}).verdict, AuditVerdict::wrong_key);
  const AuditFiles plain;
  plain.write(kRecords);
  EXPECT_EQ(plain.verify({.key = std::string(kAuditKey)}).verdict, AuditVerdict::wrong_key);
}

TEST(AuditVerify, WhoWritesTheLogAnewNeedsTheKey) {
  const AuditFiles files;
  files.write(kRecords, {.key = std::string(kAuditKey)});
  // All of it, with other contents and a chain that is right, by somebody without the key.
  std::string anew;
  detail::ChainHead head;
  const detail::ChainHash hash("");
  for (const std::string& line : files.lines()) {
    const std::size_t from = line.find(',') + 1;
    std::string body = line.substr(from, line.find(R"(,"prev":)") - from);
    if (const std::size_t at = body.find("tenant"); at != std::string::npos) body.replace(at, 6, "nobody");
    detail::append_line(anew, body, head, hash);
  }
  files.set_text(anew);
  EXPECT_EQ(files.verify({.key = std::string(kAuditKey)}).verdict, AuditVerdict::wrong_key);
}

TEST(AuditVerify, WhatWasCutOffTheEndIsFoundByWhatWasKeptElsewhere) {
  const AuditFiles files;
  files.write(kRecords);
  const AuditReport before = files.verify();
  std::vector<std::string> lines = files.lines();
  lines.resize(lines.size() - 3);
  files.set_lines(lines);
  EXPECT_EQ(files.verify().verdict, AuditVerdict::whole) << "by itself it does not show";
  EXPECT_EQ(files.verify({.hash = before.last_hash}).verdict, AuditVerdict::shortened);
  EXPECT_EQ(files.verify({.records = before.records}).verdict, AuditVerdict::shortened);
  EXPECT_EQ(files.verify({.records = before.records - 3}).verdict, AuditVerdict::whole);
  EXPECT_EQ(files.verify({.hash = files.verify().last_hash}).verdict, AuditVerdict::whole);
}

TEST(AuditVerify, AnOldHashIsFoundInALogThatWentOn) {
  const AuditFiles files;
  files.write(kRecords);
  const std::string hash = files.verify().last_hash;
  files.write(kRecords);
  EXPECT_EQ(files.verify({.hash = hash}).verdict, AuditVerdict::whole);
}

TEST(AuditVerify, NoByteCanBeChanged) {
  const AuditFiles files;
  files.write(3);
  const std::string text = files.text();
  for (const std::uint64_t seed : testing::test_seeds(8)) {
    std::mt19937_64 random(seed);
    for (std::size_t at = seed % 7; at < text.size(); at += 7) {
      std::string flipped = text;
      flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1U << (random() % 8)));
      files.set_text(flipped);
      ASSERT_NE(files.verify().verdict, AuditVerdict::whole) << "byte " << at << ", seed " << seed;
    }
  }
}

TEST(AuditVerify, NoSequenceOfLinesButTheOriginalIsWhole) {
  const AuditFiles files;
  files.write(6);
  const std::vector<std::string> lines = files.lines();
  for (const std::uint64_t seed : testing::test_seeds(200)) {
    std::mt19937_64 random(seed);
    std::vector<std::string> tampered = lines;
    for (std::uint64_t step = 0; step <= random() % 3; ++step) {
      const auto any = [&] { return tampered.begin() + static_cast<std::ptrdiff_t>(random() % tampered.size()); };
      switch (random() % 3) {
        case 0: tampered.erase(any()); break;
        case 1: tampered.insert(any(), lines[random() % lines.size()]); break;
        default: std::iter_swap(any(), any());
      }
      if (tampered.empty()) tampered.push_back(lines.back());
    }
    const bool prefix = tampered.size() <= lines.size() && std::equal(tampered.begin(), tampered.end(), lines.begin());
    files.set_lines(tampered);
    ASSERT_EQ(files.verify().verdict == AuditVerdict::whole, prefix) << "seed " << seed;
  }
}

TEST(AuditVerify, AFileThatIsNotThereIsAnError) {
  const AuditFiles files;
  EXPECT_EQ(verify_audit_log(files.path).error().code(), std::error_code(ENOENT, std::system_category()));
}

TEST(AuditVerify, AFileWithoutALineEndIsReadOnlySoFar) {
  const AuditFiles files;
  files.set_text(std::string(std::size_t{3} << 20, 'x'));
  EXPECT_EQ(files.verify().verdict, AuditVerdict::foreign);
  files.set_text("");
  EXPECT_EQ(files.verify().verdict, AuditVerdict::whole) << "nothing was written yet";
}

}  // namespace
}  // namespace millrace::observe
