// What the inlined part of Loop's scheduling members works on. Not for users.
#pragma once

#include <atomic>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <millrace/detail/task_queue.h>

namespace millrace::detail {

struct LoopQueues {
  explicit LoopQueues(std::size_t limit) noexcept : next_ticks(limit), microtasks(limit), immediates(limit), closing(limit) {}

  /// False from close() on: refuse. Written by whoever closes, so that a call after it on the same thread is refused.
  std::atomic<bool> open{true};
  /// False while scheduling has more to do than to queue: a context is current, or somebody wants to be asked for one.
  bool plain = true;
  TaskQueue next_ticks;
  TaskQueue microtasks;
  TaskQueue immediates;
  TaskQueue closing;

  /// False: the slow way must be taken, nothing happened.
  template <typename F>
  [[nodiscard]] bool try_push(TaskQueue& queue, F&& callable) {
#ifndef NDEBUG
    if (true) return false;  // the slow way checks which thread calls
#endif
    if (!plain || !open.load(std::memory_order_relaxed)) return false;
    if constexpr (std::is_same_v<std::remove_cvref_t<F>, Task>)
      return queue.push(callable);
    else
      return queue.emplace(std::forward<F>(callable));
  }
};

}  // namespace millrace::detail
