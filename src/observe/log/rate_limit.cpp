#include "observe/log/rate_limit.h"

#include <algorithm>
#include <bit>

namespace millrace::observe::detail {
namespace {

// Names the place. The file by the address of its name: comparing the text would cost each record its length, and one header may have
// several addresses, of which each gets an entry.
std::uint64_t key_of(const std::source_location& place) noexcept {
  const auto file = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(place.file_name()));
  std::uint64_t key = (file << 20) ^ (file >> 44) ^ place.line();
  key = (key ^ (key >> 31)) * 0x9E3779B97F4A7C15;  // spreads neighbouring lines over the table, one to one
  return key == 0 ? 1 : key;
}

}  // namespace

RateLimiter::RateLimiter(const LogRateLimit& limit)
    : interval_ns_(static_cast<std::int64_t>(std::clamp(1e9 / limit.per_second, 1.0, 1e15))),
      ahead_max_ns_(interval_ns_ * std::clamp<std::int64_t>(limit.burst, 1, INT64_MAX / 4 / interval_ns_)),
      mask_(std::bit_ceil(std::max<std::size_t>(limit.places_max, 1) * 2) - 1),
      places_max_(limit.places_max),
      entries_(std::make_unique<Entry[]>(mask_ + 1)) {}

RateLimiter::Entry* RateLimiter::find_or_claim(const std::source_location& place) noexcept {
  const std::uint64_t key = key_of(place);
  for (std::size_t at = (key >> 32) & mask_;; at = (at + 1) & mask_) {  // ends: at most half of the table is ever claimed
    Entry& entry = entries_[at];
    std::uint64_t found = entry.key.load(std::memory_order_relaxed);
    if (found == key) return &entry;
    if (found != 0) continue;
    if (places_.fetch_add(1, std::memory_order_relaxed) >= places_max_) {
      places_.fetch_sub(1, std::memory_order_relaxed);
      return nullptr;
    }
    if (entry.key.compare_exchange_strong(found, key, std::memory_order_relaxed)) {
      entry.place = place;
      entry.named.store(true, std::memory_order_release);  // pairs with take_suppressed()
      return &entry;
    }
    places_.fetch_sub(1, std::memory_order_relaxed);
    if (found == key) return &entry;  // another thread, from the same place
  }
}

bool RateLimiter::spend(Allowance& allowance, std::int64_t now_ns) const noexcept {
  std::int64_t whole_at = allowance.whole_at_ns.load(std::memory_order_relaxed);
  while (true) {
    const std::int64_t next = std::max(whole_at, now_ns) + interval_ns_;
    if (next - now_ns > ahead_max_ns_) return false;
    if (allowance.whole_at_ns.compare_exchange_weak(whole_at, next, std::memory_order_relaxed)) return true;
  }
}

RateLimiter::Verdict RateLimiter::admit(const std::source_location& place, Instant now) noexcept {
  Entry* const entry = find_or_claim(place);
  Allowance& allowance = entry != nullptr ? entry->allowance : shared_;
  if (!spend(allowance, now.time_since_epoch().count())) {
    allowance.suppressed.fetch_add(1, std::memory_order_relaxed);
    return {.admitted = false, .shared = entry == nullptr, .suppressed = 0};
  }
  // Looked at before it is taken: mostly there is nothing, and an exchange would make the line of memory this core's own.
  const bool any = allowance.suppressed.load(std::memory_order_relaxed) != 0;
  return {.admitted = true,
          .shared = entry == nullptr,
          .suppressed = any ? allowance.suppressed.exchange(0, std::memory_order_relaxed) : 0};
}

std::vector<RateLimiter::Suppressed> RateLimiter::take_suppressed() {
  std::vector<Suppressed> taken;
  taken.reserve(places_.load(std::memory_order_relaxed) + 1);  // before anything counts as told
  for (std::size_t i = 0; i <= mask_; ++i) {
    Entry& entry = entries_[i];
    if (!entry.named.load(std::memory_order_acquire)) continue;  // pairs with find_or_claim()
    if (const std::uint64_t count = entry.allowance.suppressed.exchange(0, std::memory_order_relaxed); count != 0)
      taken.push_back({.place = entry.place, .shared = false, .count = count});
  }
  if (const std::uint64_t count = shared_.suppressed.exchange(0, std::memory_order_relaxed); count != 0)
    taken.push_back({.place = {}, .shared = true, .count = count});
  return taken;
}

}  // namespace millrace::observe::detail
