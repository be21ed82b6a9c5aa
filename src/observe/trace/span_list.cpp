#include <algorithm>
#include <mutex>
#include <utility>

#include <millrace/observe/span_batch.h>

namespace millrace::observe {

struct SpanList::Parts {
  explicit Parts(std::size_t max) : spans_max(max) { spans.reserve(max); }  // now, so that ended() cannot run out of memory
  const std::size_t spans_max;
  mutable std::mutex mutex;
  std::vector<std::unique_ptr<SpanData>> spans;
  std::uint64_t dropped = 0;
};

SpanList::SpanList(std::size_t spans_max) : parts_(std::make_unique<Parts>(spans_max)) {}
SpanList::~SpanList() = default;

void SpanList::ended(std::unique_ptr<SpanData> span) noexcept {
  const std::scoped_lock lock(parts_->mutex);
  if (parts_->spans.size() < parts_->spans_max)
    parts_->spans.push_back(std::move(span));
  else
    ++parts_->dropped;
}

std::vector<std::unique_ptr<SpanData>> SpanList::take() {
  std::vector<std::unique_ptr<SpanData>> taken;
  taken.reserve(parts_->spans_max);
  const std::scoped_lock lock(parts_->mutex);
  taken.swap(parts_->spans);
  return taken;
}

std::uint64_t SpanList::dropped() const noexcept {
  const std::scoped_lock lock(parts_->mutex);
  return parts_->dropped;
}

}  // namespace millrace::observe
