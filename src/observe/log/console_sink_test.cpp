#include <millrace/observe/console_sink.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "base/unique_fd.h"
#include "observe/log/text_record.h"
#include "support/log_support.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;

std::string visible(std::string_view text) {
  detail::TextBuffer out(nullptr, 0);
  detail::append_visible(out, text, false);
  return std::string(out.view());
}

struct ConsoleTest : ::testing::Test {
  ConsoleTest() {
    std::array<int, 2> fds{};
    EXPECT_EQ(::pipe2(fds.data(), O_CLOEXEC), 0);
    read_end = UniqueFd(fds[0]);
    write_end = UniqueFd(fds[1]);
  }
  [[nodiscard]] std::string printed() {
    write_end.reset();
    std::string text(1 << 16, '\0');
    const ssize_t size = ::read(read_end.get(), text.data(), text.size());
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return text;
  }
  UniqueFd read_end, write_end;
  ManualWallClock wall_clock{WallTime(1'500ms)};
};

TEST_F(ConsoleTest, PrintsOneLineARecord) {
  ConsoleSink sink(write_end.get());
  LogHub hub({.outputs = {{&sink}}, .level = LogLevel::trace, .wall_clock = &wall_clock});
  const Logger log = hub.logger("ingress");
  log.trace("a");
  log.warn("b", field("peer", "10.0.0.1"), field("words", "two words"), field("wait", 1500us), field("nothing", nullptr));
  log.error("c", field("", ""), field("a=b", "x=y"), field("o", object(field("n", 1.5), field("l", list(true, "z")))));
  EXPECT_EQ(printed(),
            "1970-01-01T00:00:01.500Z TRACE [ingress] a\n"
            "1970-01-01T00:00:01.500Z WARN  [ingress] b  peer=10.0.0.1 words=\"two words\" wait=1.5ms nothing=null\n"
            "1970-01-01T00:00:01.500Z ERROR [ingress] c  \"\"=\"\" \"a=b\"=\"x=y\" o={n=1.5 l=[true, z]}\n");
}

TEST_F(ConsoleTest, ErrorsAreTellingButIndented) {
  ConsoleSink sink(write_end.get());
  LogHub hub({.outputs = {{&sink}}, .wall_clock = &wall_clock});
  const Error error = Error(Errc::closed, "first\n1970-01-01T00:00:01.500Z INFO  [forged] line").wrap(Errc::full, "second");
  hub.logger("test").error("failed", field("error", error), field("n", 1));
  const std::string text = printed();
  EXPECT_TRUE(text.starts_with("1970-01-01T00:00:01.500Z ERROR [test] failed  error=second n=1\n    error: ")) << text;
  std::size_t lines = 0;
  for (std::size_t at = text.find('\n'); at + 1 < text.size(); at = text.find('\n', at + 1), ++lines)
    EXPECT_EQ(text.substr(at + 1, 4), "    ") << text;
  EXPECT_GT(lines, 3U);
  EXPECT_NE(text.find("caused by: first"), std::string::npos) << text;
}

TEST_F(ConsoleTest, NothingForgesALineOrReachesTheTerminal) {
  ConsoleSink sink(write_end.get());
  LogHub hub({.outputs = {{&sink}}, .wall_clock = &wall_clock});
  const std::string evil =
      "a\nb\r\x1b[2Jc\x9b\xC2\x9B"
      "d\xE2\x80\xAE\x7f\xE2\x80\xA8\"\\";
  hub.logger(evil).child(field(evil, evil)).info(evil, field("list", list(evil)));
  const std::string text = printed();
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
  for (const char c : text) EXPECT_TRUE(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)) << int{c};
  EXPECT_EQ(text.find("\xC2\x9B"), std::string::npos);
  EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_EQ(visible(evil), "a\\nb\\r\\x1b[2Jc\xEF\xBF\xBD\\x9bd\\u{202e}\\x7f\\u{2028}\"\\");
}

TEST_F(ConsoleTest, DurationsHaveAUnit) {
  RecordingSink sink;
  LogHub hub({.outputs = {{&sink}}});
  const Logger log = hub.logger("test");
  const auto shown = [&](Duration duration) {
    log.info("x", field("d", duration));
    return sink.last().body_text().substr(5);
  };
  EXPECT_EQ(shown(0ns), "0ns");
  EXPECT_EQ(shown(999ns), "999ns");
  EXPECT_EQ(shown(1001ns), "1.001us");
  EXPECT_EQ(shown(15ms), "15ms");
  EXPECT_EQ(shown(1500ms), "1.5s");
  EXPECT_EQ(shown(1'000'000'001ns), "1000000.001us");
  EXPECT_EQ(shown(-2s), "-2s");
  EXPECT_EQ(shown(1'050'000'000ns), "1.05s");
  EXPECT_EQ(shown(Duration::min()), "-9223372036854775.808us");
}

TEST_F(ConsoleTest, TooMuchIsLeftOutAndSaid) {
  RecordingSink sink;
  LogHub hub({.outputs = {{&sink}}, .format = {.line_bytes_max = 100}});
  const std::string large(1000, 'x');
  hub.logger("test").info("x", field("large", large), field("a", 1), field("b", 2));
  EXPECT_LT(sink.last().text().size(), 100U + 1024U);
  EXPECT_TRUE(sink.last().text().ends_with(" (left out: 3)")) << sink.last().text();
}

TEST_F(ConsoleTest, ColoursOnlyOnATerminal) {
  EXPECT_FALSE(ConsoleSink(write_end.get()).coloured()) << "a pipe";
  UniqueFd terminal(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(terminal);
  const char* const terminal_type = std::getenv("TERM");
  const std::string type_before = terminal_type != nullptr ? terminal_type : "";
  const char* const no_colour = std::getenv("NO_COLOR");
  const std::string no_colour_before = no_colour != nullptr ? no_colour : "";
  ::setenv("TERM", "xterm", 1);
  ::unsetenv("NO_COLOR");
  EXPECT_EQ(ConsoleSink(terminal.get()).coloured(), ::isatty(terminal.get()) == 1);
  EXPECT_FALSE(ConsoleSink(terminal.get(), ConsoleColour::never).coloured());
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(ConsoleSink(terminal.get()).coloured());
  EXPECT_TRUE(ConsoleSink(terminal.get(), ConsoleColour::always).coloured());
  ::setenv("NO_COLOR", "", 1);
  EXPECT_EQ(ConsoleSink(terminal.get()).coloured(), ::isatty(terminal.get()) == 1) << "empty counts as not there";
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(ConsoleSink(terminal.get()).coloured());
  type_before.empty() ? ::unsetenv("TERM") : ::setenv("TERM", type_before.c_str(), 1);
  no_colour_before.empty() ? ::unsetenv("NO_COLOR") : ::setenv("NO_COLOR", no_colour_before.c_str(), 1);
}

TEST_F(ConsoleTest, ColouredLinesSayTheSame) {
  ConsoleSink sink(write_end.get(), ConsoleColour::always);
  RecordingSink plain;
  LogHub hub({.outputs = {{&sink}, {&plain}}, .wall_clock = &wall_clock});
  hub.logger("test").warn("x", field("a", 1));
  std::string text = printed();
  EXPECT_NE(text.find("\x1b[33m"), std::string::npos);
  for (std::size_t at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b'))
    text.erase(at, text.find('m', at) - at + 1);
  EXPECT_EQ(text, plain.last().text() + '\n');
}

}  // namespace
}  // namespace millrace::observe
