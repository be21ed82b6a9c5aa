// Logger: what a program holds to say what happens.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string_view>
#include <type_traits>
#include <utility>

#include <millrace/observe/log_field.h>
#include <millrace/observe/log_level.h>
#include <millrace/observe/log_record.h>

namespace millrace::observe {

/// The names under which the library's own parts log; a program adds its own.
namespace log_category {
inline constexpr std::string_view kLoop = "loop";
inline constexpr std::string_view kTimer = "timer";
inline constexpr std::string_view kPromise = "promise";
inline constexpr std::string_view kMicrotask = "microtask";
inline constexpr std::string_view kPoll = "poll";
inline constexpr std::string_view kIngress = "ingress";
inline constexpr std::string_view kJs = "js";
inline constexpr std::string_view kSubset = "subset";
inline constexpr std::string_view kLog = "log";  ///< what the log says of itself: suppressed and dropped records
}  // namespace log_category

/// The text of a record and where it was logged. Lifetime: views the text, for the call.
struct LogMessage {
  template <typename Text>
    requires std::convertible_to<const Text&, std::string_view>
  constexpr LogMessage(  // NOLINT(google-explicit-constructor): a message is what stands first in every call
      const Text& said, std::source_location at = std::source_location::current()) noexcept
      : text(said), source(at) {}
  std::string_view text;
  std::source_location source;
};

namespace detail {
struct LogNode;
inline constexpr std::atomic<LogLevel> kNeverLogs{LogLevel::off};
/// Copying it costs no call. (A std::tuple is never trivially copyable as a whole.)
template <typename T>
constexpr bool is_small = std::is_trivially_copy_constructible_v<T> && std::is_trivially_destructible_v<T>;
/// Makes a record of it and gives it to the sinks. Nothing leaves.
void write_log(const LogNode& node, LogLevel level, const LogMessage& message, LogField* fields, std::size_t count) noexcept;
}  // namespace detail

/// Logs into a LogHub: under one category, with fields and ids that every record of it carries. A small value.
///   log.info("connection accepted", field("peer", peer), field("fd", fd));
///   log.debug("plan", [&](LogFields& f) { f.add("rows", count_rows()); });    // called only when the level is on
/// Thread    any, several at once.
/// Errors    none: what goes wrong is counted (LogFigures). A function that throws loses its own field; see LogFields.
/// Cost      level off: a load and a comparison; no argument is touched, apart from what the expressions of the call themselves compute.
///           Level on: the record is made on the stack; nothing is allocated while it needs less than LogHub::kStackBytes.
/// Lifetime  a Logger may outlive its hub; then it says nothing any more. A call at the moment of the hub's destruction is a broken
///           precondition. One that was made by the default constructor never says anything.
class Logger {
 public:
  Logger() noexcept : threshold_(&detail::kNeverLogs) {}

  [[nodiscard, gnu::always_inline]] bool enabled(LogLevel level) const noexcept {
    // Relaxed: a level that was changed is seen soon, and nothing else is read because of it.
    return level >= threshold_->load(std::memory_order_relaxed);
  }

  /// Each of `fields` is made by field(), or a function that takes a LogFields& and adds some.
  template <detail::LogFieldArgument... Fields>
  [[gnu::always_inline]] void log(LogLevel level, const LogMessage& message, const Fields&... fields) const noexcept {
    if (enabled(level)) [[unlikely]]
      write<std::conditional_t<detail::is_small<Fields>, Fields, const Fields&>...>(level, message, fields...);
  }
  template <detail::LogFieldArgument... Fields>
  [[gnu::always_inline]] void trace(const LogMessage& message, const Fields&... fields) const noexcept {
    log(LogLevel::trace, message, fields...);
  }
  template <detail::LogFieldArgument... Fields>
  [[gnu::always_inline]] void debug(const LogMessage& message, const Fields&... fields) const noexcept {
    log(LogLevel::debug, message, fields...);
  }
  template <detail::LogFieldArgument... Fields>
  [[gnu::always_inline]] void info(const LogMessage& message, const Fields&... fields) const noexcept {
    log(LogLevel::info, message, fields...);
  }
  template <detail::LogFieldArgument... Fields>
  [[gnu::always_inline]] void warn(const LogMessage& message, const Fields&... fields) const noexcept {
    log(LogLevel::warn, message, fields...);
  }
  template <detail::LogFieldArgument... Fields>
  [[gnu::always_inline]] void error(const LogMessage& message, const Fields&... fields) const noexcept {
    log(LogLevel::error, message, fields...);
  }
  template <detail::LogFieldArgument... Fields>
  [[gnu::always_inline]] void fatal(const LogMessage& message, const Fields&... fields) const noexcept {
    log(LogLevel::fatal, message, fields...);
  }

  /// One that adds these fields to every record, after those of this one. A key that is bound already is bound anew.
  /// Copies    all of it, once. Errors: std::bad_alloc, and what a function among the values throws.
  /// Limit     LogFormat::kFieldsMax fields in all; later ones are dropped.
  template <detail::LogFieldArgument... Fields>
  [[nodiscard]] Logger child(const Fields&... fields) const {
    LogField made[] = {LogField{}, detail::to_field(fields)...};  // the first only because an array cannot be empty
    return child_of(made + 1, sizeof...(fields));
  }
  /// The same fields and ids under another category. Errors: std::bad_alloc.
  [[nodiscard]] Logger with_category(std::string_view name) const;
  /// The same, with `ids` asked for the ids of every record, in place of the one before. `ids` outlives every use of the logger.
  [[nodiscard]] Logger with_ids(const LogIdSource& ids) const;
  /// Empty for a logger that was made by the default constructor.
  [[nodiscard]] std::string_view category() const noexcept;

 private:
  friend class LogHub;
  explicit Logger(std::shared_ptr<const detail::LogNode> node) noexcept;
  [[nodiscard]] Logger child_of(LogField* fields, std::size_t count) const;

  // Takes copies of what field() made, so that nothing of a call has an address unless its level is on: that would have to be stored
  // before the level is looked at.
  template <typename... Fields>
  [[gnu::always_inline]] void write(LogLevel level, const LogMessage& message, Fields... fields) const noexcept {
    const LogMessage copy = message;
    if constexpr (sizeof...(fields) == 0) {
      detail::write_log(*node_, level, copy, nullptr, 0);
    } else {
      LogField made[] = {detail::to_field(fields)...};
      detail::write_log(*node_, level, copy, made, sizeof...(fields));
    }
  }

  const std::atomic<LogLevel>* threshold_;
  std::shared_ptr<const detail::LogNode> node_;  // null only when nothing is ever logged
};

}  // namespace millrace::observe
