// Subtle: the operations of one runtime's SubtleCrypto, on threads of their own.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include <millrace/promise.h>
#include <millrace/worker_pool.h>

#include "js/crypto/request.h"

namespace millrace::js::crypto {

/// What the built-ins fill in, a worker works on, and the built-ins read when its promise is fulfilled.
struct Job {
  Request request;
  Answer<Outcome> answer = operation_error("The operation was not carried out");
  bool started = false;
};

/// Thread    loop thread. The operations run elsewhere; each has all it needs in its Job.
/// Bounds    kWaitingMax operations wait, and those that are under way hold kBytesMax of input; one alone may have more. At either start() rejects
///           with Errc::full.
/// The end   stops what runs (within some milliseconds; an operation with one key and short data is not interrupted) and waits for it. Nobody is told.
class Subtle {
 public:
  static constexpr std::size_t kThreadsMax = 4;
  static constexpr std::size_t kWaitingMax = 16384;
  static constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 30U;
  // For programs that are not trusted: the time of other threads is not counted in their own.
  static constexpr std::size_t kSandboxThreadsMax = 1;
  static constexpr std::size_t kSandboxWaitingMax = 1024;
  static constexpr std::uint64_t kSandboxBytesMax = std::uint64_t{64} << 20U;

  Subtle(Loop& loop, bool sandbox);
  Subtle(const Subtle&) = delete;
  Subtle& operator=(const Subtle&) = delete;

  /// Once for each job.
  [[nodiscard]] Promise<void> start(const std::shared_ptr<Job>& job);

 private:
  Loop& loop_;
  Bounds bounds_;
  std::uint64_t bytes_max_;
  std::shared_ptr<std::atomic<std::uint64_t>> bytes_ = std::make_shared<std::atomic<std::uint64_t>>(0);
  WorkerPool pool_;
};

}  // namespace millrace::js::crypto
