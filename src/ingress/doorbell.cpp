#include "ingress/doorbell.h"

#include <chrono>

#include "ingress/futex.h"

namespace millrace {

void Doorbell::ring() noexcept {
  const WakeClaim claim = gate_.claim_wake();
  if (!claim) return;
  // Not the loop's clock: a claim does not keep the loop from ending.
  if (note_times_.load(std::memory_order_relaxed))
    rung_at_.store(Duration(std::chrono::steady_clock::now().time_since_epoch()).count(), std::memory_order_relaxed);
  if (claim.duty == WakeDuty::signal_poller ? waker_->wake() : Futex::wake(gate_.word())) return;
  failed_rings_.fetch_add(1, std::memory_order_relaxed);
  gate_.wake_failed(claim);
}

Result<void> Doorbell::sleep_on_futex(std::optional<Duration> timeout) {
  return Futex::wait(gate_.word(), gate_.asleep_word(), timeout);
}

std::optional<Instant> Doorbell::take_ring_time() noexcept {
  const std::int64_t at = rung_at_.exchange(0, std::memory_order_relaxed);
  if (at == 0) return std::nullopt;
  return Instant{Duration{at}};
}

}  // namespace millrace
