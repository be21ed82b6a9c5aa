// What C++ waits for of JavaScript's promises: by number, and with the time it may take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <millrace/js/promise.h>
#include <millrace/loop.h>

namespace millrace::js {

/// A number is what JavaScript says when the promise is settled, so it stays taken until JavaScript cannot say it any more, whatever became of
/// the import. Thread: loop thread.
class PromiseImports {
 public:
  /// Told of a number whose time is over, in a callback of the loop's. Its import is there.
  using Late = std::function<void(std::size_t id)>;
  /// `deadline`: zero for none.
  PromiseImports(Loop& loop, Duration deadline, Late late) : loop_(loop), deadline_(deadline), late_(std::move(late)) {}

  /// Cost      amortised O(1); a timer is armed when there is none.
  [[nodiscard]] std::size_t add(std::unique_ptr<detail::Import> import);
  /// Ends the wait and leaves the number taken. Null when that happened before.
  [[nodiscard]] std::unique_ptr<detail::Import> give_up(std::size_t id) noexcept;
  /// The same, and the number is free.
  [[nodiscard]] std::unique_ptr<detail::Import> take(std::size_t id) noexcept;
  [[nodiscard]] std::optional<Instant> due(std::size_t id) const noexcept;
  /// All that are there; no number is taken and no timer armed afterwards.
  [[nodiscard]] std::vector<std::unique_ptr<detail::Import>> release() noexcept;

 private:
  struct Slot {
    std::unique_ptr<detail::Import> import;
    std::uint64_t serial = 0;  ///< of the import, among all there were
    Instant due{};
  };
  /// One that waits, or did: all have the same time, so the order in which they came is that in which they are due.
  struct Wait {
    std::size_t id;
    std::uint64_t serial;
  };
  [[nodiscard]] bool waits(const Wait& wait) const noexcept;
  void arm();
  void look() noexcept;

  Loop& loop_;
  Duration deadline_;
  Late late_;
  std::vector<Slot> slots_;
  std::vector<std::size_t> free_;
  std::deque<Wait> line_;
  std::size_t over_ = 0;  ///< of the line, how many wait no more
  std::uint64_t serial_ = 0;
  TimerHandle timer_;
  bool armed_ = false;
};

}  // namespace millrace::js
