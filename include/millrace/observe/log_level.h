// LogLevel: how much a record matters.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace millrace::observe {

/// In ascending order; `off` is only a threshold, no record has it.
enum class LogLevel : std::uint8_t {
  trace,  ///< every step; for one who follows a single run
  debug,  ///< what a developer asks for
  info,   ///< what an operator wants to know of a healthy program
  warn,   ///< something was lost, refused or slow, and the program goes on as it should
  error,  ///< an operation failed
  fatal,  ///< the program cannot go on
  off,
};

/// Lower case: "info".
[[nodiscard]] std::string_view to_string(LogLevel level) noexcept;
/// What to_string() gives, and "warning", in any case of ASCII letters; null for anything else.
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view text) noexcept;

/// The level as OpenTelemetry's log data model has it: SeverityText and SeverityNumber.
/// Source  https://opentelemetry.io/docs/specs/otel/logs/data-model/#severity-fields
[[nodiscard]] std::string_view severity_text(LogLevel level) noexcept;  ///< "TRACE" ... "FATAL"
[[nodiscard]] int severity_number(LogLevel level) noexcept;             ///< 1, 5, 9, 13, 17, 21; 0 for off

}  // namespace millrace::observe
