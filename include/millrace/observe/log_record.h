// LogRecord: one thing that a program said, as its sinks see it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <string_view>

#include <millrace/error.h>
#include <millrace/observe/log_level.h>
#include <millrace/observe/log_value.h>
#include <millrace/observe/wall_clock.h>

namespace millrace::observe {

/// What a record belongs to. Zero: to none, and then nothing is written of it.
struct LogIds {
  std::uint64_t loop = 0;
  std::uint64_t task = 0;
  std::uint64_t timer = 0;
  CorrelationId correlation{};
  std::array<std::uint64_t, 2> trace{};  ///< high half first (W3C trace context)
  std::uint64_t span = 0;
  friend bool operator==(const LogIds&, const LogIds&) = default;
};

/// Asked for the ids of a record while it is made. Handed to Logger::with_ids().
/// Thread    the one that logs. One that reads a loop's current context belongs to loggers of that loop's thread only.
/// Errors    none may leave.
class LogIdSource {
 public:
  LogIdSource() = default;
  LogIdSource(const LogIdSource&) = delete;
  LogIdSource& operator=(const LogIdSource&) = delete;
  virtual ~LogIdSource() = default;
  virtual void fill(LogIds& ids) const noexcept = 0;
};

/// How records become text; the same for all sinks of a hub.
struct LogFormat {
  /// A line stops growing here: what comes later is left out, texts are cut at a character, and `left_out` counts both. The line may
  /// exceed it by its fixed parts, less than a kilobyte.
  std::size_t line_bytes_max = std::size_t{256} * 1024;
  /// Whether lines name the place of the call: the file without its folders, and the line.
  bool source = true;
  bool thread = true;  ///< whether JSON lines name the thread

  static constexpr std::size_t kFieldsMax = 256;  ///< of a record, an object or a list; later ones are left out and counted
  static constexpr int kDepthMax = 16;            ///< objects and lists inside each other; deeper ones are left out and counted
};

namespace detail {
class TextBuffer;
struct RecordFrame;
}  // namespace detail

/// A view of one record. Fields stand in the order in which they were bound, then given.
/// Keys      of `bound` each occurs once. One of `fields` that names a bound one again counts instead of it, and of one key given twice the
///           last counts: json() and text() write every key once.
/// Lifetime  the call of LogSink::write(); StoredLogRecord keeps a copy longer.
/// Thread    the one of that call.
struct LogRecord {
  WallTime time;
  LogLevel level = LogLevel::info;
  std::string_view category;
  std::string_view message;
  std::span<const LogField> bound;   ///< those of the logger, outermost parent first
  std::span<const LogField> fields;  ///< those of the call
  LogIds ids;
  std::source_location source;
  std::uint64_t thread = 0;  ///< the system's number of the calling thread; that of the parent process in a fork() of it

  /// The record as one JSON object on one line, without a line break (docs/logging.md lists the members):
  ///   {"timestamp":"2026-01-31T12:00:00.000000001Z","severity_text":"INFO","severity_number":9,"category":"ingress",
  ///    "body":"connection accepted","loop_id":1,"task_id":7,"timer_id":3,"correlation_id":"...","trace_id":"...","span_id":"...",
  ///    "thread_id":4711,"source":"door.cpp:12","attributes":{"peer":"10.0.0.1","fd":7},"left_out":2}
  /// Always    valid JSON in UTF-8: bytes that are not UTF-8 become U+FFFD; control characters, U+2028 and U+2029 are escaped.
  /// Values    durations are seconds with all their digits, times RFC 3339 in UTC with nanoseconds; NaN and the infinities are the texts
  ///           "NaN", "Infinity" and "-Infinity"; integers keep all their digits, so a reader with only doubles loses some above 2^53.
  /// Errors    of a record: {"message","code","correlation_id","retryable","retry_after","context","errors","causes"}, the last four where
  ///           there are any; the causes are one flat list, from the outside in.
  /// Cost      made by the first call, shared by all sinks of the hub.
  [[nodiscard]] std::string_view json() const;
  /// The record for people, in one or, where an error is told, several lines, without the last line break:
  ///   2026-01-31T12:00:00.000Z INFO  [ingress] connection accepted  peer=10.0.0.1 fd=7
  /// Safe      nothing in it can end a line, move the cursor or change what a terminal shows: control characters and those that turn the
  ///           direction of writing are escaped. Lines of an error are indented below.
  [[nodiscard]] std::string text() const;
  /// The message and the fields of text() alone, for loggers that add time and level themselves.
  [[nodiscard]] std::string body_text() const;

  /// For the hub: the parts of json() that are kept from one record to the next. In a record that somebody made by hand it is null; then
  /// to_json() serves, and calling json() is a broken precondition.
  detail::RecordFrame* frame = nullptr;
};

/// What json() answers, for a record made by hand. Errors: std::bad_alloc.
[[nodiscard]] std::string to_json(const LogRecord& record, const LogFormat& format = {});

/// A copy of a record with all it views, for sinks that hand it on. Cost: two or three allocations.
class StoredLogRecord {
 public:
  explicit StoredLogRecord(const LogRecord& record);
  StoredLogRecord(StoredLogRecord&&) noexcept;
  StoredLogRecord& operator=(StoredLogRecord&&) noexcept;
  ~StoredLogRecord();
  [[nodiscard]] const LogRecord& record() const noexcept;
  /// What it holds, about.
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  struct Held;
  std::unique_ptr<Held> held_;
};

}  // namespace millrace::observe
