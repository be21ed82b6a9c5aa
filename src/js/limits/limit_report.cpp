// What limits are called, and how a report reads.
#include <array>
#include <string>

#include <millrace/js/limits.h>

#include "js/limits/limits.h"

namespace millrace::js {

std::string_view to_string(Limit limit) noexcept {
  constexpr std::array<std::string_view, 5> kNames{"wall_time", "cpu_time", "heap", "output", "killed"};
  return kNames[static_cast<std::size_t>(limit)];
}

std::string_view to_string(Operation operation) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"evaluation", "callback", "checkpoint"};
  return kNames[static_cast<std::size_t>(operation)];
}

std::string LimitReport::to_string() const {
  std::string text(js::to_string(limit));
  if (!value.empty()) text += " (" + value + ')';
  text.append(": ").append(js::to_string(operation));
  if (!stack.empty()) text += ", at " + stack.front();
  if (!tenant.empty()) text += ", tenant " + tenant;
  return text;
}

std::string duration_text(Duration duration) {
  using std::chrono::nanoseconds;
  struct Unit {
    std::int64_t ns;
    std::string_view name;
  };
  constexpr std::array<Unit, 4> kUnits{{{1'000'000'000, " s"}, {1'000'000, " ms"}, {1'000, " us"}, {1, " ns"}}};
  const std::int64_t ns = std::chrono::duration_cast<nanoseconds>(duration).count();
  for (const Unit& unit : kUnits)
    if (ns % unit.ns == 0) return std::to_string(ns / unit.ns).append(unit.name);
  return {};
}

std::string bytes_text(std::uint64_t bytes) {
  struct Unit {
    std::uint64_t bytes;
    std::string_view name;
  };
  constexpr std::array<Unit, 4> kUnits{{{std::uint64_t{1} << 30, " GiB"}, {1U << 20, " MiB"}, {1U << 10, " KiB"}, {1, " bytes"}}};
  for (const Unit& unit : kUnits)
    if (bytes % unit.bytes == 0) return std::to_string(bytes / unit.bytes).append(unit.name);
  return {};
}

}  // namespace millrace::js
