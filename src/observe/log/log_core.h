// What a LogHub and its loggers share.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/observe/log_hub.h>

#include "observe/log/json_record.h"
#include "observe/log/rate_limit.h"

namespace millrace::observe::detail {

/// CLOCK_MONOTONIC_COARSE: as late as the kernel's tick, a few nanoseconds a call.
class CoarseClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const noexcept override;
};

struct LogCategory {
  explicit LogCategory(LogLevel start) : level(start) {}
  std::atomic<LogLevel> level;  ///< relaxed: what is logged before and after a change is not ordered by it
  bool own = false;             ///< set for this category alone, so not moved by the level of the rest
};

/// One sink and what became of the records that were meant for it.
class alignas(64) SinkSlot {  // a cache line of its own: threads that count in one do not slow down another
 public:
  SinkSlot(LogOutput output, std::string name) : output_(std::move(output)), name_(std::move(name)) {}

  /// Gives it the record, unless its level or re-entry say no. Contains and counts whatever happens.
  void write(const LogRecord& record, const Clock* slow_clock, Duration slow_after) noexcept;
  [[nodiscard]] Result<void> flush(Duration time_limit) noexcept;
  [[nodiscard]] LogSinkFigures figures() const;

 private:
  void write_contained(const LogRecord& record) noexcept;
  void failed(std::atomic<std::uint64_t>& counter, const Error& why) noexcept;

  LogOutput output_;
  std::string name_;
  std::atomic<std::uint64_t> written_{0}, failed_{0}, threw_{0}, reentrant_{0}, below_level_{0}, slow_{0};
  mutable std::mutex mutex_;  // leaf
  std::optional<Error> last_failure_;
};

/// Lives as long as the hub or a logger does.
struct LogCore {
  explicit LogCore(LogOptions given);

  /// The category of that name, made if there is none; null at the limit.
  [[nodiscard]] LogCategory* category(std::string_view name);
  /// Every record goes through here, and what must not leave is masked here, but for what loggers have bound: that is masked when it is bound.
  void deliver(const LogRecord& record) noexcept;
  void tell_suppressed() noexcept;
  /// A record of the log itself, under the category `log`.
  void say(LogLevel level, std::string_view message, std::span<const LogField> fields, const std::source_location& source) noexcept;
  void give(const LogRecord& record) noexcept;
  void deliver_masked(const LogRecord& record) noexcept;
  /// No logger says anything any more; the sinks are not touched again.
  void close() noexcept;

  LogOptions options;
  SystemWallClock system_wall_clock;
  CoarseClock coarse_clock;
  const WallClock& wall_clock;
  const Clock& clock;
  std::vector<std::unique_ptr<SinkSlot>> slots;
  std::optional<RateLimiter> limiter;

  std::mutex categories_mutex;  // leaf
  std::map<std::string, std::unique_ptr<LogCategory>, std::less<>> categories;
  LogLevel level_of_the_rest;  // under the mutex
  LogCategory rest;
  bool closed = false;  // under the mutex

  std::atomic<std::uint64_t> suppressed{0}, fields_failed{0}, lost{0}, shared_places{0}, shared_categories{0};
};

/// What the loggers that are copies of each other share. Immutable.
struct LogNode {
  /// Copies `bound`; of one key given twice the last counts.
  LogNode(std::shared_ptr<LogCore> core, LogCategory* category, std::string_view category_name, std::span<const LogField> bound,
          const LogIdSource* ids);
  std::shared_ptr<LogCore> core;
  LogCategory* category;
  std::string category_name;
  std::string category_json;
  LogArena arena;
  std::span<const LogField> bound;
  std::string bound_json;
  std::uint64_t bound_left_out = 0;
  const LogIdSource* ids;
};

/// The fields of a call with every question answered. Those that a function added stand where it stood.
[[nodiscard]] std::span<const LogField> settle(LogArena& arena, std::span<LogField> fields);

}  // namespace millrace::observe::detail
