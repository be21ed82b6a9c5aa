#include "js/stack_requests.h"

#include <algorithm>
#include <utility>

#include "js/frame_text.h"

namespace millrace::js {
namespace {

/// How often who waits looks whether there is still something to wait for.
constexpr Duration kLook = std::chrono::milliseconds(5);

}  // namespace

Result<std::vector<std::string>> StackRequests::take(std::size_t frames_max, Duration time_limit) {
  if (frames_max == 0) return std::vector<std::string>{};
  if (!on_.load(std::memory_order_relaxed)) return fail(Errc::unsupported, "the runtime has no stack interval, or has ended");
  std::unique_lock lock(mutex_);
  has_answer_ = false;
  wanted_.store(frames_max, std::memory_order_relaxed);
  const auto give_up = std::chrono::steady_clock::now() + time_limit;
  bool inside = true;
  while (!has_answer_ && inside && std::chrono::steady_clock::now() < give_up) {
    inside = inside_.load(std::memory_order_relaxed);
    if (inside) answered_.wait_for(lock, std::min(kLook, time_limit), [this] { return has_answer_; });
  }
  wanted_.store(0, std::memory_order_relaxed);
  if (has_answer_) return std::move(answer_);
  if (!inside) return fail(Errc::not_found, "no JavaScript is running");
  return fail(Errc::timed_out, "JavaScript did not come to where it can be asked: it waits in C++ that it has called");
}

void StackRequests::interrupted(const Engine& engine) noexcept {
  const std::size_t wanted = wanted_.load(std::memory_order_relaxed);
  if (wanted == 0) return;
  std::vector<std::string> frames;
  try {
    // Some frames more, as ours are left out.
    constexpr std::size_t kOursMax = 16;
    for (const Engine::Frame& frame : engine.stack(wanted + kOursMax))
      if (frames.size() < wanted && !is_ours(frame)) frames.push_back(frame_text(frame));
  } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; what there is will do
  }
  const std::lock_guard lock(mutex_);
  if (wanted_.exchange(0, std::memory_order_relaxed) == 0) return;  // it gave up meanwhile
  answer_ = std::move(frames);
  has_answer_ = true;
  answered_.notify_all();
}

}  // namespace millrace::js
