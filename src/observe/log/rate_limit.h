// RateLimiter: how often each place in the source may log.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <source_location>
#include <vector>

#include <millrace/clock.h>
#include <millrace/observe/log_hub.h>

namespace millrace::observe::detail {

/// A table of places, each with an allowance. Entries are claimed once and never freed: a program has only so many places.
/// Thread    any; nobody waits for anybody.
class RateLimiter {
 public:
  explicit RateLimiter(const LogRateLimit& limit);

  struct Verdict {
    bool admitted;
    bool shared;               ///< the place has no entry of its own
    std::uint64_t suppressed;  ///< to be told now: the records held back since the last one that was admitted
  };
  [[nodiscard]] Verdict admit(const std::source_location& place, Instant now) noexcept;

  struct Suppressed {
    std::source_location place;
    bool shared;  ///< of all places without an entry; `place` says nothing then
    std::uint64_t count;
  };
  /// What was held back and not told yet; it counts as told now.
  [[nodiscard]] std::vector<Suppressed> take_suppressed();

 private:
  /// The token bucket as one number: when the allowance would be whole again. A record moves it by the interval; it may lie at most `burst`
  /// intervals ahead of now.
  struct Allowance {
    std::atomic<std::int64_t> whole_at_ns{INT64_MIN};
    std::atomic<std::uint64_t> suppressed{0};
  };
  struct Entry {
    std::atomic<std::uint64_t> key{0};  ///< zero: free
    std::atomic<bool> named{false};     ///< release; pairs with take_suppressed(): `place` may be read
    std::source_location place;
    Allowance allowance;
  };
  [[nodiscard]] Entry* find_or_claim(const std::source_location& place) noexcept;
  [[nodiscard]] bool spend(Allowance& allowance, std::int64_t now_ns) const noexcept;

  std::int64_t interval_ns_;
  std::int64_t ahead_max_ns_;
  std::size_t mask_;  ///< the table is a power of two, at least twice as large as the limit, so that searches stay short
  std::size_t places_max_;
  std::unique_ptr<Entry[]> entries_;
  std::atomic<std::size_t> places_{0};
  Allowance shared_;
};

}  // namespace millrace::observe::detail
