#include <algorithm>
#include <utility>

#include <millrace/observe/metrics.h>

namespace millrace::observe {

namespace {

// Stable, so that of two labels with one name the first stays.
void make_canonical(Labels& labels) {
  // Nearly always they are in order, and then nothing is allocated.
  const auto out_of_order = [](const Label& a, const Label& b) { return a.name >= b.name; };
  if (std::ranges::adjacent_find(labels, out_of_order) == labels.end()) return;
  std::ranges::stable_sort(labels, {}, &Label::name);
  const auto repeated = std::ranges::unique(labels, {}, &Label::name);
  labels.erase(repeated.begin(), repeated.end());
}

bool fits(MetricKind kind, const MetricValue& value) noexcept {
  return std::holds_alternative<HistogramValue>(value) == (kind == MetricKind::histogram);
}

}  // namespace

std::string_view to_string(MetricKind kind) noexcept {
  switch (kind) {
    case MetricKind::counter: return "counter";
    case MetricKind::up_down_counter: return "up-down counter";
    case MetricKind::gauge: return "gauge";
    case MetricKind::histogram: return "histogram";
  }
  return "unknown";
}

const MetricFamily* MetricSnapshot::find(std::string_view name) const noexcept {
  const auto found =
      std::ranges::find(families, name, [](const MetricFamily& family) -> std::string_view { return family.info.name; });
  return found == families.end() ? nullptr : &*found;
}

const MetricPoint* MetricSnapshot::find(std::string_view name, Labels labels) const {
  const MetricFamily* const family = find(name);
  if (family == nullptr) return nullptr;
  make_canonical(labels);
  const auto found = std::ranges::find(family->points, labels, &MetricPoint::labels);
  return found == family->points.end() ? nullptr : &*found;
}

MetricWriter::MetricWriter(MetricSnapshot& into, Labels extra) : into_(&into), extra_(std::move(extra)) {
  make_canonical(extra_);
  for (std::size_t i = 0; i < into.families.size(); ++i) index_by_name_.emplace(into.families[i].info.name, i);
}

MetricWriter::Family MetricWriter::family(const MetricInfo& info) {
  const auto [entry, added] = index_by_name_.try_emplace(info.name, into_->families.size());
  if (added) {
    try {
      into_->families.push_back({.info = info, .points = {}});
    } catch (...) {
      index_by_name_.erase(entry);
      throw;
    }
    return {*this, entry->second};
  }
  const MetricInfo& known = into_->families[entry->second].info;
  return {*this, known.kind == info.kind && known.unit == info.unit ? entry->second : kRefused};
}

void MetricWriter::Family::point(MetricPoint point) const {
  if (index_ == kRefused || !fits(writer_->into_->families[index_].info.kind, point.value)) {
    ++writer_->refused_;
    return;
  }
  // The extra ones come last, so that the point's own win.
  point.labels.insert(point.labels.end(), writer_->extra_.begin(), writer_->extra_.end());
  make_canonical(point.labels);
  writer_->into_->families[index_].points.push_back(std::move(point));
}

}  // namespace millrace::observe
