#include <millrace/observe/loop_metric_source.h>

#include <initializer_list>
#include <string>
#include <utility>

namespace millrace::observe {

namespace {

using Named = std::pair<std::string_view, std::uint64_t>;

/// Puts the points of one loop.
class LoopPoints {
 public:
  LoopPoints(MetricWriter& writer, const Labels& labels, WallTime start) : writer_(writer), labels_(labels), start_(start) {}

  void counter(const MetricInfo& info, std::uint64_t value) { put(writer_.family(info), {}, integer(value)); }
  void counters(const MetricInfo& info, std::string label, std::initializer_list<Named> values) {
    const MetricWriter::Family family = writer_.family(info);
    for (const auto& [name, value] : values) put(family, {label, std::string(name)}, integer(value));
  }
  void number(const MetricInfo& info, double value) { put(writer_.family(info), {}, value); }
  void seconds(const MetricInfo& info, std::string label, std::initializer_list<std::pair<std::string_view, Duration>> values) {
    const MetricWriter::Family family = writer_.family(info);
    for (const auto& [name, value] : values) put(family, {label, std::string(name)}, std::chrono::duration<double>(value).count());
  }
  void histogram(const MetricInfo& info, Label extra, const Histogram& counts) {
    const double per_unit = info.unit == "s" ? 1e9 : 1;
    put(writer_.family(info), std::move(extra), HistogramValue{.counts = counts, .per_unit = per_unit});
  }

 private:
  [[nodiscard]] static MetricValue integer(std::uint64_t value) { return static_cast<std::int64_t>(value); }
  void put(const MetricWriter::Family& family, Label extra, MetricValue value) {
    Labels labels = labels_;
    if (!extra.name.empty()) labels.push_back(std::move(extra));
    family.point(std::move(labels), std::move(value), start_);
  }

  MetricWriter& writer_;
  const Labels& labels_;
  WallTime start_;
};

constexpr MetricKind kCounter = MetricKind::counter;
constexpr MetricKind kGauge = MetricKind::gauge;
constexpr MetricKind kUpDown = MetricKind::up_down_counter;
constexpr MetricKind kHistogram = MetricKind::histogram;

}  // namespace

void LoopMetricSource::collect(MetricWriter& writer) const {
  const LoopSnapshot loop = metrics_->snapshot();
  const LoopFigures& figures = loop.figures;
  const LoopDepths& depths = loop.depths;
  LoopPoints put(writer, labels_, metrics_->created());

  put.seconds({"millrace.loop.time", "s", "Time in runs of the loop, working and asleep.", kCounter}, "state",
              {{"active", loop.active}, {"idle", loop.idle}});
  put.number({"millrace.loop.utilization", "1", "Share of the time in runs that was not slept, since the start.", kGauge},
             loop.utilization());
  const MetricInfo task_duration{"millrace.loop.task.duration", "s", "How long callbacks took, with the jobs of their checkpoint.",
                                 kHistogram};
  for (const Work kind : {Work::timer, Work::posted, Work::readiness, Work::immediate, Work::closing})
    put.histogram(task_duration, {"kind", std::string(to_string(kind))}, loop.duration[static_cast<std::size_t>(kind)]);
  put.histogram({"millrace.loop.task.cpu_time", "s", "Processor time of callbacks with their checkpoint.", kHistogram}, {},
                loop.cpu);
  put.counters({"millrace.loop.task.bound", "{task}",
                "Callbacks of 50 us and more by what they spent their time on: computing, or waiting for something.", kCounter},
               "by", {{"cpu", loop.cpu_bound}, {"wait", loop.waiting}});
  put.histogram({"millrace.loop.tick.duration", "s", "How long a pass over all phases took, without its sleep.", kHistogram}, {},
                loop.duration[static_cast<std::size_t>(Work::tick)]);
  put.histogram({"millrace.loop.timer.lateness", "s", "From the deadline of a timer to its start.", kHistogram}, {},
                loop.timer_lateness);
  put.histogram({"millrace.loop.post.wait", "s", "From a post at the shared door to its start.", kHistogram}, {}, loop.post_wait);
  put.histogram(
      {"millrace.loop.checkpoint.jobs", "{job}", "Native next-ticks and microtasks that ran after one callback.", kHistogram}, {},
      loop.microtasks);

  put.counters({"millrace.loop.tasks", "{task}", "Callbacks that ran.", kCounter}, "kind",
               {{"timer", figures.timers_fired},
                {"posted", figures.ingress_tasks},
                {"readiness", figures.readiness_callbacks},
                {"immediate", figures.immediates},
                {"closing", figures.closing_callbacks}});
  put.counters({"millrace.loop.jobs", "{job}", "Native jobs of checkpoints that ran.", kCounter}, "queue",
               {{"next_tick", figures.next_ticks}, {"microtask", figures.microtasks}});
  put.counter({"millrace.loop.ticks", "{tick}", "Passes over all phases.", kCounter}, figures.ticks);
  put.counters(
      {"millrace.loop.posts", "{post}", "Answers to posts from any thread; a batch that is refused in part counts once.", kCounter},
      "answer",
      {{"accepted", figures.ingress_accepted},
       {"full", figures.refused_full},
       {"throttled", figures.refused_throttled},
       {"closed", figures.refused_closed}});
  put.counters(
      {"millrace.loop.batches_cut", "{batch}", "Batches of posted work that ended before their queue was empty.", kCounter}, "by",
      {{"tasks", figures.batches_cut_by_tasks}, {"time", figures.batches_cut_by_time}});
  put.counters({"millrace.loop.sleeps", "{sleep}", "How often the loop went to sleep.", kCounter}, "place",
               {{"futex", figures.futex_sleeps}, {"poller", figures.sleeps - figures.futex_sleeps}});
  put.counter({"millrace.loop.tasks_rejected", "{task}", "Accepted tasks that close() destroyed unrun.", kCounter},
              figures.rejected);
  put.counter({"millrace.loop.uncaught_errors", "{error}", "Exceptions that nobody caught.", kCounter}, figures.uncaught);
  put.counter({"millrace.loop.wake_failures", "{wake}", "Wakes that the system refused.", kCounter}, figures.failed_wakes);
  put.counter({"millrace.loop.observer_failures", "{error}", "Exceptions of observers and hooks.", kCounter},
              figures.observer_failures);

  put.counters({"millrace.loop.pending", "{item}", "What exists or waits in the loop.", kUpDown}, "what",
               {{"timers", depths.timers},
                {"watches", depths.watches},
                {"posted", depths.posted},
                {"immediates", depths.immediates},
                {"closing", depths.closing},
                {"promises", depths.pending_promises},
                {"holds", depths.holds}});
}

}  // namespace millrace::observe
