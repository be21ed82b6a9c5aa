#include <millrace/js/runtime_metrics.h>

#include <string>
#include <string_view>
#include <utility>

namespace millrace::js {

namespace {

using observe::MetricInfo;
using observe::MetricKind;

std::int64_t integer(std::uint64_t value) noexcept { return static_cast<std::int64_t>(value); }

}  // namespace

bool RuntimeMetrics::wants_memory(Instant now) noexcept {
  if (options_.memory_period <= Duration::zero() || !collected_.load(std::memory_order_relaxed)) return false;
  if (looked_ && now - *looked_ < options_.memory_period) return false;
  looked_ = now;
  collected_.store(false, std::memory_order_relaxed);
  return true;
}

void RuntimeMetrics::tell(const RuntimeFigures& figures, const std::optional<RuntimeMemory>& memory) noexcept {
  const std::lock_guard lock(mutex_);
  running_ = true;
  figures_ = figures;
  if (memory) memory_ = memory;
}

void RuntimeMetrics::ended() noexcept {
  const std::lock_guard lock(mutex_);
  running_ = false;
  memory_.reset();
}

void RuntimeMetrics::collect(observe::MetricWriter& writer) const {
  RuntimeFigures figures;
  std::optional<RuntimeMemory> memory;
  bool running = false;
  {
    const std::lock_guard lock(mutex_);
    figures = figures_;
    memory = memory_;
    running = running_;
  }
  collected_.store(true, std::memory_order_relaxed);
  const auto put = [&](const MetricInfo& info, std::uint64_t value, std::string_view label = {}, std::string_view name = {}) {
    observe::Labels labels = options_.labels;
    if (!label.empty()) labels.push_back({std::string(label), std::string(name)});
    writer.family(info).point(std::move(labels), integer(value), created_);
  };
  put({"millrace.js.runtimes", "{runtime}", "Runtimes that exist.", MetricKind::up_down_counter}, running ? 1 : 0);
  put({"millrace.js.entries", "{entry}", "Calls from outside into JavaScript.", MetricKind::counter}, figures.entries);
  put({"millrace.js.cycles", "{cycle}", "Turns of the loop in which JavaScript ran.", MetricKind::counter}, figures.cycles);
  put({"millrace.js.calls", "{call}", "Calls of JavaScript to functions of C++.", MetricKind::counter}, figures.calls);
  const MetricInfo callbacks{"millrace.js.callbacks", "{callback}", "Callbacks of JavaScript's timers and queues that ran.",
                             MetricKind::counter};
  put(callbacks, figures.timers, "kind", "timer");
  put(callbacks, figures.immediates, "kind", "immediate");
  put(callbacks, figures.next_ticks, "kind", "next_tick");
  put({"millrace.js.uncaught_errors", "{error}", "Errors that no listener took care of.", MetricKind::counter}, figures.uncaught);
  put({"millrace.js.gc.collections", "{collection}", "Garbage collections.", MetricKind::counter}, figures.collections);
  if (!memory) return;
  put({"millrace.js.memory.heap.used", "By", "The heap in use.", MetricKind::up_down_counter}, memory->heap_size);
  put({"millrace.js.memory.heap.capacity", "By", "Memory taken for the heap.", MetricKind::up_down_counter}, memory->heap_capacity);
  put({"millrace.js.memory.external", "By", "Memory of objects outside of the heap.", MetricKind::up_down_counter}, memory->extra);
  put({"millrace.js.memory.objects", "{object}", "Objects in the heap.", MetricKind::up_down_counter}, memory->objects);
}

}  // namespace millrace::js
