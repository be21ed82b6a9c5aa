// Boxes: cells of one Task each, for callables that a timer's own cell cannot hold.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include <millrace/assert.h>
#include <millrace/task.h>

#include "base/intrusive_list.h"

namespace millrace {

/// Effect    a box keeps its address until it is given back.
/// Cost      O(1); one allocation of 4 KiB per 63 boxes. A page without boxes is given back, but for one.
class TimerBoxes {
 public:
  TimerBoxes() noexcept = default;
  TimerBoxes(const TimerBoxes&) = delete;
  TimerBoxes& operator=(const TimerBoxes&) = delete;
  /// Every box must have been given back.
  ~TimerBoxes() {
    Page* const last = open_.pop_front();
    MILLRACE_DEBUG_ASSERT(last == nullptr || last->free == kAllFree);
    delete last;
  }

  [[nodiscard]] Task* put(Task& task) {
    if (open_.empty()) open(*new Page);
    Page& page = *open_.front();
    const int index = std::countr_zero(page.free);
    if (page.free == kAllFree) --empty_pages_;
    page.free &= page.free - 1;
    if (page.free == 0) page.hook.unlink();
    return ::new (static_cast<void*>(page.boxes[static_cast<std::size_t>(index)].bytes)) Task(std::move(task));
  }
  /// The box is free when this returns; the callable is the caller's.
  [[nodiscard]] Task take(Task* box) noexcept {
    Task taken = std::move(*box);
    std::destroy_at(box);
    // A page begins at a multiple of its size.
    std::byte* const at = reinterpret_cast<std::byte*>(box);
    Page& page = *reinterpret_cast<Page*>(at - (reinterpret_cast<std::uintptr_t>(at) & (kPageBytes - 1)));
    const auto index = static_cast<std::size_t>(reinterpret_cast<Box*>(box) - page.boxes.data());
    if (page.free == 0) open(page);
    page.free |= std::uint64_t{1} << index;
    if (page.free == kAllFree && ++empty_pages_ > 1) {
      --empty_pages_;
      page.hook.unlink();
      delete &page;
    }
    return taken;
  }

 private:
  static constexpr std::size_t kPageBytes = 4096;
  static constexpr std::size_t kBoxes = kPageBytes / sizeof(Task) - 1;
  static constexpr std::uint64_t kAllFree = (std::uint64_t{1} << kBoxes) - 1;
  struct alignas(Task) Box {
    std::byte bytes[sizeof(Task)];
  };
  /// Aligned to its size, so that a box finds it.
  struct alignas(kPageBytes) Page {
    std::uint64_t free = kAllFree;
    ListHook hook;  // in open_
    std::array<Box, kBoxes> boxes;
    Page() noexcept {}  // NOLINT(modernize-use-equals-default): boxes are written when they are used
  };
  static_assert(sizeof(Page) == kPageBytes);

  void open(Page& page) noexcept {
    if (page.free == kAllFree) ++empty_pages_;
    open_.push_front(page);
  }

  IntrusiveList<Page, &Page::hook> open_;  ///< pages with a free box
  std::size_t empty_pages_ = 0;
};

}  // namespace millrace
