// The engine's own events: its descriptors and timers among those of the loop.
#include <algorithm>
#include <chrono>
#include <utility>

#include "base/thread_cpu_time.h"
#include "js/runtime_core.h"

namespace millrace::js {

void RuntimeCore::watch_engine_events() {
  Engine::EventSource source = engine_->event_source();
  if (source.descriptors != engine_descriptors_) {
    engine_watches_.clear();
    for (const int fd : source.descriptors) {
      Result<WatchHandle> watch = loop_.watch(fd, Interest::readable, [this](Readiness) { pump_engine(); });
      if (!watch) continue;
      watch->unref();
      engine_watches_.push_back(std::move(*watch));
    }
    engine_descriptors_ = std::move(source.descriptors);
  }
  engine_timer_.cancel();
  if (!source.timeout_ms) return;
  const UntoldTimers ours(loop_.core());
  const std::chrono::milliseconds timeout(*source.timeout_ms);
  engine_due_ = std::chrono::steady_clock::now() + timeout;
  // The engine goes by the system's clock. Where the loop's runs ahead, as a manual one does, each call comes too early, and years would be walked in steps of a collection's delay.
  const auto on_timer = [this] {
    constexpr std::int64_t kPatienceMax = 1'000'000;
    const bool early = std::chrono::steady_clock::now() < engine_due_;
    engine_patience_ = early ? std::min(engine_patience_ * 2, kPatienceMax) : 1;
    pump_engine();
  };
  if (Result<TimerHandle> timer = loop_.schedule(timeout * engine_patience_, on_timer)) {
    timer->unref();
    engine_timer_ = std::move(*timer);
  }
}

void RuntimeCore::pump_engine() noexcept {
  if (finished_) return;
  // The engine's timers are those of all runtimes of this thread, and most of what they do is collecting the garbage of some of them.
  const Duration began = thread_cpu_time();
  static_cast<void>(enter([&]() -> JsResult<Local> {
    // Called by JavaScript: jobs that its work queues run inside this entry, where limits see them.
    return engine_->call(pump_, {}, {});
  }));
  loop_.core().set_aside(thread_cpu_time() - began);
  watch_engine_events();
}

}  // namespace millrace::js
