#include <sys/random.h>

#include <chrono>

#include <millrace/observe/trace.h>

namespace millrace::observe {
namespace {

constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15;  // odd, so that the counter passes through every value

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every input has an output of its own, and similar ones differ in half their bits.
constexpr std::uint64_t mixed(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

RandomSpanIds::RandomSpanIds() : seeds_{} {
  // Before the kernel's pool is seeded GRND_NONBLOCK fails; a program must not wait for that in order to be traced.
  if (getrandom(seeds_, sizeof seeds_, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof seeds_)) {
    seeds_[0] = mixed(static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()));
    seeds_[1] = mixed(reinterpret_cast<std::uintptr_t>(this) ^ seeds_[0]);
  }
}

TraceId RandomSpanIds::next_trace() noexcept {
  const std::uint64_t at = counter_.fetch_add(1, std::memory_order_relaxed) * kStep;
  TraceId id{.high = mixed(seeds_[0] + at), .low = mixed(seeds_[1] + at)};
  if (id.low == 0) id.low = 1;  // a trace of zeros would be none; some systems look at the lower half alone
  return id;
}

SpanId RandomSpanIds::next_span() noexcept {
  const SpanId id{mixed(seeds_[0] + counter_.fetch_add(1, std::memory_order_relaxed) * kStep)};
  return id.valid() ? id : SpanId{1};
}

}  // namespace millrace::observe
