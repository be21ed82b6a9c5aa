#include <charconv>
#include <cstddef>

#include <millrace/observe/prometheus.h>

#include "observe/trimmed.h"

namespace millrace::observe {

namespace {

constexpr std::string_view kOpenMetrics = "application/openmetrics-text";

// Cuts the part before `mark` off `rest`.
std::string_view take_until(std::string_view& rest, char mark) noexcept {
  const std::size_t end = rest.find(mark);
  const std::string_view part = trimmed(rest.substr(0, end));
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return part;
}

bool same(std::string_view text, std::string_view lower) noexcept {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    if (c != lower[i]) return false;
  }
  return true;
}

struct Range {
  std::string_view type;
  double quality = 1;
  bool known_version = true;
};

Range parsed(std::string_view text) {
  Range range;
  range.type = take_until(text, ';');
  while (!text.empty()) {
    std::string_view value = take_until(text, ';');
    const std::string_view name = take_until(value, '=');
    value = trimmed(value);
    if (same(name, "version")) range.known_version = value == "1.0.0" || value == "\"1.0.0\"";
    if (!same(name, "q")) continue;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), range.quality);
    if (read.ec != std::errc{} || !(range.quality >= 0 && range.quality <= 1)) range.quality = 0;
  }
  return range;
}

}  // namespace

std::string_view content_type(PrometheusFormat format) noexcept {
  return format == PrometheusFormat::openmetrics_1_0 ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                                     : "text/plain; version=0.0.4; charset=utf-8";
}

PrometheusFormat format_for_accept(std::string_view accept) {
  double openmetrics = 0;
  double text = 0;
  while (!accept.empty()) {
    const Range range = parsed(take_until(accept, ','));
    double& best = same(range.type, kOpenMetrics) && range.known_version ? openmetrics : text;
    // A wildcard is no reason for a format that older readers do not know.
    const bool counts =
        &best == &openmetrics || same(range.type, "text/plain") || same(range.type, "text/*") || same(range.type, "*/*");
    if (counts && range.quality > best) best = range.quality;
  }
  return openmetrics > 0 && openmetrics >= text ? PrometheusFormat::openmetrics_1_0 : PrometheusFormat::text_0_0_4;
}

}  // namespace millrace::observe
