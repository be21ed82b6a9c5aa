#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include <millrace/observe/metrics_hub.h>

#include "observe/metrics/callout.h"
#include "observe/metrics/metric_rules.h"
#include "observe/redacted/values.h"

namespace millrace::observe {

struct MetricsHub::State {
  explicit State(MetricsHubOptions o) : options(std::move(o)), own_labels(options.constant_labels) {
    std::ranges::sort(options.resource, {}, &Label::name);
    if (options.redactor != nullptr) detail::redact_labels(own_labels, *options.redactor);
  }
  MetricsHubOptions options;  // constant from here on
  Labels own_labels;          // of what the hub itself counts, which is written after the rest was masked; constant, too
  std::mutex mutex;           // leaf: guards sources
  std::vector<std::shared_ptr<Registration::Impl>> sources;
  std::atomic<std::uint64_t> failures{0};  // relaxed, as the next: a count
  std::atomic<std::uint64_t> refused{0};
};

struct MetricsHub::Registration::Impl {
  Impl(const MetricSource& s, Labels l, std::weak_ptr<State> h) : source(s), labels(std::move(l)), home(std::move(h)) {}
  const MetricSource& source;
  const Labels labels;  // the source's and the hub's
  const std::weak_ptr<State> home;
  Callout callout;
};

namespace {

// Puts what one source wrote behind what others did. Answers how many points were refused.
class Merger {
 public:
  explicit Merger(MetricSnapshot& into) : into_(into) {}

  std::uint64_t merge(MetricSnapshot&& part) {
    std::uint64_t refused = 0;
    for (MetricFamily& family : part.families) {
      const auto [entry, added] = index_by_name_.try_emplace(family.info.name, into_.families.size());
      if (added) {
        into_.families.push_back(std::move(family));
        continue;
      }
      MetricFamily& known = into_.families[entry->second];
      if (known.info.kind == family.info.kind && known.info.unit == family.info.unit)
        std::ranges::move(family.points, std::back_inserter(known.points));
      else
        refused += family.points.size();
    }
    return refused;
  }

 private:
  MetricSnapshot& into_;
  std::unordered_map<std::string, std::size_t> index_by_name_;
};

void write_own(MetricWriter& writer, std::string_view name, std::string_view unit, std::string_view description,
               std::uint64_t count) {
  if (count == 0) return;
  writer
      .family({.name = std::string(name),
               .unit = std::string(unit),
               .description = std::string(description),
               .kind = MetricKind::counter})
      .point({}, static_cast<std::int64_t>(count));
}

}  // namespace

MetricsHub::Registration& MetricsHub::Registration::operator=(Registration&& other) noexcept {
  Registration(std::move(other)).impl_.swap(impl_);
  return *this;
}

void MetricsHub::Registration::drop() noexcept {
  const std::shared_ptr<Impl> impl = std::exchange(impl_, nullptr);
  if (!impl) return;
  impl->callout.withdraw();
  if (const std::shared_ptr<State> state = impl->home.lock()) {
    const std::lock_guard lock(state->mutex);
    std::erase(state->sources, impl);
  }
}

MetricsHub::MetricsHub(MetricsHubOptions options) : state_(std::make_shared<State>(std::move(options))) {}
MetricsHub::~MetricsHub() = default;

Result<MetricsHub::Registration> MetricsHub::add(const MetricSource& source, Labels labels) {
  // The source's own come first, so that they win; both are checked here, since a constructor has no Result to answer with.
  labels.insert(labels.end(), state_->options.constant_labels.begin(), state_->options.constant_labels.end());
  auto combined = combine_labels("(all of a source)", MetricKind::histogram, {}, std::move(labels));
  if (!combined) return std::unexpected(std::move(combined).error());
  auto impl = std::make_shared<Registration::Impl>(source, *std::move(combined), state_);
  const std::lock_guard lock(state_->mutex);
  if (state_->sources.size() >= kSourcesMax) return fail(Errc::full, "the hub has as many metric sources as it may have");
  state_->sources.push_back(impl);
  return Registration(std::move(impl));
}

MetricSnapshot MetricsHub::collect() const { return collect_from(*state_); }
std::function<MetricSnapshot()> MetricsHub::collector() const {
  return [state = state_] { return collect_from(*state); };
}

MetricSnapshot MetricsHub::collect_from(State& state) {
  std::vector<std::shared_ptr<Registration::Impl>> sources;
  {
    const std::lock_guard lock(state.mutex);
    sources = state.sources;
  }
  MetricSnapshot all{.time = wall_now(state.options.wall_clock), .resource = state.options.resource, .families = {}};
  Merger merger(all);
  std::uint64_t refused = 0;
  for (const auto& impl : sources) {
    const Callout::Visit visit(impl->callout);
    if (!visit) continue;
    MetricSnapshot part;  // of its own, so that a source which throws half-way leaves nothing behind
    try {
      MetricWriter writer(part, impl->labels);
      impl->source.collect(writer);
      refused += writer.refused();
    } catch (...) {
      state.failures.fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    refused += merger.merge(std::move(part));
  }
  // Here, since every exporter reads what a hub collects.
  if (state.options.redactor != nullptr) refused += detail::redact_snapshot(all, *state.options.redactor);
  state.refused.fetch_add(refused, std::memory_order_relaxed);
  MetricWriter own(all, state.own_labels);
  write_own(own, "millrace.metrics.source.failures", "{failure}", "Sources of metrics that threw when they were asked.",
            state.failures.load(std::memory_order_relaxed));
  write_own(own, "millrace.metrics.points.refused", "{point}",
            "Points that were left out because their metric has another kind or unit.",
            state.refused.load(std::memory_order_relaxed));
  return all;
}

std::uint64_t MetricsHub::source_failures() const noexcept { return state_->failures.load(std::memory_order_relaxed); }

}  // namespace millrace::observe
