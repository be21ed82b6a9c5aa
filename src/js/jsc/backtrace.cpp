#include "js/jsc/backtrace.h"

#include <charconv>
#include <optional>
#include <utility>

namespace millrace::js {
namespace {

constexpr std::string_view kAt = "() at ";

std::optional<Engine::Frame> frame_of(std::string_view line) {
  const std::size_t name = line.find(' ');
  const std::size_t at = line.rfind(kAt);
  if (!line.starts_with('#') || name == std::string_view::npos || at == std::string_view::npos || at < name + 1)
    return std::nullopt;
  Engine::Frame frame;
  frame.function = line.substr(name + 1, at - name - 1);
  std::string_view place = line.substr(at + kAt.size());
  if (const std::size_t colon = place.rfind(':'); colon != std::string_view::npos) {
    const std::string_view digits = place.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), frame.line);
    if (error == std::errc{} && end == digits.data() + digits.size())
      place = place.substr(0, colon);
    else
      frame.line = 0;
  }
  frame.file = place;
  return frame;
}

}  // namespace

std::vector<Engine::Frame> frames_of(std::string_view backtrace) {
  std::vector<Engine::Frame> frames;
  while (!backtrace.empty()) {
    const std::size_t end = std::min(backtrace.find('\n'), backtrace.size());
    if (std::optional<Engine::Frame> frame = frame_of(backtrace.substr(0, end))) frames.push_back(*std::move(frame));
    backtrace.remove_prefix(std::min(end + 1, backtrace.size()));
  }
  return frames;
}

}  // namespace millrace::js
