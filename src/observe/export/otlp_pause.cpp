#include <condition_variable>
#include <mutex>

#include <millrace/observe/otlp.h>

namespace millrace::observe {
namespace {

class RealPause final : public OtlpPause {
 public:
  explicit RealPause(const WallClock* wall_clock) noexcept : wall_clock_(wall_clock) {}
  Instant now() const noexcept override { return Instant(std::chrono::steady_clock::now().time_since_epoch()); }
  WallTime wall_now() const noexcept override { return observe::wall_now(wall_clock_); }
  bool wait(Duration duration) override {
    std::unique_lock lock(mutex_);
    return !cancelled_changed_.wait_for(lock, duration, [this] { return cancelled_; });
  }
  void cancel() noexcept override {
    {
      const std::scoped_lock lock(mutex_);
      cancelled_ = true;
    }
    cancelled_changed_.notify_all();
  }

 private:
  const WallClock* wall_clock_;
  std::mutex mutex_;
  std::condition_variable cancelled_changed_;
  bool cancelled_ = false;  // under mutex_
};

}  // namespace

std::unique_ptr<OtlpPause> make_otlp_pause(const WallClock* wall_clock) { return std::make_unique<RealPause>(wall_clock); }

}  // namespace millrace::observe
