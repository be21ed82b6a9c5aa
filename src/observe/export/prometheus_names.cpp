#include "observe/export/prometheus_names.h"

#include <algorithm>
#include <array>
#include <utility>

namespace millrace::observe {

namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_word(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c); }

using Words = std::pair<std::string_view, std::string_view>;

// UCUM's codes, and the words Prometheus uses for them.
constexpr std::array kUnits = {
    Words{"d", "days"},          Words{"h", "hours"},         Words{"min", "minutes"},    Words{"s", "seconds"},
    Words{"ms", "milliseconds"}, Words{"us", "microseconds"}, Words{"ns", "nanoseconds"}, Words{"By", "bytes"},
    Words{"KiBy", "kibibytes"},  Words{"MiBy", "mebibytes"},  Words{"GiBy", "gibibytes"}, Words{"TiBy", "tebibytes"},
    Words{"kBy", "kilobytes"},   Words{"KBy", "kilobytes"},   Words{"MBy", "megabytes"},  Words{"GBy", "gigabytes"},
    Words{"TBy", "terabytes"},   Words{"m", "meters"},        Words{"V", "volts"},        Words{"A", "amperes"},
    Words{"J", "joules"},        Words{"W", "watts"},         Words{"g", "grams"},        Words{"Cel", "celsius"},
    Words{"Hz", "hertz"},        Words{"%", "percent"},
};
// After "per".
constexpr std::array kPerUnits = {
    Words{"s", "second"}, Words{"m", "minute"}, Words{"min", "minute"}, Words{"h", "hour"},
    Words{"d", "day"},    Words{"wk", "week"},  Words{"mo", "month"},   Words{"y", "year"},
};

// Anything else becomes one '_' for each run; none at the ends.
std::string words_of(std::string_view text, bool colon_allowed) {
  std::string out;
  for (const char c : text) {
    if (is_word(c) || (colon_allowed && c == ':'))
      out += c;
    else if (!out.empty() && out.back() != '_')
      out += '_';
  }
  while (out.ends_with('_')) out.pop_back();
  return out;
}

// "{packet}" and the like say what is counted, not in which unit.
std::string without_annotations(std::string_view ucum) {
  std::string out;
  int depth = 0;
  for (const char c : ucum) {
    if (c == '{')
      ++depth;
    else if (c == '}')
      --depth;
    else if (depth <= 0)
      out += c;
  }
  return out;
}

template <std::size_t N>
std::string in_words(std::string_view code, const std::array<Words, N>& table) {
  const auto found = std::ranges::find(table, code, &Words::first);
  return found == table.end() ? words_of(code, false) : std::string(found->second);
}

bool ends_with_word(std::string_view name, std::string_view word) {
  return name.ends_with(word) && (name.size() == word.size() || name[name.size() - word.size() - 1] == '_');
}

}  // namespace

std::string prometheus_unit(std::string_view ucum, MetricKind kind) {
  const std::string plain = without_annotations(ucum);
  if (plain == "1") return kind == MetricKind::gauge ? "ratio" : "";
  const std::size_t slash = plain.find('/');
  std::string unit = in_words(std::string_view(plain).substr(0, slash), kUnits);
  if (slash == std::string::npos) return unit;
  const std::string per = in_words(std::string_view(plain).substr(slash + 1), kPerUnits);
  if (per.empty()) return unit;
  return (unit.empty() ? "per_" : unit + "_per_") + per;
}

PrometheusName prometheus_name(const MetricInfo& info) {
  PrometheusName answer{.name = words_of(info.name, true), .unit = prometheus_unit(info.unit, info.kind)};
  constexpr std::string_view kTotal = "_total";
  if (info.kind == MetricKind::counter && answer.name.ends_with(kTotal)) answer.name.resize(answer.name.size() - kTotal.size());
  if (!answer.unit.empty() && !ends_with_word(answer.name, answer.unit)) {
    if (!answer.name.empty()) answer.name += '_';
    answer.name += answer.unit;
  }
  if (answer.name.empty() || is_digit(answer.name.front())) answer.name.insert(0, 1, '_');
  return answer;
}

std::string prometheus_label_name(std::string_view name) {
  std::string out;
  for (const char c : name) out += is_word(c) ? c : '_';
  if (out.empty() || is_digit(out.front())) out.insert(0, 1, '_');
  if (out.starts_with("__")) out.insert(0, "label");  // two underscores are Prometheus' own
  return out;
}

}  // namespace millrace::observe
