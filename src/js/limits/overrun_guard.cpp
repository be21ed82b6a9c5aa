#include <millrace/js/overrun_guard.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <millrace/js/runtime.h>

#include "js/limits/limits.h"
#include "js/limits/resident.h"
#include "js/runtime_core.h"

namespace millrace::js {

class OverrunGuard::Impl {
 public:
  Impl(std::shared_ptr<const RunningView> view, const SandboxPolicy& policy, Options options)
      : view_(std::move(view)), policy_(policy), options_(std::move(options)) {}
  void start() {
    thread_ = std::thread([this] { run(); });
  }
  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    end_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    std::uint64_t told = 0;  // the entry, so that each is told once
    while (!end_.wait_for(lock, options_.interval, [this] { return ending_; })) {
      const RunningView::Seen seen = view_->see();
      if (!seen.inside || seen.entry == told) continue;
      const std::optional<Limit> over = look(seen);
      if (!over) continue;
      told = seen.entry;
      const TimeLimit& time = times_of(policy_, seen.operation);
      lock.unlock();
      options_.on_overrun({.limit = *over,
                           .operation = seen.operation,
                           .value = *over == Limit::heap ? bytes_text(policy_.heap_bytes) : duration_text(time.wall),
                           .tenant = policy_.tenant});
      lock.lock();
    }
  }

  [[nodiscard]] std::optional<Limit> look(const RunningView::Seen& seen) const noexcept {
    if (options_.resident_bytes != 0 && resident_bytes() > options_.resident_bytes) return Limit::heap;
    const Duration limit = times_of(policy_, seen.operation).wall;
    const Duration now = Limits::Time::now().wall;
    // An interrupt a moment ago has judged by itself.
    if (limit > Duration::zero() && now - seen.since > limit + options_.grace && now - seen.looked > options_.grace)
      return Limit::wall_time;
    return std::nullopt;
  }

  std::shared_ptr<const RunningView> view_;
  SandboxPolicy policy_;
  Options options_;
  std::mutex mutex_;
  std::condition_variable end_;
  bool ending_ = false;  // guarded by mutex_
  std::thread thread_;
};

OverrunGuard::OverrunGuard(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
OverrunGuard::~OverrunGuard() = default;

Result<std::unique_ptr<OverrunGuard>> OverrunGuard::start(Runtime& runtime, Options options) {
  Limits* const limits = runtime.core().limits();
  if (limits == nullptr)
    return fail(Errc::invalid_argument, "OverrunGuard: the runtime has no sandbox policy, so nothing of it can overrun");
  if (!options.on_overrun) return fail(Errc::invalid_argument, "OverrunGuard: on_overrun is empty, so nobody would be told");
  if (options.interval <= Duration::zero()) return fail(Errc::invalid_argument, "OverrunGuard: the interval is not positive");
  auto impl = std::make_unique<Impl>(limits->view(), limits->policy(), std::move(options));
  try {
    impl->start();
  } catch (const std::system_error& error) {
    return fail(Error(error.code(), "OverrunGuard: the system has no thread"));
  }
  return std::unique_ptr<OverrunGuard>(new OverrunGuard(std::move(impl)));
}

}  // namespace millrace::js
