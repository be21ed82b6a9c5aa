#include "base/uuid.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <utility>

namespace millrace {
namespace {

std::uint64_t unix_ms() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}
std::uint64_t time_of(const CorrelationId& id) { return id.high >> 16; }

TEST(CorrelationId, HasTheLayoutOfUuidVersion7) {
  for (int i = 0; i < 1'000; ++i) {
    const CorrelationId id = make_correlation_id();
    EXPECT_EQ((id.high >> 12) & 0xf, 7u);
    EXPECT_EQ(id.low >> 62, 2u);  // variant 10
  }
}

TEST(CorrelationId, BeginsWithTheUnixMillisecondOfItsCreation) {
  const std::uint64_t before = unix_ms();
  const CorrelationId id = make_correlation_id();
  const std::uint64_t after = unix_ms();
  EXPECT_GE(time_of(id), before);
  EXPECT_LE(time_of(id), after);
}

TEST(CorrelationId, SortsByCreationTime) {
  std::uint64_t last = 0;
  for (int i = 0; i < 1'000; ++i) {
    const std::uint64_t time = time_of(make_correlation_id());
    EXPECT_GE(time, last);
    last = time;
  }
}

TEST(CorrelationId, NeverRepeats) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  for (int i = 0; i < 10'000; ++i) {
    const CorrelationId id = make_correlation_id();
    EXPECT_TRUE(seen.emplace(id.high, id.low).second);
  }
}

TEST(CorrelationId, PrintsAs36LowerCaseCharacters) {
  const CorrelationId id{0x0123'4567'89ab'7cdeULL, 0x8fed'cba9'8765'4321ULL};
  EXPECT_EQ(id.to_string(), "01234567-89ab-7cde-8fed-cba987654321");
  EXPECT_EQ(CorrelationId{}.to_string(), "00000000-0000-0000-0000-000000000000");
}

}  // namespace
}  // namespace millrace
