#include <algorithm>
#include <limits>
#include <map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <millrace/observe/prometheus.h>

#include "observe/export/prometheus_names.h"
#include "observe/export/prometheus_numbers.h"

namespace millrace::observe {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Where the values of a histogram are cut, and how the bounds are spelled.
struct Cut {
  std::size_t bucket;  // the last one below the cut
  std::string le;
  double bound;
};

std::vector<Cut> cuts_of(const PrometheusBuckets& wanted, double per_unit) {
  const unsigned last = std::min(wanted.last, HistogramBuckets::kValueBits - 1);
  const unsigned first = std::min(wanted.first, last);
  std::vector<Cut> cuts;
  const auto add = [&](std::uint64_t cut) {
    const double bound = static_cast<double>(cut - 1) / per_unit;
    cuts.push_back({.bucket = HistogramBuckets::index_of(cut - 1), .le = canonical_bound(bound), .bound = bound});
  };
  for (unsigned power = first; power < last; ++power) {
    const std::uint64_t low = std::uint64_t{1} << power;
    // A power of two, at most 16: then every cut is one between two buckets of the histogram.
    std::uint64_t steps = 1;
    while (power >= HistogramBuckets::kSubBits && steps < 16 && steps * 2 <= wanted.per_octave) steps *= 2;
    for (std::uint64_t step = 0; step < steps; ++step) add(low + step * (low / steps));
  }
  add(std::uint64_t{1} << last);
  return cuts;
}

bool is_bad_counter(const MetricValue& value) noexcept {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer < 0;
  const double number = std::get<double>(value);
  return !(number >= 0);  // not a number, too
}

void append_hex(std::string& out, const auto& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

bool is_zero(const auto& bytes) noexcept {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

const Exemplar* newest_in(const std::vector<Exemplar>& exemplars, double above, double up_to) noexcept {
  const Exemplar* newest = nullptr;
  for (const Exemplar& one : exemplars)
    if (one.value > above && one.value <= up_to && (newest == nullptr || one.time >= newest->time)) newest = &one;
  return newest;
}

class TextWriter {
 public:
  TextWriter(PrometheusFormat format, const PrometheusOptions& options)
      : open_(format == PrometheusFormat::openmetrics_1_0), options_(options) {}

  PrometheusText write(const MetricSnapshot& snapshot) && {
    if (options_.target_info && !snapshot.resource.empty()) write_target_info(snapshot.resource);
    for (const MetricFamily& family : snapshot.families) write_family(family);
    if (open_) answer_.text += "# EOF\n";
    return std::move(answer_);
  }

 private:
  void write_target_info(const Labels& resource) {
    (void)claim("target", {"_info"});
    const std::string_view shown = open_ ? "target" : "target_info";
    answer_.text.append("# HELP ")
        .append(shown)
        .append(" Who counted.\n# TYPE ")
        .append(shown)
        .append(open_ ? " info\n" : " gauge\n");
    sample("target_info", labels_text(resource, false));
    answer_.text += "1\n";
  }

  void write_family(const MetricFamily& family) {
    if (family.points.empty()) return;
    const MetricKind kind = family.info.kind;
    const PrometheusName name = prometheus_name(family.info);
    if (!claim(name.name, kind == MetricKind::counter     ? std::vector<std::string_view>{"_total", "_created"}
                          : kind == MetricKind::histogram ? std::vector<std::string_view>{"_bucket", "_sum", "_count", "_created"}
                                                          : std::vector<std::string_view>{})) {
      answer_.left_out += family.points.size();
      return;
    }
    write_head(family.info, name);
    seen_.clear();
    for (const MetricPoint& point : family.points) {
      std::string labels = labels_text(point.labels, kind == MetricKind::histogram);
      if (seen_.contains(labels) || (kind == MetricKind::counter && is_bad_counter(point.value))) {
        ++answer_.left_out;
        continue;
      }
      if (kind == MetricKind::histogram)
        write_histogram(name.name, labels, point, std::get<HistogramValue>(point.value));
      else
        write_number(name.name, labels, point, kind);
      seen_.insert(std::move(labels));
    }
  }

  // False when another metric has one of these names.
  bool claim(const std::string& name, const std::vector<std::string_view>& suffixes) {
    std::vector<std::string> all{name};
    for (const std::string_view suffix : suffixes) all.push_back(name + std::string(suffix));
    if (std::ranges::any_of(all, [this](const std::string& one) { return claimed_.contains(one); })) return false;
    claimed_.insert(all.begin(), all.end());
    return true;
  }

  void write_head(const MetricInfo& info, const PrometheusName& name) {
    // OpenMetrics names the family, the older format the samples.
    const std::string shown = !open_ && info.kind == MetricKind::counter ? name.name + "_total" : name.name;
    std::string& out = answer_.text;
    if (!info.description.empty()) {
      out.append("# HELP ").append(shown) += ' ';
      append_escaped(out, info.description, open_);
      out += '\n';
    }
    out.append("# TYPE ").append(shown) += ' ';
    out += info.kind == MetricKind::counter ? "counter\n" : info.kind == MetricKind::histogram ? "histogram\n" : "gauge\n";
    if (open_ && !name.unit.empty()) out.append("# UNIT ").append(shown).append(" ").append(name.unit) += '\n';
  }

  // `a="b",c="d"`, in the order of Prometheus' names.
  static std::string labels_text(const Labels& labels, bool histogram) {
    std::string out;
    out.reserve(40 * labels.size());  // what most need
    std::string last;
    std::string name;
    for (const Label& label : labels) {
      name = label_name(label, histogram);
      if (name <= last) return labels_text_reordered(labels, histogram);
      append_label(out, name, label.value);
      last.swap(name);
    }
    return out;
  }

  // Rarely needed: '.' and '_' sort differently, and several names may have become one.
  static std::string labels_text_reordered(const Labels& labels, bool histogram) {
    std::map<std::string, std::string> values;
    for (const Label& label : labels) {
      const auto [entry, added] = values.try_emplace(label_name(label, histogram), label.value);
      if (!added) entry->second.append(";").append(label.value);
    }
    std::string out;
    for (const auto& [name, value] : values) append_label(out, name, value);
    return out;
  }

  static std::string label_name(const Label& label, bool histogram) {
    std::string name = prometheus_label_name(label.name);
    return histogram && name == "le" ? "label_le" : name;
  }

  static void append_label(std::string& out, std::string_view name, std::string_view value) {
    if (!out.empty()) out += ',';
    out.append(name).append("=\"");
    append_escaped(out, value, true);
    out += '"';
  }

  // All of a line before its value.
  void sample(std::string_view name, std::string_view labels, std::string_view suffix = {}) {
    answer_.text.append(name).append(suffix);
    if (!labels.empty()) answer_.text.append("{").append(labels).append("}");
    answer_.text += ' ';
  }

  void write_number(const std::string& name, const std::string& labels, const MetricPoint& point, MetricKind kind) {
    sample(name, labels, kind == MetricKind::counter ? "_total" : "");
    if (const auto* integer = std::get_if<std::int64_t>(&point.value))
      append_number(answer_.text, *integer);
    else
      append_number(answer_.text, std::get<double>(point.value));
    if (kind == MetricKind::counter) append_exemplar(newest_in(point.exemplars, -kInfinity, kInfinity));
    answer_.text += '\n';
    if (kind == MetricKind::counter) write_created(name, labels, point.start);
  }

  void write_histogram(const std::string& name, const std::string& labels, const MetricPoint& point, const HistogramValue& value) {
    const std::vector<std::uint64_t>& buckets = value.counts.buckets();
    std::uint64_t counted = 0;
    std::size_t next = 0;
    double below = -kInfinity;
    const std::string head = name + "_bucket{" + labels + (labels.empty() ? "le=\"" : ",le=\"");
    const auto bucket = [&](std::string_view le, double bound) {
      answer_.text.append(head).append(le).append("\"} ");
      append_number(answer_.text, counted);
      append_exemplar(newest_in(point.exemplars, below, bound));
      answer_.text += '\n';
      below = bound;
    };
    for (const Cut& cut : cuts(value.per_unit)) {
      for (; next < buckets.size() && next <= cut.bucket; ++next) counted += buckets[next];
      bucket(cut.le, cut.bound);
    }
    counted = value.counts.count();
    bucket("+Inf", kInfinity);
    sample(name, labels, "_sum");
    append_number(answer_.text, static_cast<double>(value.counts.sum()) / value.per_unit);
    answer_.text += '\n';
    sample(name, labels, "_count");
    append_number(answer_.text, counted);
    answer_.text += '\n';
    write_created(name, labels, point.start);
  }

  void write_created(const std::string& name, const std::string& labels, WallTime start) {
    if (!open_ || !options_.created || start == WallTime{}) return;
    sample(name, labels, "_created");
    append_seconds(answer_.text, start);
    answer_.text += '\n';
  }

  void append_exemplar(const Exemplar* exemplar) {
    if (!open_ || exemplar == nullptr) return;
    std::string& out = answer_.text;
    out += " # {";
    if (!is_zero(exemplar->trace_id)) {
      out += "trace_id=\"";
      append_hex(out, exemplar->trace_id);
      out += "\",span_id=\"";
      append_hex(out, exemplar->span_id);
      out += '"';
    }
    out += "} ";
    append_number(out, exemplar->value);
    if (exemplar->time == WallTime{}) return;
    out += ' ';
    append_seconds(out, exemplar->time);
  }

  // Most histograms of a snapshot have the same scale.
  const std::vector<Cut>& cuts(double per_unit) {
    if (cuts_.empty() || cuts_per_unit_ != per_unit) {
      cuts_ = cuts_of(per_unit == 1e9 ? options_.nanosecond_buckets : options_.buckets, per_unit);
      cuts_per_unit_ = per_unit;
    }
    return cuts_;
  }

  const bool open_;
  const PrometheusOptions& options_;
  PrometheusText answer_;
  std::unordered_set<std::string> claimed_;  // names of families and samples
  std::unordered_set<std::string> seen_;     // label texts of the family that is being written
  std::vector<Cut> cuts_;
  double cuts_per_unit_ = 0;
};

}  // namespace

PrometheusText to_prometheus(const MetricSnapshot& snapshot, PrometheusFormat format, const PrometheusOptions& options) {
  return TextWriter(format, options).write(snapshot);
}

}  // namespace millrace::observe
