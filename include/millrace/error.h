// Error: what went wrong, where, and what led to it.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace millrace {

/// The library's own codes. Operating-system refusals keep their errno in std::system_category(), so an Error's code() is open.
enum class Errc {
  closed = 1,           ///< the loop, door or runtime is closed; nothing was done
  full,                 ///< a named limit is reached; nothing was done
  not_found,            ///< the handle no longer names anything
  invalid_argument,     ///< the call's arguments are not acceptable; the message says which
  invalid_descriptor,   ///< the file descriptor is not open
  unsupported,          ///< this descriptor, platform or build cannot do it
  would_block_forever,  ///< a scripted poller has nothing left to deliver and no deadline
  uncaught_exception,   ///< a task threw and nobody handled it
  javascript_error,     ///< JavaScript threw; context holds name, message and stack
  syntax_error,         ///< JavaScript source does not parse; context holds file, line and column
  terminated,           ///< JavaScript was stopped: exit, limit or closing
  engine_failure,       ///< the JavaScript engine could not be created
  timed_out,            ///< the time given for waiting is over; what was waited for goes on
  aborted,              ///< an AbortSignal was aborted
  abandoned,            ///< who should have settled the promise is gone
  self_resolution,      ///< a promise was resolved with itself
  unhandled_rejection,  ///< a promise was rejected and nobody handled it
  all_rejected,         ///< every input of any() was rejected
};

[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

/// 128 bits, version 7 (RFC 9562): sortable by creation time.
struct CorrelationId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const CorrelationId&, const CorrelationId&) = default;
  [[nodiscard]] std::string to_string() const;  ///< 36 characters, lower case
};

/// An immutable description of a failure, cheap to copy.
/// Effect    carries a code, a message, named context, the error that caused it, and a correlation id.
/// Identity  the correlation id is made at the innermost error and kept through wrapping, so that one failure has one id in
///           every log.
/// Thread    any; the shared state is immutable.
/// Cost      one allocation at construction; copying counts a reference.
class Error {
 public:
  Error(std::error_code code, std::string message);
  Error(Errc code, std::string message) : Error(make_error_code(code), std::move(message)) {}

  /// An Error for the current value of errno-style `number`, e.g. `Error::from_errno(EBADF, "epoll_ctl add")`.
  [[nodiscard]] static Error from_errno(int number, std::string_view operation);
  /// Describes a caught C++ exception; an ErrorException gives back the Error inside it.
  [[nodiscard]] static Error from_exception(std::exception_ptr exception);

  /// A copy with one more named fact. Facts keep the order in which they were added.
  [[nodiscard]] Error with(std::string key, std::string value) const;
  /// A new Error whose cause is this one and which keeps its correlation id.
  [[nodiscard]] Error wrap(std::error_code code, std::string message) const;
  [[nodiscard]] Error wrap(Errc code, std::string message) const { return wrap(make_error_code(code), std::move(message)); }

  [[nodiscard]] std::error_code code() const noexcept;
  [[nodiscard]] const std::string& message() const noexcept;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& context() const noexcept;
  /// The value of a context key, or an empty view.
  [[nodiscard]] std::string_view context(std::string_view key) const noexcept;
  /// The direct cause, or null. Lives as long as this Error.
  [[nodiscard]] const Error* cause() const noexcept;
  [[nodiscard]] const CorrelationId& correlation_id() const noexcept;
  /// True when this error or any cause has `code`.
  [[nodiscard]] bool matches(std::error_code code) const noexcept;

  /// `message (millrace:closed) [fd=7]: caused by: ...` on one line.
  [[nodiscard]] std::string to_string() const;
  /// Several lines: message, code, correlation id, context, then each cause indented.
  [[nodiscard]] std::string to_long_string() const;

 private:
  struct Data;
  explicit Error(std::shared_ptr<const Data> data) noexcept : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

/// Carries an Error through code that reports by exception (constructors; Result::value()).
class ErrorException : public std::exception {
 public:
  explicit ErrorException(Error error) : error_(std::move(error)), text_(error_.to_string()) {}
  [[nodiscard]] const Error& error() const noexcept { return error_; }
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
  Error error_;
  std::string text_;
};

}  // namespace millrace

template <>
struct std::is_error_code_enum<millrace::Errc> : std::true_type {};
