// StackRequests: the stack of a runtime's JavaScript, asked for by another thread while it runs.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include <millrace/observe/stack_source.h>

#include "js/engine.h"

namespace millrace::js {

/// Who asks sets a flag; the engine's interrupt, which comes every so often while JavaScript computes, sees it on the loop thread and answers.
class StackRequests final : public observe::StackSource {
 public:
  [[nodiscard]] Result<std::vector<std::string>> take(std::size_t frames_max, Duration time_limit) override;

  // Loop thread.

  /// Whether there are interrupts.
  void set_on(bool on) noexcept { on_.store(on, std::memory_order_relaxed); }
  /// JavaScript is on the stack from now on, or not any more.
  void note_inside(bool inside) noexcept { inside_.store(inside, std::memory_order_relaxed); }
  /// Inside an interrupt of this engine.
  void interrupted(const Engine& engine) noexcept;

 private:
  std::atomic<bool> on_{false};
  std::atomic<bool> inside_{false};
  std::atomic<std::size_t> wanted_{0};  ///< frames that somebody waits for; zero: nobody does
  std::mutex mutex_;                    // leaf
  std::condition_variable answered_;
  bool has_answer_ = false;  // guarded by mutex_, as what follows
  std::vector<std::string> answer_;
};

}  // namespace millrace::js
