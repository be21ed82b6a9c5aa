// Labels of metrics, and series that are the same once these are masked.
#include <algorithm>
#include <iterator>
#include <map>
#include <utility>
#include <variant>

#include "observe/redacted/values.h"

namespace millrace::observe::detail {
namespace {

/// Adds `point` to `into`, which has the same labels. False: they cannot be added.
bool add_up(MetricKind kind, MetricPoint& into, MetricPoint& point) {
  if (kind == MetricKind::gauge) return false;
  if (kind == MetricKind::histogram) {
    auto& sum = std::get<HistogramValue>(into.value);
    const auto& more = std::get<HistogramValue>(point.value);
    if (sum.per_unit != more.per_unit) return false;
    sum.counts.merge(more.counts);
  } else if (std::holds_alternative<std::int64_t>(into.value) && std::holds_alternative<std::int64_t>(point.value)) {
    // As the instruments add: past the largest number it goes on at the smallest.
    into.value = static_cast<std::int64_t>(static_cast<std::uint64_t>(std::get<std::int64_t>(into.value)) +
                                           static_cast<std::uint64_t>(std::get<std::int64_t>(point.value)));
  } else {
    const auto real_of = [](const MetricValue& value) {
      const std::int64_t* const whole = std::get_if<std::int64_t>(&value);
      return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
    };
    into.value = real_of(into.value) + real_of(point.value);
  }
  into.start = std::min(into.start, point.start);  // zero, which means unknown, is the least
  std::ranges::move(point.exemplars, std::back_inserter(into.exemplars));
  return true;
}

std::uint64_t merge_equal(MetricFamily& family) {
  std::uint64_t left_out = 0;
  std::map<Labels, std::size_t> index_by_labels;
  std::vector<MetricPoint> kept;
  kept.reserve(family.points.size());
  for (MetricPoint& point : family.points) {
    const auto [entry, added] = index_by_labels.try_emplace(point.labels, kept.size());
    if (added)
      kept.push_back(std::move(point));
    else if (!add_up(family.info.kind, kept[entry->second], point))
      ++left_out;
  }
  family.points = std::move(kept);
  return left_out;
}

}  // namespace

bool redact_labels(Labels& labels, const Redactor& redactor) {
  bool changed = false;
  std::string out;
  for (Label& label : labels) {
    if (redactor.hides(label.name))
      label.value = redactor.mask();
    else if (redactor.redact(label.value, out))
      label.value.swap(out);
    else
      continue;
    changed = true;
  }
  return changed;
}

std::uint64_t redact_snapshot(MetricSnapshot& snapshot, const Redactor& redactor) {
  std::uint64_t left_out = 0;
  redact_labels(snapshot.resource, redactor);
  for (MetricFamily& family : snapshot.families) {
    redact_text(family.info.description, redactor);
    bool changed = false;
    for (MetricPoint& point : family.points) changed |= redact_labels(point.labels, redactor);
    if (changed) left_out += merge_equal(family);
  }
  return left_out;
}

}  // namespace millrace::observe::detail
