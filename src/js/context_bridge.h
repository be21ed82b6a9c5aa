// ContextBridge: the frame of AsyncLocalStorage (builtins/async_context.js) and the loop's Context as one thing that crosses both ways.
#pragma once

#include <optional>

#include <millrace/loop.h>

#include "js/engine.h"
#include "js/runtime_state.h"

namespace millrace::js {

class RuntimeCore;

/// JavaScript that is called has the frame that goes with the loop's context, and C++ that JavaScript calls has the context that goes with the
/// frame: so what either schedules carries both, and each finds its own values again.
/// Cost      while neither side has any: two comparisons a crossing. A change: one or two calls of built-ins, and an allocation into C++.
class ContextBridge {
 public:
  ContextBridge(RuntimeCore& core, const RuntimeState& state) noexcept : core_(core), state_(state) {}
  ContextBridge(const ContextBridge&) = delete;
  ContextBridge& operator=(const ContextBridge&) = delete;
  ~ContextBridge() = default;

  /// Functions of bootstrap.js: what gives the current frame, what replaces it and gives the one before, and what makes a frame with a context
  /// of ours.
  void connect(Local current_frame, Local swap_frame, Local carry) noexcept {
    current_frame_ = current_frame, swap_frame_ = swap_frame, carry_ = carry;
  }

  /// Around an entry into JavaScript.
  class [[nodiscard]] Entry {
   public:
    Entry(ContextBridge& bridge, bool nested) {
      if (bridge.differs()) begin(bridge, nested);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() {
      if (bridge_ != nullptr) end();
    }

   private:
    void begin(ContextBridge& bridge, bool nested);
    void end() noexcept;

    ContextBridge* bridge_ = nullptr;  ///< set when JavaScript up the stack is to have its frame back
    Local before_;                     ///< on the stack, where the collector sees it
  };

  /// Around C++ that JavaScript calls.
  class [[nodiscard]] Call {
   public:
    explicit Call(ContextBridge& bridge) {
      if (bridge.differs()) begin(bridge);
    }

   private:
    void begin(ContextBridge& bridge);
    std::optional<ContextScope> scope_;
  };

  /// JavaScript that runs now has the frame that goes with `context` from here on. Inside an entry.
  void move_to(const Context& context) {
    static_cast<void>(swap(frame_of(context)));
    mirrored_ = {state_.frame(), context};
  }
  /// Forgets which frame goes with which context, and with it whatever the two hold.
  void forget() noexcept { mirrored_ = {}; }

 private:
  struct Pair {
    double frame = 0;  ///< its id
    Context context;
  };

  [[nodiscard]] bool differs() const noexcept;
  [[nodiscard]] Local swap(Local frame);
  [[nodiscard]] Local frame_of(const Context& context);
  [[nodiscard]] Context context_of_frame();

  RuntimeCore& core_;
  const RuntimeState& state_;
  Local current_frame_;
  Local swap_frame_;
  Local carry_;
  Pair mirrored_;  ///< the two that belong together, as last seen
};

}  // namespace millrace::js
