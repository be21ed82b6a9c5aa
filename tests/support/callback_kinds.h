// Every kind of callback a loop runs, so that one test can ask the same of each.
#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "support/descriptors.h"
#include "support/manual_loop.h"

namespace millrace::testing {

/// A manual loop that owns what the kinds below need.
struct KindBench : ManualLoop {
  using ManualLoop::ManualLoop;
  UniqueFd event = make_eventfd(1);
  TimerHandle interval;
  WatchHandle watch;
};

struct CallbackKind {
  std::string_view name;
  /// Makes the loop run `task` once, as this kind of callback, in its next tick.
  void (*enqueue)(KindBench&, Task task);
};

/// One at a time: a second enqueue() is another descriptor, or another interval.
inline bool is_single(const CallbackKind& kind) { return kind.name == "readiness" || kind.name == "interval"; }

inline constexpr std::array kCallbackKinds{
    CallbackKind{"next tick", [](KindBench& bench, Task task) { bench.loop.next_tick(std::move(task)).value(); }},
    CallbackKind{"microtask", [](KindBench& bench, Task task) { bench.loop.queue_microtask(std::move(task)).value(); }},
    CallbackKind{"timer",
                 [](KindBench& bench, Task task) { bench.loop.schedule(Duration::zero(), std::move(task)).value().detach(); }},
    CallbackKind{"interval",
                 [](KindBench& bench, Task task) {
                   bench.interval = bench.loop
                                        .every(Duration{1},
                                               [&bench, inner = std::move(task)]() mutable {
                                                 bench.interval.cancel();
                                                 inner();
                                               })
                                        .value();
                   bench.clock.advance(Duration{1});
                 }},
    CallbackKind{"ingress", [](KindBench& bench, Task task) { static_cast<void>(bench.loop.ingress().post(task)); }},
    CallbackKind{"readiness",
                 [](KindBench& bench, Task task) {
                   auto inner = std::make_shared<Task>(std::move(task));
                   bench.watch = bench.loop
                                     .watch(bench.event.get(), Interest::readable,
                                            [&bench, inner](Readiness) {
                                              bench.watch.close();
                                              (*inner)();
                                            })
                                     .value();
                   bench.poller.script(bench.clock.now(), bench.poller.last_added_fd(), {.readable = true});
                 }},
    CallbackKind{"immediate", [](KindBench& bench, Task task) { bench.loop.immediate(std::move(task)).value(); }},
    CallbackKind{"closing", [](KindBench& bench, Task task) { bench.loop.at_closing(std::move(task)).value(); }},
};

}  // namespace millrace::testing
