// The life of a loop as one atomic word: its state, and whether a run() is in progress. Every edge is one compare-exchange.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>

#include <millrace/clock.h>
#include <millrace/run_outcome.h>

namespace millrace {

/// Thread    any, unless a member says otherwise. Two threads that ask at once get one winner; the other sees what the winner did.
/// Cost      state(): one load. An edge: one compare-exchange. Nothing here waits but wait_closed().
class LifeCycle {
 public:
  [[nodiscard]] LoopState state() const noexcept { return state_of(word_.load(std::memory_order_seq_cst)); }
  /// In a tick: whether to go on with it. One load.
  [[nodiscard]] bool may_run() const noexcept {
    const LoopState now = state_of(word_.load(std::memory_order_acquire));
    return now == LoopState::running || now == LoopState::draining;
  }
  /// What begin_run() found.
  enum class Begin : std::uint8_t {
    running,   ///< idle -> running
    draining,  ///< a shutdown goes on in this run
    stopped,   ///< a stop() was waiting for it: stopping -> idle
    closed,    ///< closed, or being closed by somebody; there is no run
  };
  /// Starts a run, unless closed; end it with leave_run(). A second one at the same time is a broken precondition.
  [[nodiscard]] Begin begin_run() noexcept;
  /// What end_run() found.
  enum class End : std::uint8_t {
    ended,     ///< running -> idle
    stopped,   ///< stopping -> idle
    draining,  ///< the shutdown is not finished; a later run goes on with it
    closing,   ///< the run must close the loop
  };
  /// The state a run ends in. The run is still in progress: nobody else closes the loop until leave_run().
  /// `drained`: a shutdown that is in progress is finished by it.
  [[nodiscard]] End end_run(bool drained) noexcept;
  /// No run is in progress any more. True: somebody asked for a close meanwhile; the caller finishes it, then calls closed().
  [[nodiscard]] bool leave_run() noexcept;

  /// idle, running -> stopping. False: it is stopping, shutting down or closed already.
  bool stop() noexcept;
  /// The loop's own stop after a failure: running -> stopping; a shutdown is cut short: draining -> closing.
  void fail() noexcept;
  /// idle, running, stopping -> draining, with the earliest deadline of all callers. False: closing or closed already.
  bool drain(Instant deadline) noexcept;
  [[nodiscard]] Instant drain_deadline() const noexcept {
    return Instant{Duration{drain_deadline_.load(std::memory_order_seq_cst)}};
  }
  /// What close() found.
  enum class Close : std::uint8_t {
    finish,    ///< no run in progress: the caller finishes the close, then calls closed()
    run_does,  ///< the run in progress does it when it ends
    already,   ///< somebody else did or does
  };
  [[nodiscard]] Close close() noexcept;
  /// closing -> closed, by whoever finished it; tells those who wait.
  void closed() noexcept;
  /// False: not within `time`.
  [[nodiscard]] bool wait_closed(Duration time) noexcept;

 private:
  static constexpr std::uint32_t kRunInProgress = 16;
  [[nodiscard]] static constexpr LoopState state_of(std::uint32_t word) noexcept {
    return static_cast<LoopState>(word & (kRunInProgress - 1));
  }
  [[nodiscard]] static constexpr bool has_run(std::uint32_t word) noexcept { return (word & kRunInProgress) != 0; }
  [[nodiscard]] static constexpr std::uint32_t word_of(LoopState state, bool run) noexcept {
    return static_cast<std::uint32_t>(state) | (run ? kRunInProgress : 0U);
  }
  /// On failure `seen` is what is there now.
  bool move(std::uint32_t& seen, LoopState to, bool run) noexcept {
    return word_.compare_exchange_strong(seen, word_of(to, run), std::memory_order_seq_cst);
  }

  std::atomic<std::uint32_t> word_{word_of(LoopState::idle, false)};
  std::atomic<Duration::rep> drain_deadline_{std::numeric_limits<Duration::rep>::max()};
  std::mutex mutex_;  // for the condition only
  std::condition_variable closed_;
};

}  // namespace millrace
