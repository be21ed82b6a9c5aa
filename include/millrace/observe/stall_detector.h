// StallDetector: tells when a loop is stuck in one callback, for how long, and where.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <millrace/clock.h>
#include <millrace/observe/redactor.h>
#include <millrace/observe/stack_source.h>
#include <millrace/probe.h>
#include <millrace/result.h>

namespace millrace::observe {

/// One callback that does not end, or has ended at last.
struct Stall {
  std::string loop;          ///< the name given to watch()
  std::uint64_t number = 0;  ///< of this stall; its reports have the same
  Duration lasted{};         ///< so far, or in all; known to a quarter of the threshold
  bool over = false;         ///< the loop goes on
  /// What the loop's thread was in when this report was made, innermost first: "function+0x1f (module+0x2a3f)". Empty when it is over,
  /// and when the thread did not answer; `stack_missing` says why.
  std::vector<std::string> stack;
  std::string stack_missing;
  /// The same of what the watch was given a StackSource for: "function (file:line)".
  std::vector<std::string> script_stack{};
  std::string script_missing{};
};

struct StallDetectorOptions {
  Duration threshold = std::chrono::milliseconds(200);
  /// While it lasts it is reported again after this long, then after twice as long each time. Duration::max(): once.
  Duration repeat = std::chrono::seconds(5);
  /// Called on the detector's thread, one at a time; may be slow, then later reports are late. Its exceptions are counted and dropped.
  std::function<void(const Stall&)> on_stall;
  /// The signal by which a stuck thread is asked for its stack, from SIGRTMIN to SIGRTMAX; the detector's alone in this process while it exists.
  /// Zero: stacks are not asked for. The JavaScript engine uses SIGUSR1.
  int stack_signal = 0;
  /// Masks the texts of each report; one that cannot be masked counts as a failure and is not told. Outlives the detector. Null: nothing is masked.
  const Redactor* redactor = nullptr;
};

/// Watches probes from a thread of its own.
/// Needs     a Probe that is on; what it measures, if anything, is nothing to the detector.
/// Thread    watch(): any. The destructor: any but the detector's.
/// Cost      to the loop nothing beyond the probe; to the machine four looks in every threshold.
/// Signal    a system call that the stuck callback waits in may end early, with EINTR, where SA_RESTART does not cover it: sleeps, poll,
///           sockets with a time limit.
/// Limits    a callback that waits in the kernel and masks the signal gives no stack: Stall::stack_missing says so after kStackWaitMax.
class StallDetector {
 public:
  static constexpr Duration kStackWaitMax = std::chrono::milliseconds(500);
  static constexpr std::size_t kFramesMax = 64;

  /// Errors    Errc::invalid_argument: a threshold below 1 ms, no on_stall, a signal out of range. Errc::unsupported: stacks on a system
  ///           where they cannot be taken. Errc::full: the signal has a handler already. Those of the system.
  [[nodiscard]] static Result<std::unique_ptr<StallDetector>> start(StallDetectorOptions options);
  StallDetector(const StallDetector&) = delete;
  StallDetector& operator=(const StallDetector&) = delete;
  /// Ends the thread, and puts the signal's handling back.
  ~StallDetector();

  /// Ends the watching when it goes. The detector outlives it. Waits for a report about this loop that is being made.
  class [[nodiscard]] Watch {
   public:
    Watch() noexcept = default;
    Watch(Watch&& other) noexcept : detector_(std::exchange(other.detector_, nullptr)), id_(other.id_) {}
    Watch& operator=(Watch&& other) noexcept {
      std::swap(detector_, other.detector_);
      std::swap(id_, other.id_);
      return *this;
    }
    ~Watch();

   private:
    friend class StallDetector;
    Watch(StallDetector* detector, std::uint64_t id) noexcept : detector_(detector), id_(id) {}
    StallDetector* detector_ = nullptr;
    std::uint64_t id_ = 0;
  };
  /// The probe outlives the watch. `script`: who knows the stack of what the loop runs in another language, js::Runtime::stacks() for instance; it
  /// is asked after the native stack, and may make a report later by kStackWaitMax. Null: nobody.
  [[nodiscard]] Watch watch(const Probe& probe, std::string name, std::shared_ptr<StackSource> script = nullptr);

  /// Stalls that were reported; and on_stall calls that threw.
  [[nodiscard]] std::uint64_t stalls() const noexcept;
  [[nodiscard]] std::uint64_t failures() const noexcept;

 private:
  struct Parts;
  explicit StallDetector(std::unique_ptr<Parts> parts) noexcept;
  void unwatch(std::uint64_t id) noexcept;
  std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::observe
