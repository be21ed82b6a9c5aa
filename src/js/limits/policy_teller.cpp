#include "js/limits/policy_teller.h"

#include <array>
#include <chrono>
#include <utility>

#include "loop/core.h"

namespace millrace::js {

std::string_view to_string(PolicyDecision::Kind kind) noexcept {
  constexpr std::array<std::string_view, 6> kNames{"applied", "denied", "refused", "ended", "killed", "suppressed"};
  return kNames[static_cast<std::size_t>(kind)];
}

void PolicyTeller::tell(const PolicyDecision& decision) noexcept {
  loop_.contain([&] { listener_(decision); });
}

void PolicyTeller::applied(const SandboxPolicy& policy) {
  if (!listens()) return;
  tenant_ = policy.tenant;
  second_began_ = loop_.clock().now();
  tell({.kind = PolicyDecision::Kind::applied, .tenant = tenant_, .policy = &policy});
}

void PolicyTeller::said_no(PolicyDecision::Kind kind, std::string_view name, std::string_view what) noexcept {
  if (!listens()) return;
  if (told_ >= kDecisionsPerSecond) {
    const Instant now = loop_.clock().now();
    if (now - second_began_ < std::chrono::seconds(1)) {
      ++suppressed_;
      return;
    }
    second_began_ = now;
    told_ = 0;
    tell_suppressed();
  }
  ++told_;
  tell({.kind = kind, .tenant = tenant_, .name = name, .what = what});
}

void PolicyTeller::tell_suppressed() noexcept {
  if (const std::uint64_t count = std::exchange(suppressed_, 0); count > 0)
    tell({.kind = PolicyDecision::Kind::suppressed, .tenant = tenant_, .count = count});
}

void PolicyTeller::ended(const LimitReport& report) noexcept {
  if (!listens()) return;
  const bool killed = report.limit == Limit::killed;
  tell({.kind = killed ? PolicyDecision::Kind::killed : PolicyDecision::Kind::ended,
        .tenant = tenant_,
        .name = killed ? std::string_view() : to_string(report.limit),
        .report = &report});
}

}  // namespace millrace::js
