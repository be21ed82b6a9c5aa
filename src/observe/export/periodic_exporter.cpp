#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include <millrace/observe/exporter.h>

namespace millrace::observe {

Result<void> CallbackExporter::export_metrics(const MetricSnapshot& snapshot) {
  if (!function_) return fail(Errc::invalid_argument, "the function of this exporter is empty");
  function_(snapshot);
  return {};
}

// Shared with the thread, which may have to be left to itself.
struct PeriodicExporter::State {
  using SteadyTime = std::chrono::steady_clock::time_point;

  State(const MetricsHub& hub, std::shared_ptr<Exporter> e, PeriodicExporterOptions o)
      : collect(hub.collector()), exporter(std::move(e)), options(o) {}

  // Everything below is guarded by the mutex, but nothing is called under it.
  mutable std::mutex mutex;
  std::condition_variable changed;
  const std::function<MetricSnapshot()> collect;
  const std::shared_ptr<Exporter> exporter;
  const PeriodicExporterOptions options;
  bool closing = false;
  bool finished = false;
  std::uint64_t asked = 0;     // flushes asked for
  std::uint64_t answered = 0;  // the highest of them that an export has answered
  Result<void> last_result;
  ExportFigures figures;
  std::thread thread;

  [[nodiscard]] bool on_own_thread() const { return thread.get_id() == std::this_thread::get_id(); }
  void run();
  void export_once(std::unique_lock<std::mutex>& lock);
};

namespace {

// Longer waits would overflow the clock.
constexpr Duration kWaitMax = std::chrono::hours{24 * 365};

// One snapshot, given to the exporter. Nothing leaves it but the result.
Result<void> attempt(const std::function<MetricSnapshot()>& collect, Exporter& exporter) {
  try {
    return exporter.export_metrics(collect());
  } catch (...) {
    return fail(Error::from_exception(std::current_exception()));
  }
}

}  // namespace

void PeriodicExporter::State::export_once(std::unique_lock<std::mutex>& lock) {
  const std::uint64_t answering = asked;
  lock.unlock();
  Result<void> result = attempt(collect, *exporter);
  lock.lock();
  if (result) {
    ++figures.exports;
  } else {
    ++figures.failures;
    figures.last_error = result.error();
  }
  last_result = std::move(result);
  answered = answering;
  changed.notify_all();
}

void PeriodicExporter::State::run() {
  const auto interval = std::clamp(options.interval, kIntervalMin, kWaitMax);
  std::unique_lock lock(mutex);
  SteadyTime due = std::chrono::steady_clock::now() + interval;
  while (!closing) {
    changed.wait_until(lock, due, [this] { return closing || asked != answered; });
    if (closing) break;
    export_once(lock);
    const SteadyTime now = std::chrono::steady_clock::now();
    if (now < due) continue;  // it was a flush
    const auto late = (now - due) / interval;
    figures.skipped += static_cast<std::uint64_t>(late);
    due += interval * (late + 1);
  }
  if (options.export_at_close) export_once(lock);
  finished = true;
  changed.notify_all();
}

PeriodicExporter::PeriodicExporter(const MetricsHub& hub, std::shared_ptr<Exporter> exporter, PeriodicExporterOptions options)
    : state_(std::make_shared<State>(hub, std::move(exporter), options)) {
  const std::lock_guard lock(state_->mutex);  // the thread looks at its own id
  state_->thread = std::thread([state = state_] { state->run(); });
}

PeriodicExporter::~PeriodicExporter() { (void)close(); }

Result<void> PeriodicExporter::flush(Duration limit) {
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  if (state.closing) return fail(Errc::closed, "the exporter is closed");
  if (state.on_own_thread()) return fail(Errc::would_block_forever, "an export cannot wait for the next one");
  const std::uint64_t wanted = ++state.asked;
  state.changed.notify_all();
  if (!state.changed.wait_for(lock, std::min(limit, kWaitMax), [&] { return state.answered >= wanted || state.finished; }))
    return fail(Errc::timed_out, "the export has not ended in the time given");
  if (state.answered < wanted) return fail(Errc::closed, "the exporter was closed before its turn came");
  return state.last_result;
}

Result<void> PeriodicExporter::close() {
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  state.closing = true;
  state.changed.notify_all();
  if (state.on_own_thread()) {
    state.thread.detach();
    return {};
  }
  const bool ended = state.changed.wait_for(lock, std::min(state.options.close_limit, kWaitMax), [&] { return state.finished; });
  std::thread thread = std::move(state.thread);  // of several that close, one
  lock.unlock();
  if (thread.joinable() && ended) thread.join();
  if (thread.joinable()) thread.detach();
  if (!ended) return fail(Errc::timed_out, "an export did not end in the time given for closing; it goes on by itself");
  return {};
}

ExportFigures PeriodicExporter::figures() const {
  const std::lock_guard lock(state_->mutex);
  return state_->figures;
}

}  // namespace millrace::observe
