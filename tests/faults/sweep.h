// The sweep: every call that a scenario makes refused once, with every errno asked for.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>

#include <millrace/error.h>
#include <millrace/poller.h>

#include "support/descriptors.h"
#include "support/fault_plan.h"

namespace millrace::testing {

/// Base of the suites that ask the same of each kind of poller; a kind that this system lacks is skipped.
class EachPollerKind : public ::testing::TestWithParam<PollerKind> {
 protected:
  void SetUp() override {
    const auto poller = make_poller(GetParam());
    if (!poller) GTEST_SKIP() << poller.error().to_string();
  }
};

/// Whether `error` tells what was refused: by its errno, or in a word of our own that stands for it.
[[nodiscard]] inline bool tells(const Error& error, int number) {
  if (error.matches(std::error_code(number, std::system_category()))) return true;
  if (number == EBADF) return error.matches(make_error_code(Errc::invalid_descriptor));
  return (number == EPERM || number == ENOSYS) && error.matches(make_error_code(Errc::unsupported));
}

/// Runs `scenario()` once to see how often each call is made, then `refuse(fault)` for every one of those calls and every errno: it makes
/// a FaultPlan of the fault, runs the scenario and judges. Stops at the first failure; after each run no descriptor may be left open.
/// How many calls a scenario with threads makes depends a little on how they meet; what is not reached is not refused.
template <typename Scenario, typename Refuse>
void sweep(std::span<const int> errors, Scenario scenario, Refuse refuse) {
  std::array<int, kSystemCalls.size()> reached{};
  {
    const FaultPlan count_only;
    scenario();
    for (std::size_t i = 0; i < reached.size(); ++i) reached[i] = count_only.calls(static_cast<SystemCall>(i));
  }
  for (std::size_t i = 0; i < reached.size(); ++i)
    for (int nth = 1; nth <= reached[i]; ++nth)
      for (const int error : errors) {
        const Fault fault{static_cast<SystemCall>(i), nth, error};
        SCOPED_TRACE(std::string(to_string(fault.call)) + " #" + std::to_string(nth) + " errno " + std::to_string(error));
        const std::size_t open_before = open_descriptors();
        refuse(fault);
        EXPECT_EQ(open_descriptors(), open_before);
        if (::testing::Test::HasFailure()) return;
      }
}

}  // namespace millrace::testing
