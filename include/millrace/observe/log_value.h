// LogValue and LogField: what a log record says, as a tree that sinks read. Programs write it with log_field.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <millrace/assert.h>
#include <millrace/error.h>
#include <millrace/observe/wall_clock.h>

namespace millrace::observe {

class LogValue;
struct LogField;
namespace detail {
class LogArena;
}

enum class LogKind : std::uint8_t {
  null,
  boolean,
  integer,           ///< signed 64 bits
  unsigned_integer,  ///< 64 bits
  number,            ///< double
  text,              ///< bytes that should be UTF-8; who writes them out makes sure of it
  duration,
  time,
  correlation_id,
  error,
  object,    ///< fields with keys
  list,      ///< values without
  deferred,  ///< not asked yet; no sink sees one
  spread,    ///< stands for several fields, not asked yet; no sink sees one
};

/// One value: a number, a view of a text, or views of further values. Trivially copyable, 24 bytes.
/// Lifetime  views what it was made of: in a sink, as long as the call of write(). StoredLogRecord keeps all of it longer.
/// Calling   as_...() of another kind is a broken precondition.
class LogValue {
 public:
  constexpr LogValue() noexcept : kind_(LogKind::null), integer_(0) {}
  [[nodiscard]] static constexpr LogValue of_bool(bool value) noexcept {
    LogValue made(LogKind::boolean);
    made.integer_ = value ? 1 : 0;
    return made;
  }
  [[nodiscard]] static constexpr LogValue of_integer(std::int64_t value) noexcept {
    LogValue made(LogKind::integer);
    made.integer_ = value;
    return made;
  }
  [[nodiscard]] static constexpr LogValue of_unsigned(std::uint64_t value) noexcept {
    LogValue made(LogKind::unsigned_integer);
    made.unsigned_ = value;
    return made;
  }
  [[nodiscard]] static constexpr LogValue of_number(double value) noexcept {
    LogValue made(LogKind::number);
    made.number_ = value;
    return made;
  }
  [[nodiscard]] static constexpr LogValue of_text(std::string_view value) noexcept {
    return LogValue(LogKind::text, value.data(), value.size());
  }
  [[nodiscard]] static constexpr LogValue of_duration(Duration value) noexcept {
    LogValue made(LogKind::duration);
    made.integer_ = value.count();
    return made;
  }
  [[nodiscard]] static constexpr LogValue of_time(WallTime value) noexcept {
    LogValue made(LogKind::time);
    made.integer_ = value.time_since_epoch().count();
    return made;
  }
  [[nodiscard]] static constexpr LogValue of_correlation_id(const CorrelationId& value) noexcept {
    LogValue made(LogKind::correlation_id);
    made.id_ = value;
    return made;
  }
  [[nodiscard]] static LogValue of_error(const Error& value) noexcept { return LogValue(LogKind::error, &value, 1); }
  [[nodiscard]] static LogValue of_object(std::span<const LogField> fields) noexcept {
    return LogValue(LogKind::object, fields.data(), fields.size());
  }
  [[nodiscard]] static LogValue of_list(std::span<const LogValue> values) noexcept {
    return LogValue(LogKind::list, values.data(), values.size());
  }

  [[nodiscard]] constexpr LogKind kind() const noexcept { return kind_; }
  [[nodiscard]] bool as_bool() const noexcept { return expect(LogKind::boolean).integer_ != 0; }
  [[nodiscard]] std::int64_t as_integer() const noexcept { return expect(LogKind::integer).integer_; }
  [[nodiscard]] std::uint64_t as_unsigned() const noexcept { return expect(LogKind::unsigned_integer).unsigned_; }
  [[nodiscard]] double as_number() const noexcept { return expect(LogKind::number).number_; }
  [[nodiscard]] std::string_view as_text() const noexcept {
    const View& view = expect(LogKind::text).view_;
    return {static_cast<const char*>(view.data), view.size};
  }
  [[nodiscard]] Duration as_duration() const noexcept { return Duration(expect(LogKind::duration).integer_); }
  [[nodiscard]] WallTime as_time() const noexcept { return WallTime(WallTime::duration(expect(LogKind::time).integer_)); }
  [[nodiscard]] const CorrelationId& as_correlation_id() const noexcept { return expect(LogKind::correlation_id).id_; }
  [[nodiscard]] const Error& as_error() const noexcept { return *static_cast<const Error*>(expect(LogKind::error).view_.data); }
  [[nodiscard]] std::span<const LogField> as_object() const noexcept;
  [[nodiscard]] std::span<const LogValue> as_list() const noexcept;

 private:
  friend struct LogDeferral;
  /// Asks `object` for its value; texts and further values it is made of go into the arena.
  using Ask = LogValue (*)(detail::LogArena& arena, const void* object);

  struct View {
    const void* data;
    std::size_t size;
  };
  struct Question {
    const void* object;
    Ask ask;
  };
  constexpr explicit LogValue(LogKind kind) noexcept : kind_(kind), integer_(0) {}
  constexpr LogValue(LogKind kind, const void* data, std::size_t size) noexcept : kind_(kind), view_{data, size} {}
  [[nodiscard]] const LogValue& expect(LogKind kind) const noexcept {
    MILLRACE_ASSERT(kind_ == kind);
    return *this;
  }

  LogKind kind_;
  union {
    std::int64_t integer_;
    std::uint64_t unsigned_;
    double number_;
    View view_;
    CorrelationId id_;
    Question question_;
  };
};

/// A value with its name. Lifetime: views, as LogValue.
struct LogField {
  std::string_view key;
  LogValue value;
};

inline std::span<const LogField> LogValue::as_object() const noexcept {
  const View& view = expect(LogKind::object).view_;
  return {static_cast<const LogField*>(view.data), view.size};
}
inline std::span<const LogValue> LogValue::as_list() const noexcept {
  const View& view = expect(LogKind::list).view_;
  return {static_cast<const LogValue*>(view.data), view.size};
}

/// For log_field.h: values that are asked only when a record is made of them.
struct LogDeferral {
  [[nodiscard]] static LogValue deferred(const void* object, LogValue::Ask ask) noexcept {
    return make(LogKind::deferred, object, ask);
  }
  [[nodiscard]] static LogValue spread(const void* object, LogValue::Ask ask) noexcept {
    return make(LogKind::spread, object, ask);
  }
  [[nodiscard]] static LogValue ask(const LogValue& value, detail::LogArena& arena) {
    return value.question_.ask(arena, value.question_.object);
  }

 private:
  [[nodiscard]] static LogValue make(LogKind kind, const void* object, LogValue::Ask ask) noexcept {
    LogValue made(kind);
    made.question_ = {object, ask};
    return made;
  }
};

}  // namespace millrace::observe
