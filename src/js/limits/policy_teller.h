// PolicyTeller: brings decisions of a sandbox's policy to who keeps account of them, and bounds how many a program can make it tell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <millrace/clock.h>
#include <millrace/js/policy_decision.h>

namespace millrace {
class LoopCore;
}

namespace millrace::js {

/// Thread    the loop's.
class PolicyTeller {
 public:
  /// `listener` may be empty: then nothing is told.
  PolicyTeller(LoopCore& loop, PolicyListener listener) : loop_(loop), listener_(std::move(listener)) {}
  PolicyTeller(const PolicyTeller&) = delete;
  PolicyTeller& operator=(const PolicyTeller&) = delete;
  ~PolicyTeller() = default;

  void applied(const SandboxPolicy& policy);
  /// `kind`: denied or refused.
  void said_no(PolicyDecision::Kind kind, std::string_view name, std::string_view what) noexcept;
  void ended(const LimitReport& report) noexcept;
  /// What was counted and not told.
  void tell_suppressed() noexcept;
  [[nodiscard]] bool listens() const noexcept { return static_cast<bool>(listener_); }

 private:
  void tell(const PolicyDecision& decision) noexcept;

  LoopCore& loop_;
  PolicyListener listener_;
  std::string tenant_;
  Instant second_began_{};
  std::uint64_t told_ = 0;  ///< in this second
  std::uint64_t suppressed_ = 0;
};

}  // namespace millrace::js
