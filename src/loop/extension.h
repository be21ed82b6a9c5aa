// Extension: what a room above keeps for each loop, and what it wants to be asked.
#pragma once

#include <cstddef>

namespace millrace {

/// Implemented by the promise room. At most one per loop, owned by it. Thread: loop thread.
class LoopExtension {
 public:
  LoopExtension() = default;
  LoopExtension(const LoopExtension&) = delete;
  LoopExtension& operator=(const LoopExtension&) = delete;
  virtual ~LoopExtension() = default;

  /// The calling thread is the loop thread from now on.
  virtual void adopted() noexcept = 0;
  /// True when checkpoint_drained() has something to do.
  [[nodiscard]] virtual bool has_news() const noexcept = 0;
  /// Both queues are empty. What it queues runs in this checkpoint, and it is called again after that while it has news.
  virtual void checkpoint_drained() noexcept = 0;
  /// How many promises are pending.
  [[nodiscard]] virtual std::size_t pending() const noexcept = 0;
  /// The loop is closing: its queues take nothing more, and what waits in them is about to be destroyed.
  virtual void closing() noexcept = 0;
};

}  // namespace millrace
