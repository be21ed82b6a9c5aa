#include <millrace/observe/console_sink.h>

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>

#include "observe/log/line_output.h"
#include "observe/log/text_record.h"

namespace millrace::observe {
namespace {

constexpr std::size_t kStackBytes = 2048;

bool wants_colour(int fd, ConsoleColour colour) {
  if (colour != ConsoleColour::automatic) return colour == ConsoleColour::always;
  // NOLINTBEGIN(concurrency-mt-unsafe): read once, by the constructor
  const char* const no_colour = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  // NOLINTEND(concurrency-mt-unsafe)
  if (no_colour != nullptr && *no_colour != '\0') return false;  // as no-color.org has it: present and not empty
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
  return ::isatty(fd) == 1;
}

}  // namespace

struct ConsoleSink::Parts {
  detail::LineOutput output;
  bool coloured;
};

ConsoleSink::ConsoleSink(int fd, ConsoleColour colour, LineOutputOptions options)
    : parts_(new Parts{detail::LineOutput(fd, options), wants_colour(fd, colour)}) {}
ConsoleSink::~ConsoleSink() = default;

Result<void> ConsoleSink::write(const LogRecord& record) {
  std::array<char, kStackBytes> memory;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  detail::TextBuffer line(memory.data(), memory.size());
  detail::append_text(line, record, parts_->coloured);
  line.append('\n');
  return parts_->output.write_line(line.view());
}

bool ConsoleSink::coloured() const noexcept { return parts_->coloured; }

}  // namespace millrace::observe
