#include <millrace/observe/log_level.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace millrace::observe {
namespace {

struct Names {
  std::string_view name;
  std::string_view severity;
  int number;
};
constexpr std::array<Names, 7> kNames{{{"trace", "TRACE", 1},
                                       {"debug", "DEBUG", 5},
                                       {"info", "INFO", 9},
                                       {"warn", "WARN", 13},
                                       {"error", "ERROR", 17},
                                       {"fatal", "FATAL", 21},
                                       {"off", "OFF", 0}}};

const Names& names_of(LogLevel level) noexcept {
  return kNames[std::min<std::size_t>(static_cast<std::size_t>(level), kNames.size() - 1)];
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string_view to_string(LogLevel level) noexcept { return names_of(level).name; }
std::string_view severity_text(LogLevel level) noexcept { return names_of(level).severity; }
int severity_number(LogLevel level) noexcept { return names_of(level).number; }

std::optional<LogLevel> parse_log_level(std::string_view text) noexcept {
  const auto means = [text](std::string_view name) { return std::ranges::equal(text, name, {}, lower); };
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (means(kNames[i].name)) return static_cast<LogLevel>(i);
  if (means("warning")) return LogLevel::warn;
  return std::nullopt;
}

}  // namespace millrace::observe
