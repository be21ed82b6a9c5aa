// What tests of aborts share: a reason, the state behind a signal, a hook that notes its calls, and a place inside run().
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include <millrace/abort.h>

#include "promise/abort_state.h"
#include "support/manual_loop.h"

namespace millrace::testing {

[[nodiscard]] inline Error because(std::string why) { return Error(Errc::aborted, std::move(why)); }
[[nodiscard]] inline AbortState& state_of(const AbortSignal& signal) { return *AbortState::of(signal); }

/// Runs `body` inside run(), where abort() calls back before it returns.
template <typename Body>
void inside(ManualLoop& m, Body body) {
  m.loop.immediate(std::move(body)).value();
  EXPECT_NE(m.loop.run().reason(), RunOutcome::Reason::failed);
}

/// Writes down its name and the reason; then destroys its victim, if it has one.
struct AbortHookDouble final : AbortHook {
  explicit AbortHookDouble(std::string n, Lines& l) : name(std::move(n)), log(l) {}
  void aborted(const Error& reason) noexcept override {
    EXPECT_FALSE(linked());
    log.push_back(name + " " + reason.message());
    if (victim) victim->reset();
  }
  std::string name;
  Lines& log;
  std::optional<AbortHookDouble>* victim = nullptr;
};

}  // namespace millrace::testing
