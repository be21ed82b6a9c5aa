// Error: what went wrong, where, and what led to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <millrace/clock.h>

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
  aborted,              ///< an AbortSignal was aborted; what listened to it stopped
  abandoned,            ///< who should have settled it is gone; nobody will
  self_resolution,      ///< a promise was resolved with itself, so it could never settle
  unhandled_rejection,  ///< a promise was rejected and nobody handled it
  all_rejected,         ///< every input of any() was rejected; errors() holds the reasons in input order
};

[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

/// 128 bits, version 7 (RFC 9562): sortable by creation time.
struct CorrelationId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const CorrelationId&, const CorrelationId&) = default;
  [[nodiscard]] std::string to_string() const;  ///< 36 characters, lower case
};

/// Whether the same operation may succeed when it is repeated, and how long to wait before. It says nothing about whether repeating
/// is harmless: a request whose connection broke may have been carried out, and only the caller knows what that would mean.
struct RetryHint {
  bool retryable = false;
  std::optional<Duration> after{};  ///< null: at a time of the caller's choice. Zero: at once. Nothing when not retryable.
  friend bool operator==(const RetryHint&, const RetryHint&) = default;
};

/// Changes the texts of errors, for Error::rewritten(). `key` names the value of a context; empty: `text` is a message.
class ErrorTexts {
 public:
  ErrorTexts() = default;
  ErrorTexts(const ErrorTexts&) = delete;
  ErrorTexts& operator=(const ErrorTexts&) = delete;
  virtual ~ErrorTexts() = default;
  virtual void rewrite(std::string_view key, std::string& text) const = 0;
};

/// An immutable description of a failure, cheap to copy.
/// Effect    carries a code, a message, named context, the error that caused it, a retry hint, the exception or the several errors
///           it describes, and a correlation id.
/// Identity  the correlation id is made at the innermost error and kept through wrapping, so that one failure has one id in
///           every log. An aggregate gathers several failures: it has an id of its own, and each reason keeps its own.
/// Thread    any; the shared state is immutable.
/// Cost      one allocation at construction; copying counts a reference. No function recurses over causes or reasons, nor does
///           destruction: a chain may be as deep as memory allows.
/// Lifetime  pointers and references into an Error live as long as this Error or any copy of it. A moved-from Error may only be
///           assigned to or destroyed.
class Error {
 public:
  Error(std::error_code code, std::string message);
  Error(Errc code, std::string message) : Error(make_error_code(code), std::move(message)) {}
  Error(const Error& other) noexcept;
  Error(Error&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Error& operator=(Error other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Error();

  /// An Error for the current value of errno-style `number`, e.g. `Error::from_errno(EBADF, "epoll_ctl add")`.
  /// Retry     stated for conditions that pass by themselves: at once after EINTR; at a time of the caller's choice after EAGAIN,
  ///           EBUSY, ETIMEDOUT, the descriptor and buffer shortages EMFILE, ENFILE, ENOBUFS, and the network's ECONNREFUSED,
  ///           ECONNRESET, ECONNABORTED, ENETDOWN, ENETUNREACH, ENETRESET, EHOSTDOWN, EHOSTUNREACH. Nothing is stated for others:
  ///           ENOMEM among them, since a retry is what a machine without memory needs least.
  [[nodiscard]] static Error from_errno(int number, std::string_view operation);
  /// Describes a caught C++ exception and keeps it, so that its type is not lost: see exception_as() and raise().
  /// Code      std::system_error keeps its own, with the retry hint of from_errno() where the code is an errno; std::bad_alloc is
  ///           std::errc::not_enough_memory; everything else, and what is no std::exception, Errc::uncaught_exception. No
  ///           exception at all is Errc::invalid_argument.
  /// Errors    an ErrorException and std::bad_expected_access<Error> give back the Error inside, with its id; of a type derived
  ///           from ErrorException the exception is kept, too.
  /// Cause     what a std::nested_exception holds, at most kNestedMax levels of it; deeper ones stay in the exception. An Error
  ///           that is given back keeps the cause it has; one that gains its cause here takes over its id, as wrap() would.
  /// Identity  an exception has no place for the id, so describing the same one twice makes two ids; ErrorException has one.
  [[nodiscard]] static Error from_exception(std::exception_ptr exception);
  static constexpr int kNestedMax = 64;
  /// An Error for several failures, `reasons` in input order, such as every input of a race that nobody won. States no retry hint:
  /// whether all or one would have to be repeated is for the caller to say.
  [[nodiscard]] static Error aggregate(std::error_code code, std::string message, std::vector<Error> reasons);
  [[nodiscard]] static Error aggregate(Errc code, std::string message, std::vector<Error> reasons) {
    return aggregate(make_error_code(code), std::move(message), std::move(reasons));
  }

  /// A copy with one more named fact. Facts keep the order in which they were added.
  [[nodiscard]] Error with(std::string key, std::string value) const;
  /// A copy that states `hint` in place of any it stated before. A negative `after` means zero.
  [[nodiscard]] Error with_retry(RetryHint hint) const;
  /// A copy, of its causes and reasons as well, with the texts that `texts` makes of theirs. Codes, ids, keys and retry hints stay; none of them describes an exception any
  /// more, since that would still say what was rewritten. An error that is inside several others is rewritten once.
  /// Errors    std::bad_alloc; what `texts` throws.
  [[nodiscard]] Error rewritten(const ErrorTexts& texts) const;
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
  /// The reasons of an aggregate in input order; empty for every other Error, the wrapper of an aggregate included.
  [[nodiscard]] std::span<const Error> errors() const noexcept;
  [[nodiscard]] const CorrelationId& correlation_id() const noexcept;

  /// The hint in force: the outermost one stated by this error or a cause; null when nobody stated any, which means no.
  /// Who wraps knows more than who failed, so a wrapper may overrule its cause in both directions.
  [[nodiscard]] std::optional<RetryHint> retry_hint() const noexcept;
  [[nodiscard]] bool retryable() const noexcept { return retry_hint().value_or(RetryHint{}).retryable; }
  /// Null when not retryable, and when it is at a time of the caller's choice.
  [[nodiscard]] std::optional<Duration> retry_after() const noexcept { return retry_hint().value_or(RetryHint{}).after; }

  /// True when this error or any cause has `code`. A condition, such as std::errc::timed_out, stands for the codes of every
  /// category that mean it. Reasons of an aggregate do not count: one of several failures is not what went wrong.
  [[nodiscard]] bool matches(std::error_code code) const noexcept { return find_in_chain(code) != nullptr; }
  [[nodiscard]] bool matches(std::error_condition condition) const noexcept { return find_in_chain(condition) != nullptr; }
  /// The outermost of this error and its causes that has `code`, or null. Order: from the outside in.
  [[nodiscard]] const Error* find_in_chain(std::error_code code) const noexcept;
  [[nodiscard]] const Error* find_in_chain(std::error_condition condition) const noexcept;
  /// Searches the reasons of aggregates, too. Null when there is none. Order: this error, its reasons one after the other with all
  /// that is inside each, then its cause.
  /// Cost      one step per error; allocates only when there are reasons. Errors: std::bad_alloc then.
  [[nodiscard]] const Error* find(std::error_code code) const;
  [[nodiscard]] const Error* find(std::error_condition condition) const;

  /// The exception that this error describes itself, not through a cause; null when it describes none.
  [[nodiscard]] const std::exception_ptr& exception() const noexcept;
  /// The outermost exception of type E, or of a type derived from it, that this error or a cause describes; null when there is none.
  /// Cost      a throw and a catch for each exception on the way: the language has no other way to ask for a type.
  template <typename E>
  [[nodiscard]] const E* exception_as() const noexcept;
  /// Rethrows the exception that this error describes itself: the object that was caught, without what with() and with_retry()
  /// added since. Throws an ErrorException with this error when there is none.
  /// Thread    any, but all copies of this Error throw the same object: whoever catches it must not change it.
  [[noreturn]] void raise() const;

  /// `message (millrace:closed) [fd=7]: caused by: ...` on one line: line breaks are written as \n and \r.
  /// Retry     `(system:Connection refused, retryable after 50ms)` when the hint in force says so; nothing when it does not.
  /// Reasons   `: 3 errors: {first (...); second (...); and 1 more}`: kReasonsInLine of them, without the reasons inside them.
  /// Causes    the outer kCausesInLine and the innermost, which tells most: `: caused by: (7 causes left out): caused by: ...`.
  [[nodiscard]] std::string to_string() const;
  static constexpr std::size_t kReasonsInLine = 8;
  static constexpr std::size_t kCausesInLine = 16;
  /// Several lines: correlation id, then message, code, the retry hint in force and context, then every reason, numbered and with its
  /// own id, and every cause, each indented below what it belongs to. Beyond kIndentMax columns nothing is indented further.
  [[nodiscard]] std::string to_long_string() const;
  static constexpr std::size_t kIndentMax = 64;

 private:
  struct Facts;
  struct Node;
  explicit Error(Facts facts);
  [[nodiscard]] static Error describe_level(const std::exception_ptr& exception, const Error* nested);
  [[nodiscard]] static Error given_back(const Error& inside, const std::exception_ptr& kept, const Error* nested);
  [[nodiscard]] const Facts& facts() const noexcept;

  Node* node_;  // shared and counted; null only after a move
};

/// Carries an Error through code that reports by exception (constructors; unwrap()).
class ErrorException : public std::exception {
 public:
  explicit ErrorException(Error error) : error_(std::move(error)), text_(error_.to_string()) {}
  [[nodiscard]] const Error& error() const noexcept { return error_; }
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
  Error error_;
  std::string text_;
};

template <typename E>
const E* Error::exception_as() const noexcept {
  static_assert(std::is_same_v<E, std::remove_cvref_t<E>>, "name the type itself: a reference to it is what is looked for");
  static_assert(!std::is_pointer_v<E>, "a thrown pointer is caught as a copy, whose address would not outlive the search");
  for (const Error* error = this; error != nullptr; error = error->cause()) {
    if (!error->exception()) continue;
    try {
      std::rethrow_exception(error->exception());
    } catch (const E& found) {
      return &found;  // not a copy: rethrowing throws the very object that the exception_ptr keeps
    } catch (...) {
      continue;  // of another type: the next cause may have it
    }
  }
  return nullptr;
}

}  // namespace millrace

template <>
struct std::is_error_code_enum<millrace::Errc> : std::true_type {};
