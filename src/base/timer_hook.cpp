#include <millrace/timer_hook.h>

#include <array>
#include <cstddef>

namespace millrace {

std::string_view to_string(TimerHook::Source source) noexcept {
  constexpr std::array<std::string_view, 2> kNames{"loop", "javascript"};
  return kNames[static_cast<std::size_t>(source)];
}

std::string_view to_string(TimerHook::Cancelled how) noexcept {
  constexpr std::array<std::string_view, 2> kNames{"by_program", "by_closing"};
  return kNames[static_cast<std::size_t>(how)];
}

std::string_view to_string(TimerHook::Rejected why) noexcept {
  constexpr std::array<std::string_view, 2> kNames{"closed", "limit"};
  return kNames[static_cast<std::size_t>(why)];
}

}  // namespace millrace
