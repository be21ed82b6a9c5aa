// The engine's own run loop is a GLib main context. It gets a private one, made the thread's default while the engine is created,
// which our loop then drives: otherwise finalizers and asynchronous WebAssembly never run.
#pragma once

#include <glib.h>

#include <cstddef>
#include <vector>

#include "js/engine.h"

namespace millrace::js {

/// Thread: the one that created it.
class EngineEventSource {
 public:
  EngineEventSource() : context_(g_main_context_new()) {}
  EngineEventSource(const EngineEventSource&) = delete;
  EngineEventSource& operator=(const EngineEventSource&) = delete;
  ~EngineEventSource() { g_main_context_unref(context_); }

  /// Makes the context the thread's default for a scope, as the engine expects at creation and at every entry.
  class Scope {
   public:
    explicit Scope(EngineEventSource& source) noexcept : context_(source.context_) { g_main_context_push_thread_default(context_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() { g_main_context_pop_thread_default(context_); }

   private:
    GMainContext* context_;
  };

  /// All engines of a thread share its events, and whoever hears of them serves all. The oldest kWatchersMax are told of the descriptors: a descriptor
  /// of the system can be in some hundred epoll sets only, and each that it wakes looks. `promoted` tells an engine that it is one of them now, because an
  /// older one has gone.
  void enlist(const void* engine, void (*promoted)(void* data), void* data) { engines_.push_back({engine, promoted, data}); }
  void strike(const void* engine) noexcept;
  [[nodiscard]] bool watches(const void* engine) const noexcept;
  static constexpr std::size_t kWatchersMax = 64;

  /// Which descriptors and time-out a wait must include now.
  [[nodiscard]] Engine::EventSource query();
  /// Dispatches everything that is ready, without blocking; at most kRoundsMax rounds, because each may make more ready.
  void dispatch() noexcept;

 private:
  static constexpr int kRoundsMax = 64;
  struct Listed {
    const void* engine;
    void (*promoted)(void* data);
    void* data;
  };
  GMainContext* context_;
  std::vector<GPollFD> polled_;
  std::vector<Listed> engines_;  ///< the oldest first
};

}  // namespace millrace::js
