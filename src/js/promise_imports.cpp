#include "js/promise_imports.h"

#include <algorithm>
#include <utility>

#include "loop/core.h"

namespace millrace::js {

std::size_t PromiseImports::add(std::unique_ptr<detail::Import> import) {
  if (free_.empty()) {
    slots_.emplace_back();
    free_.push_back(slots_.size() - 1);
  }
  const std::size_t id = free_.back();
  const bool timed = deadline_ > Duration::zero();
  if (timed) line_.push_back({id, serial_ + 1});
  free_.pop_back();
  slots_[id] = {.import = std::move(import),
                .serial = ++serial_,
                .due = timed ? later(loop_.core().clock().now(), deadline_) : Instant::max()};
  if (timed) arm();
  return id;
}

std::unique_ptr<detail::Import> PromiseImports::give_up(std::size_t id) noexcept {
  std::unique_ptr<detail::Import> import = std::move(slots_[id].import);
  if (import == nullptr || deadline_ <= Duration::zero()) return import;
  // Promises that settle long before their deadline must not fill the line until it.
  constexpr std::size_t kWorthIt = 64;
  ++over_;
  if (over_ >= kWorthIt && over_ > line_.size() / 2) {
    std::erase_if(line_, [this](const Wait& wait) { return !waits(wait); });
    over_ = 0;
  }
  return import;
}

std::unique_ptr<detail::Import> PromiseImports::take(std::size_t id) noexcept {
  std::unique_ptr<detail::Import> import = give_up(id);
  slots_[id].serial = 0;
  free_.push_back(id);
  return import;
}

std::optional<Instant> PromiseImports::due(std::size_t id) const noexcept {
  if (slots_[id].due == Instant::max()) return std::nullopt;
  return slots_[id].due;
}

std::vector<std::unique_ptr<detail::Import>> PromiseImports::release() noexcept {
  timer_ = {};
  armed_ = false;
  std::vector<std::unique_ptr<detail::Import>> all;
  for (Slot& slot : slots_)
    if (slot.import != nullptr) all.push_back(std::move(slot.import));
  slots_.clear();
  free_.clear();
  line_.clear();
  over_ = 0;
  return all;
}

bool PromiseImports::waits(const Wait& wait) const noexcept {
  return slots_[wait.id].serial == wait.serial && slots_[wait.id].import != nullptr;
}

void PromiseImports::arm() {
  while (!line_.empty() && !waits(line_.front())) {
    line_.pop_front();
    if (over_ > 0) --over_;
  }
  if (armed_ || line_.empty()) return;
  const UntoldTimers ours(loop_.core());
  Result<TimerHandle> armed = loop_.schedule_at(slots_[line_.front().id].due, [this] { look(); });
  if (!armed) return;  // the loop is closing, or has no timer left: then what waits, waits for the next that is added
  timer_ = std::move(*armed);
  timer_.unref();
  armed_ = true;
}

void PromiseImports::look() noexcept {
  armed_ = false;
  const Instant now = loop_.core().now();
  while (!line_.empty()) {
    const Wait first = line_.front();
    const bool waiting = waits(first);
    if (waiting && slots_[first.id].due > now) break;
    line_.pop_front();
    if (waiting) late_(first.id);
    if (over_ > 0) --over_;
  }
  arm();
}

}  // namespace millrace::js
