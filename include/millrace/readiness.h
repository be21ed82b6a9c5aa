// WatchHandle: the owner of one registration for readiness.
#pragma once

#include <cstdint>
#include <utility>

#include <millrace/poller.h>
#include <millrace/result.h>
#include <millrace/task.h>

namespace millrace {

class LoopCore;

/// Returned by Loop::watch(). Dropping it unregisters.
/// Guarantee  after close() or destruction returned, the callback is not called again, even for readiness already collected.
/// Thread     loop thread. Every member may be called inside the callback.
/// Lifetime   the loop must outlive the handle. The loop holds its own duplicate of the descriptor, so closing or reusing the
///            caller's number neither ends nor confuses the registration.
class [[nodiscard]] WatchHandle {
 public:
  WatchHandle() noexcept = default;
  WatchHandle(WatchHandle&& other) noexcept : core_(std::exchange(other.core_, nullptr)), id_(other.id_) {}
  WatchHandle& operator=(WatchHandle&& other) noexcept {
    WatchHandle(std::move(other)).swap(*this);
    return *this;
  }
  WatchHandle(const WatchHandle&) = delete;
  WatchHandle& operator=(const WatchHandle&) = delete;
  ~WatchHandle() { close(); }

  /// Errors: Errc::not_found on an empty handle, or the system's refusal; the old interest then still holds.
  [[nodiscard]] Result<void> modify(Interest interest);
  /// Unregisters. Idempotent.
  void close() noexcept;
  /// Unregisters and runs `closed` in the closing phase of this tick.
  void close(Task closed);
  /// Whether the registration keeps the loop alive; it does after creation.
  void ref() noexcept { set_ref(true); }
  void unref() noexcept { set_ref(false); }
  [[nodiscard]] bool has_ref() const noexcept;
  [[nodiscard]] bool active() const noexcept;
  void swap(WatchHandle& other) noexcept {
    std::swap(core_, other.core_);
    std::swap(id_, other.id_);
  }

 private:
  friend class LoopCore;
  friend class Loop;
  WatchHandle(LoopCore* core, std::uint64_t id) noexcept : core_(core), id_(id) {}
  void set_ref(bool ref) noexcept;

  LoopCore* core_ = nullptr;
  std::uint64_t id_ = 0;
};

}  // namespace millrace
