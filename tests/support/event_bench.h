// A target of events with a manual loop.
#pragma once

#include <string>
#include <utility>

#include <millrace/event_target.h>

#include "support/manual_loop.h"

namespace millrace::testing {

/// A target whose listeners write down their names.
struct EventBench {
  explicit EventBench(LoopOptions options = {}) : m(std::move(options)) {}
  /// A listener that stays.
  void listen(std::string line, ListenerOptions options = {}) {
    target.add_event_listener("go", m.note(std::move(line)), options).detach();
  }
  bool go() {
    Event event("go", {.cancelable = true});
    return target.dispatch(event);
  }
  ManualLoop m;
  EventTarget target{m.loop};
};

}  // namespace millrace::testing
