#include "js/jsc/event_source.h"

#include <algorithm>
#include <ranges>

namespace millrace::js {

Engine::EventSource EngineEventSource::query() {
  Engine::EventSource source;
  if (!g_main_context_acquire(context_)) return source;
  gint priority = 0;
  g_main_context_prepare(context_, &priority);
  gint timeout_ms = -1;
  gint count = 0;
  for (;;) {
    count = g_main_context_query(context_, priority, &timeout_ms, polled_.data(), static_cast<gint>(polled_.size()));
    if (count <= static_cast<gint>(polled_.size())) break;
    polled_.resize(static_cast<std::size_t>(count));
  }
  for (gint i = 0; i < count; ++i) source.descriptors.push_back(polled_[static_cast<std::size_t>(i)].fd);
  if (timeout_ms >= 0) source.timeout_ms = timeout_ms;
  g_main_context_release(context_);
  return source;
}

void EngineEventSource::strike(const void* engine) noexcept {
  const auto gone = std::ranges::find(engines_, engine, &Listed::engine);
  if (gone == engines_.end()) return;
  const bool watched = gone - engines_.begin() < static_cast<std::ptrdiff_t>(kWatchersMax);
  engines_.erase(gone);
  if (!watched || engines_.size() < kWatchersMax) return;
  const Listed next = engines_[kWatchersMax - 1];
  next.promoted(next.data);
}

bool EngineEventSource::watches(const void* engine) const noexcept {
  const auto watchers = engines_ | std::views::take(kWatchersMax);
  return std::ranges::find(watchers, engine, &Listed::engine) != watchers.end();
}

void EngineEventSource::dispatch() noexcept {
  for (int round = 0; round < kRoundsMax && g_main_context_iteration(context_, FALSE) != FALSE; ++round) {
  }
}

}  // namespace millrace::js
