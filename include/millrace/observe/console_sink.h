// ConsoleSink: records for people who look at a terminal.
#pragma once

#include <cstdint>
#include <memory>

#include <millrace/observe/json_lines_sink.h>
#include <millrace/observe/log_sink.h>

namespace millrace::observe {

enum class ConsoleColour : std::uint8_t {
  automatic,  ///< on a terminal, unless the environment variable NO_COLOR has a value or TERM is "dumb"; looked at once, by the constructor
  never,
  always,
};

/// Writes LogRecord::text() and a line break, one write(2) for each record; otherwise as JsonLinesSink.
/// Safe      the only escape sequences in the output are the colours. See LogRecord::text().
class ConsoleSink final : public LogSink {
 public:
  static constexpr int kStandardError = 2;
  explicit ConsoleSink(int fd = kStandardError, ConsoleColour colour = ConsoleColour::automatic, LineOutputOptions options = {});
  ~ConsoleSink() override;
  [[nodiscard]] Result<void> write(const LogRecord& record) override;
  [[nodiscard]] bool coloured() const noexcept;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::observe
