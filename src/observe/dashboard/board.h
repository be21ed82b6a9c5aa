// Board: what the thread of a loop shows and the threads of connections read.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include <millrace/clock.h>
#include <millrace/observe/dashboard.h>

#include "observe/dashboard/frame_json.h"

namespace millrace::observe {

/// Thread    any, all members. A publisher holds the mutex for a few pointers, never while JSON is written.
class Board {
 public:
  struct About {
    std::string title;
    std::string details;
    bool metrics = false;
    Duration interval{};
    Duration stale_after{};
    std::size_t history_max = 0;
    const Redactor* redactor = nullptr;
  };
  /// What must not leave is masked here, in all that is shown.
  explicit Board(About about);

  void publish(DashboardFrame frame);
  void stalled(const Stall& stall);
  /// The program ends: every stream is told, and is over then.
  void end();
  [[nodiscard]] std::uint64_t frames() const;

  /// {"version", "title", ..., "frame"}
  [[nodiscard]] std::string snapshot_json() const;

  /// How far a stream has come.
  struct Cursor {
    bool greeted = false;
    bool over = false;
    std::uint64_t sequence = 0;  ///< of the frame told last
    bool silent = false;         ///< the loop was silent when this stream was told last
    Instant silence_told{};
  };
  /// What comes next in a stream of server-sent events, for which it waits a second at most, or until `stop`; empty when nothing did.
  [[nodiscard]] std::string next_events(Cursor& cursor, const std::stop_token& stop);

  /// A stream that exists. Null when there are `max` already.
  class Stream;
  [[nodiscard]] std::shared_ptr<Stream> open_stream(std::size_t max);
  [[nodiscard]] std::size_t streams() const;
  void wait_for_streams_to_end(Duration time_max);

 private:
  /// A frame and its JSON, which the first reader writes for all.
  struct Latest {
    std::shared_ptr<const FrameRow> row;
    FrameLists lists;
    Instant at{};
    mutable std::once_flag once{};
    mutable std::string text{};
    [[nodiscard]] const std::string& json() const;
  };
  struct Moment {
    std::shared_ptr<const Latest> latest;
    std::optional<Stall> stall;
    bool ended = false;
    Duration age{};  ///< of the latest frame; before the first one, since the beginning
    bool responding = true;
  };
  [[nodiscard]] Moment moment_locked() const;
  [[nodiscard]] std::string hello() const;
  void write_about(detail::JsonWriter& json) const;
  static void write_status(detail::JsonWriter& json, const Moment& moment);

  [[nodiscard]] static About masked(About about);

  const About about_;
  const SteadyClock clock_;
  const Instant began_;
  mutable std::mutex mutex_;              // leaf
  std::condition_variable_any changed_;   // a frame, a stall, the end
  std::condition_variable closed_;        // a stream has gone
  std::shared_ptr<const Latest> latest_;  // guarded by mutex_, as what follows
  std::deque<std::shared_ptr<const FrameRow>> history_;
  std::uint64_t sequence_ = 0;
  std::optional<Stall> stall_;
  bool ended_ = false;
  std::size_t streams_ = 0;
};

class Board::Stream {
 public:
  explicit Stream(Board& board) noexcept : board_(board) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream();

 private:
  Board& board_;
};

}  // namespace millrace::observe
