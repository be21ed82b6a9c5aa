// What the built-ins tell of themselves to those who measure.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string>

#include "js/host_support.h"

namespace millrace::js {
namespace {

std::uint32_t position_at(HostCall& call, std::size_t n) {
  const double number = call.engine().number_of(call.at(n));
  return number >= 1 && number < 4294967296.0 ? static_cast<std::uint32_t>(number) : 0;
}

/// (kind, milliseconds), and where it was made: file, line, column, function.
Local slow_callback(HostCall& call) {
  RuntimeCore& core = core_of(call);
  observe::SlowCallbacks* const slow = core.options().slow_callbacks;
  if (slow == nullptr) return {};
  const Work kind = call.engine().number_of(call.at(0)) == 0 ? Work::timer : Work::immediate;
  const auto took = Duration(std::llround(call.engine().number_of(call.at(1)) * 1e6));
  observe::Site site{
      .file = text_at(call, 2), .function = text_at(call, 5), .line = position_at(call, 3), .column = position_at(call, 4)};
  {
    const ContextBridge::Call in_its_context(core.contexts());
    slow->inner(kind, took, std::move(site), core.public_loop().context());
  }
  core.cover_native_tasks();  // whoever was told may have queued some
  return {};
}

/// (kind, when it was due in milliseconds or undefined) -> whether somebody follows it: then workEnds() comes.
Local work_begins(HostCall& call) {
  const WorkHook::Kind kind = call.engine().number_of(call.at(0)) == 0 ? WorkHook::Kind::timer : WorkHook::Kind::immediate;
  return call.engine().boolean(core_of(call).work_begins(kind, call.engine().number_of(call.at(1))));
}
/// (what it threw, if it threw)
Local work_ends(HostCall& call) {
  if (call.count() == 0) {
    core_of(call).work_ends(nullptr);
  } else {
    const Error error = core_of(call).error_from(ThrownValue{call.at(0)});
    core_of(call).work_ends(&error);
  }
  return {};
}

/// (operation, number, delay in milliseconds, whether it repeats, when it is due in milliseconds or undefined, whether closing ends it); see
/// timers_told.js. A program may have written nonsense into its handle.
Local tell_timer(HostCall& call) {
  RuntimeCore& core = core_of(call);
  TimerTeller* const teller = core.loop().timer_teller();
  if (teller == nullptr) return {};
  enum Operation : std::uint8_t { created, fired, refreshed, cancelled, rejected };
  constexpr double kLongest = 1e12;
  const auto number = [&](std::size_t n) {
    const double value = call.engine().number_of(call.at(n));
    return std::isnan(value) ? value : std::clamp(value, -kLongest, kLongest);
  };
  const double delay = number(2);
  const double due = number(4);
  const ContextBridge::Call in_its_context(core.contexts());
  const TimerHook::Timer timer{
      .source = TimerHook::Source::javascript,
      .id = static_cast<std::uint64_t>(number(1)),
      .delay = std::isnan(delay) || delay < 0 ? Duration::zero() : Duration(std::llround(delay * 1e6)),
      .repeats = call.engine().to_boolean(call.at(3)),
      .owner = core.public_loop().context(),
      .due = std::isnan(due) ? std::nullopt : std::optional(core.instant_at(due)),
  };
  TimerHook& hook = teller->hook();
  core.loop().contain([&] {
    switch (static_cast<Operation>(number(0))) {
      case created: return hook.created(timer);
      case fired: return hook.fired(timer);
      case refreshed: return hook.refreshed(timer);
      case cancelled:
        return hook.cancelled(
            timer, call.engine().to_boolean(call.at(5)) ? TimerHook::Cancelled::by_closing : TimerHook::Cancelled::by_program);
      case rejected: return hook.rejected(timer, TimerHook::Rejected::limit);
    }
  });
  core.cover_native_tasks();  // whoever was told may have queued some
  return {};
}

constexpr std::array kObserveFunctions{HostEntry{"slowCallback", slow_callback}, HostEntry{"workBegins", work_begins},
                                       HostEntry{"workEnds", work_ends}, HostEntry{"tellTimer", tell_timer}};

}  // namespace

std::span<const HostEntry> observe_functions() noexcept { return kObserveFunctions; }

}  // namespace millrace::js
