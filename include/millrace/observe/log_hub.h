// LogHub: owns levels, categories and limits, and leads records to sinks.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/clock.h>
#include <millrace/observe/log_sink.h>
#include <millrace/observe/logger.h>
#include <millrace/observe/redactor.h>
#include <millrace/observe/wall_clock.h>

namespace millrace::observe {

namespace detail {
struct LogCore;
}

/// A place for records, and the least level it wants.
struct LogOutput {
  LogSink* sink;          ///< outlives the hub
  std::string name = {};  ///< for LogFigures; by default its number, "0", "1", ...
  LogLevel level = LogLevel::trace;
};

/// How often one place in the source may log: `burst` records at once, and `per_second` in the long run.
/// What comes above is dropped and counted; when the place may log again, a record "suppressed N records" with the number in the field
/// `suppressed` goes before, under the same category, level and place. flush() and the end of the hub tell what is left.
/// Exempt    records of level fatal.
struct LogRateLimit {
  double per_second = 10;
  std::uint32_t burst = 100;
  /// Places that are watched, by file and line. Further ones share one allowance, told under the category `log`.
  std::size_t places_max = 1024;
};

struct LogOptions {
  std::vector<LogOutput> outputs;
  LogLevel level = LogLevel::info;  ///< of every category without one of its own
  LogFormat format{};
  std::optional<LogRateLimit> rate_limit{};  ///< null: nothing is suppressed
  /// A write() that takes longer is counted as slow. Null: nobody looks, which saves two readings of the clock for each record and sink.
  std::optional<Duration> slow_after = std::chrono::milliseconds{100};
  /// Categories with a level of their own, further ones share the level of the rest.
  std::size_t categories_max = 256;
  const WallClock* wall_clock = nullptr;  ///< outlives the hub; null: SystemWallClock
  /// For slow_after and rate_limit; outlives the hub. Null: CLOCK_MONOTONIC_COARSE, which is a few milliseconds late and costs little.
  const Clock* clock = nullptr;
  /// Masks what every record says, its category, message, keys and values with all that is inside them, once for all sinks: none sees it otherwise. A record that cannot be
  /// masked for want of memory is lost and counted. Values of hidden names become Redactor::mask(), numbers that have to be masked become text, and an Error describes no
  /// exception any more. Outlives the hub and its loggers. Null: nothing is masked, nothing is paid.
  const Redactor* redactor = nullptr;
};

/// What happened so far. Every record of an enabled level is counted exactly once for each sink: in one of the first five numbers of LogSinkFigures.
struct LogSinkFigures {
  std::string name;
  std::uint64_t written = 0;
  std::uint64_t failed = 0;           ///< write() answered an Error
  std::uint64_t threw = 0;            ///< an exception left it
  std::uint64_t reentrant = 0;        ///< logged from inside of this sink, so not given to it
  std::uint64_t below_level = 0;      ///< below LogOutput::level
  std::uint64_t slow = 0;             ///< of all of these calls: took longer than LogOptions::slow_after
  std::optional<Error> last_failure;  ///< what the last one that failed or threw said
};
struct LogFigures {
  std::uint64_t records = 0;            ///< meant for the sinks; not counted where there is none
  std::uint64_t suppressed = 0;         ///< held back by the rate limit
  std::uint64_t fields_failed = 0;      ///< functions given to a logger that threw
  std::uint64_t lost = 0;               ///< records that could not be made, for want of memory
  std::uint64_t shared_places = 0;      ///< records of places beyond LogRateLimit::places_max
  std::uint64_t shared_categories = 0;  ///< loggers made of categories beyond LogOptions::categories_max
  std::vector<LogSinkFigures> sinks;    ///< in the order of LogOptions::outputs
};

/// Where loggers come from. A program makes one and hands loggers on; there is no global one.
/// Thread    any, unless said otherwise.
/// Order     records of one thread reach a sink in that thread's order.
/// Lifetime  see Logger. The destructor tells what was suppressed and flushes every sink for at most kCloseLimit.
class LogHub {
 public:
  static constexpr Duration kCloseLimit = std::chrono::seconds{5};
  /// Of the stack that a call uses for a record and its line; what needs more is allocated.
  static constexpr std::size_t kStackBytes = 4096;

  explicit LogHub(LogOptions options);
  LogHub(const LogHub&) = delete;
  LogHub& operator=(const LogHub&) = delete;
  ~LogHub();

  /// A logger without fields. Errors: std::bad_alloc. Cost: a search under a lock; keep the logger.
  [[nodiscard]] Logger logger(std::string_view category);
  /// The level of every category without one of its own; seen by other threads soon.
  void set_level(LogLevel level);
  /// The level of one category, and of one that no logger has yet; null: that of the rest again.
  /// Errors    Errc::full beyond LogOptions::categories_max.
  Result<void> set_level(std::string_view category, std::optional<LogLevel> level);
  [[nodiscard]] LogLevel level(std::string_view category) const;

  /// Tells what was suppressed, then flushes each sink in turn, all within `time_limit`. The first error, when there is one; every
  /// sink is flushed all the same.
  Result<void> flush(Duration time_limit = kCloseLimit);
  [[nodiscard]] LogFigures figures() const;

 private:
  std::shared_ptr<detail::LogCore> core_;
};

}  // namespace millrace::observe
