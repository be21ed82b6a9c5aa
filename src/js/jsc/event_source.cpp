#include "js/jsc/event_source.h"

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

void EngineEventSource::dispatch() noexcept {
  for (int round = 0; round < kRoundsMax && g_main_context_iteration(context_, FALSE) != FALSE; ++round) {
  }
}

}  // namespace millrace::js
