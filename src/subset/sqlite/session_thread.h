// SessionThread: the loop's side of a SessionCore, and the thread between the two.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>

#include <millrace/loop.h>
#include <millrace/promise.h>
#include <millrace/worker_pool.h>

#include "subset/sqlite/session_core.h"

namespace millrace::subset {

/// Whether a call is under way, for who has to know that its memory is not used any more.
/// A call begins on the loop thread and ends wherever its function returns, or is destroyed uncalled.
class CallGate {
 public:
  class Pass {
   public:
    /// Loop thread; nothing else is under way.
    explicit Pass(std::shared_ptr<CallGate> gate) noexcept : gate_(std::move(gate)) {
      gate_->busy_.store(true, std::memory_order_relaxed);
    }
    Pass(Pass&&) noexcept = default;
    Pass& operator=(Pass&&) = delete;
    ~Pass() { end(); }
    void end() noexcept {
      if (!gate_) return;
      gate_->busy_.store(false, std::memory_order_release);  // pairs with busy() and wait()
      gate_->busy_.notify_all();
      gate_.reset();
    }

   private:
    std::shared_ptr<CallGate> gate_;
  };

  [[nodiscard]] bool busy() const noexcept { return busy_.load(std::memory_order_acquire); }
  /// Blocks until it has ended.
  void wait() const noexcept { busy_.wait(true, std::memory_order_acquire); }

 private:
  std::atomic<bool> busy_{false};
};

/// Thread    loop thread. What is under way may use the caller's memory: that is why who lets go of it, by the loop's end, by the session's or by that of the rows, interrupts and
///           waits. SQLite hears it within a fraction of a millisecond, or when the disk answers.
class SessionThread {
 public:
  using Kind = SessionCore::Kind;

  SessionThread(Loop& loop, SqliteOptions options)
      : loop_(loop),
        core_(std::make_shared<SessionCore>(std::move(options))),
        pool_(std::make_unique<WorkerPool>(loop, WorkerPoolOptions{.threads = 1, .queue_max = 4, .name = "sqlite"})) {}
  SessionThread(const SessionThread&) = delete;
  SessionThread& operator=(const SessionThread&) = delete;
  ~SessionThread() { end(); }

  [[nodiscard]] Loop& loop() const noexcept { return loop_; }
  void cancel() noexcept { core_->interrupt(true); }
  /// Everything ends here; calls answer Errc::closed.
  void end() noexcept {
    if (!pool_) return;
    cancel();
    pool_.reset();  // waits
    core_->close();
  }
  /// Interrupts the one call that is under way, and waits for its end.
  void end_call() noexcept {
    if (!gate_->busy()) return;
    core_->interrupt(false);
    gate_->wait();
    core_->go_on();
  }

  [[nodiscard]] bool busy() const noexcept { return gate_->busy(); }

  /// A number for each Rows. Whoever holds it holds the rows.
  [[nodiscard]] std::uint64_t new_rows() noexcept { return ++rows_made_; }
  /// True: rows of that number are those that are open. Not while busy().
  [[nodiscard]] bool rows_open(std::uint64_t rows) const noexcept { return rows == rows_held_ && core_->rows_open(); }
  void hold_rows(std::uint64_t rows) noexcept { rows_held_ = rows; }
  void give_up_rows(std::uint64_t rows) noexcept {
    if (rows != rows_held_) return;
    end_call();
    rows_held_ = 0;
  }

  /// Calls `work(SessionCore&)`, which returns a Result, on the session's thread.
  /// Errors    Errc::closed, Errc::aborted, Errc::invalid_argument: another call is under way, or rows are open.
  template <typename Work>
  [[nodiscard]] auto run(Kind kind, Work work) {
    using Done = std::invoke_result_t<Work&, SessionCore&>;
    using Answer = Promise<typename Done::value_type>;
    if (!pool_) return Answer::rejected(loop_, Error(Errc::closed, "sqlite: the session is closed"));
    if (gate_->busy()) return Answer::rejected(loop_, Error(Errc::invalid_argument, "sqlite: another call is under way"));
    if (kind != Kind::rows && rows_held_ != 0 && core_->rows_open())
      return Answer::rejected(loop_, Error(Errc::invalid_argument, "sqlite: rows are open"));
    auto job = [core = core_, gate = gate_, pass = CallGate::Pass(gate_), kind,
                work = std::move(work)](std::stop_token token) mutable -> Done {
      // Told on the loop thread when the loop closes: the caller is destroyed next, and its pages. Told here, it is before anything was touched, and nothing will be.
      const auto leave = [&core, &gate, here = std::this_thread::get_id()] {
        core->interrupt(true);
        if (std::this_thread::get_id() != here) gate->wait();
      };
      const std::stop_callback told(std::move(token), leave);
      // Before `told` goes, which would wait for who waits for this.
      struct End {
        CallGate::Pass& pass;
        ~End() { pass.end(); }
      } const end{pass};
      return core->call(kind, work);
    };
    return pool_->run(std::move(job));
  }

 private:
  Loop& loop_;
  const std::shared_ptr<SessionCore> core_;
  const std::shared_ptr<CallGate> gate_ = std::make_shared<CallGate>();
  std::unique_ptr<WorkerPool> pool_;
  std::uint64_t rows_made_ = 0;
  std::uint64_t rows_held_ = 0;  ///< zero: nobody holds any
};

}  // namespace millrace::subset
