#include "observe/metrics/metric_rules.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/utf8.h"

namespace millrace::observe {

namespace {

constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_metric_name(std::string_view name) noexcept {
  return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-' || c == '/';
  });
}

bool is_label_name(std::string_view name) noexcept {
  return !name.empty() && (is_letter(name.front()) || name.front() == '_') && std::ranges::all_of(name, [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-' || c == '/' || c == ':';
  });
}

// A wrong name may be of any length and hold anything; a message does not.
std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 60;
  std::string shown(text.substr(0, kShown));
  for (char& c : shown)
    if (c < ' ' || c > '~') c = '?';
  return "'" + shown + (text.size() > kShown ? "...'" : "'");
}

std::string too_long(std::string_view what, std::size_t size, std::size_t limit, std::string_view of) {
  return "the " + std::string(what) + " has " + std::to_string(size) + " " + std::string(of) + ", at most " +
         std::to_string(limit) + " are allowed";
}

Result<void> check_label(std::string_view metric, MetricKind kind, const Label& label) {
  const auto refuse = [&](std::string_view why) {
    return fail(Errc::invalid_argument, "label " + quoted(label.name) + " of metric " + quoted(metric) + ": " + std::string(why));
  };
  if (label.name.size() > MetricsRegistry::kNameMax)
    return refuse(too_long("name", label.name.size(), MetricsRegistry::kNameMax, "characters"));
  if (!is_label_name(label.name))
    return refuse("the name must be a letter or '_', then letters, digits, '_', '.', '-', '/' or ':'");
  if (label.name.starts_with("__")) return refuse("names that start with '__' are reserved by Prometheus");
  if (kind == MetricKind::histogram && (label.name == "le" || label.name == "quantile"))
    return refuse("on a histogram this name is reserved by Prometheus");
  if (label.name == kOverflowLabel) return refuse("the name is reserved for the series that takes what is past the limit");
  if (label.value.size() > MetricsRegistry::kLabelValueMax)
    return refuse(too_long("value", label.value.size(), MetricsRegistry::kLabelValueMax, "bytes"));
  return {};
}

}  // namespace

Result<void> check_instrument(const InstrumentInfo& info) {
  const auto refuse = [&](std::string_view why) {
    return fail(Errc::invalid_argument, "metric " + quoted(info.name) + ": " + std::string(why));
  };
  if (info.name.size() > MetricsRegistry::kNameMax)
    return refuse(too_long("name", info.name.size(), MetricsRegistry::kNameMax, "characters"));
  if (!is_metric_name(info.name)) return refuse("the name must be a letter, then letters, digits, '_', '.', '-' or '/'");
  if (info.unit.size() > MetricsRegistry::kUnitMax)
    return refuse(too_long("unit", info.unit.size(), MetricsRegistry::kUnitMax, "characters"));
  if (!std::ranges::all_of(info.unit, [](char c) { return c > ' ' && c <= '~'; }))
    return refuse("the unit " + quoted(info.unit) + " must be printable ASCII without spaces, as in UCUM");
  if (!std::isfinite(info.per_unit) || info.per_unit <= 0) return refuse("per_unit must be finite and above zero");
  return {};
}

Result<Labels> combine_labels(std::string_view metric, MetricKind kind, const Labels& base, Labels labels) {
  for (Label& label : labels) {
    if (auto checked = check_label(metric, kind, label); !checked) return std::unexpected(std::move(checked).error());
    mend_utf8(label.value);
  }
  labels.insert(labels.end(), base.begin(), base.end());
  // Stable, so that of two labels with one name the first stays: the new one.
  std::ranges::stable_sort(labels, {}, &Label::name);
  const auto repeated = std::ranges::unique(labels, {}, &Label::name);
  labels.erase(repeated.begin(), repeated.end());
  std::erase_if(labels, [](const Label& label) { return label.value.empty(); });
  if (labels.size() > MetricsRegistry::kLabelsMax)
    return fail(Errc::invalid_argument, "metric " + quoted(metric) + ": " + std::to_string(labels.size()) + " labels, at most " +
                                            std::to_string(MetricsRegistry::kLabelsMax) + " are allowed");
  return labels;
}

}  // namespace millrace::observe
