// ReadAhead: the pages of a table, read while somebody else uses the page before.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <millrace/async.h>

#include "subset/copy/observation.h"
#include "subset/copy/table_reader.h"
#include "subset/session.h"

namespace millrace::subset {

/// Reads a table's pages one ahead of who uses them: while the target writes one, the source sends the next. Begins when it is made.
/// Thread    loop thread. Lifetime: source, observed and what the reader refers to outlive it; stop() has settled before it is destroyed.
class ReadAhead {
 public:
  ReadAhead(Session& source, TableReader reader, const CopyObservation& observed)
      : source_(source), reader_(std::move(reader)), observed_(observed) {
    start();
  }
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  [[nodiscard]] Loop& loop() const noexcept { return source_.loop(); }

  /// The next page, which is the caller's until the call after; null after the last.
  Async<ReadPage*> next() {
    if (!reading_) co_return static_cast<ReadPage*>(nullptr);
    const Promise<void> reading = *std::exchange(reading_, std::nullopt);
    co_await reading;
    ReadPage* const page = &pages_[filled_];
    filled_ = 1 - filled_;
    if (!page->last) start();
    co_return page;
  }
  /// Of the page that next() gave last.
  [[nodiscard]] const PageReading& reading() const noexcept { return times_[1 - filled_]; }
  /// To be awaited before this is destroyed, whatever happened: the page that is being read is in here.
  Async<void> stop() {
    if (!reading_) co_return;
    const Promise<void> reading = *std::exchange(reading_, std::nullopt);
    co_await reading.result();
  }

 private:
  void start() {
    // Only who is watched pays for a look at the clock where the page arrives, which is before somebody wants it.
    if (observed_.on())
      reading_.emplace(read_timed(pages_[filled_], times_[filled_]));
    else
      reading_.emplace(reader_.next(source_, pages_[filled_]));
    reading_->ignore_rejection();  // next() tells it
  }
  Async<void> read_timed(ReadPage& page, PageReading& time) {
    time.began = observed_.now();
    co_await reader_.next(source_, page);
    time.ended = observed_.now();
  }

  Session& source_;
  TableReader reader_;
  const CopyObservation& observed_;
  ReadPage pages_[2];
  PageReading times_[2];
  std::size_t filled_ = 0;  ///< the page that is being read
  std::optional<Promise<void>> reading_{};
};

}  // namespace millrace::subset
