#include <millrace/error.h>

#include <millrace/result.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <new>
#include <typeinfo>
#include <unordered_map>

#include "base/uuid.h"

namespace millrace {
namespace {

class Category final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "millrace"; }
  [[nodiscard]] std::string message(int code) const override {
    switch (static_cast<Errc>(code)) {
      case Errc::closed: return "closed";
      case Errc::full: return "full";
      case Errc::not_found: return "not found";
      case Errc::invalid_argument: return "invalid argument";
      case Errc::invalid_descriptor: return "invalid descriptor";
      case Errc::unsupported: return "unsupported";
      case Errc::would_block_forever: return "would block for ever";
      case Errc::uncaught_exception: return "uncaught exception";
      case Errc::javascript_error: return "JavaScript error";
      case Errc::syntax_error: return "syntax error";
      case Errc::terminated: return "terminated";
      case Errc::engine_failure: return "engine failure";
      case Errc::timed_out: return "timed out";
      case Errc::aborted: return "aborted";
      case Errc::abandoned: return "abandoned";
      case Errc::self_resolution: return "resolved with itself";
      case Errc::unhandled_rejection: return "unhandled rejection";
      case Errc::all_rejected: return "all rejected";
    }
    return "unknown code " + std::to_string(code);
  }
};

// The list is a promise of Error::from_errno().
std::optional<RetryHint> hint_for_errno(int number) noexcept {
  switch (number) {
    case EINTR: return RetryHint{.retryable = true, .after = Duration::zero()};
    case EAGAIN:
    case EBUSY:
    case ETIMEDOUT:
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ECONNREFUSED:
    case ECONNRESET:
    case ECONNABORTED:
    case ENETDOWN:
    case ENETUNREACH:
    case ENETRESET:
    case EHOSTDOWN:
    case EHOSTUNREACH: return RetryHint{.retryable = true};
    default: return std::nullopt;
  }
}

std::optional<RetryHint> hint_for_code(std::error_code code) noexcept {
  const bool errno_like = code.category() == std::system_category() || code.category() == std::generic_category();
  return errno_like ? hint_for_errno(code.value()) : std::nullopt;
}

std::exception_ptr nested_in(const std::exception_ptr& exception) noexcept {
  try {
    std::rethrow_exception(exception);
  } catch (const std::nested_exception& holder) {
    return holder.nested_ptr();
  } catch (...) {
    return nullptr;
  }
}

template <typename Code>
const Error* first_in_chain(const Error& outermost, Code code) noexcept {
  for (const Error* error = &outermost; error != nullptr; error = error->cause())
    if (error->code() == code) return error;
  return nullptr;
}

template <typename Code>
const Error* first_anywhere(const Error& outermost, Code code) {
  std::vector<const Error*> later;  // what is still to be searched, the next one last
  for (const Error* error = &outermost; error != nullptr;) {
    if (error->code() == code) return error;
    const Error* next = error->cause();
    if (const std::span<const Error> reasons = error->errors(); !reasons.empty()) {
      if (next != nullptr) later.push_back(next);
      for (std::size_t i = reasons.size() - 1; i > 0; --i) later.push_back(&reasons[i]);
      next = &reasons.front();
    }
    if (next == nullptr && !later.empty()) {
      next = later.back();
      later.pop_back();
    }
    error = next;
  }
  return nullptr;
}

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  // A category is compared by address, so the language wants one object per process; it is constant and has no state.
  static const Category category;
  return {static_cast<int>(code), category};
}

struct Error::Facts {
  std::error_code code;
  std::string message;
  CorrelationId id;
  std::vector<std::pair<std::string, std::string>> context{};
  std::optional<Error> cause{};
  std::vector<Error> reasons{};
  std::optional<RetryHint> retry{};  // stated here, not inherited
  std::exception_ptr exception{};
};

// A count of our own instead of a shared_ptr: whoever lets go of the last reference learns it before anything is destroyed, and can
// line up what falls with it. A chain of shared_ptrs would be destroyed by recursion, one frame or more for each cause.
struct Error::Node {
  explicit Node(Facts all) : facts(std::move(all)) {}

  // Leaves `error` empty. A node that nobody refers to any more goes in front of `dead`.
  static void let_go(Error& error, Node*& dead) noexcept {
    Node* node = std::exchange(error.node_, nullptr);
    // Release what this thread did with the facts; acquire what the others did, before the facts are destroyed.
    if (node == nullptr || node->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    node->next_dead = dead;
    dead = node;
  }

  Facts facts;
  std::atomic<std::size_t> references{1};
  Node* next_dead = nullptr;
};

Error::Error(Facts facts) : node_(new Node(std::move(facts))) {}

Error::Error(std::error_code code, std::string message)
    : Error(Facts{.code = code, .message = std::move(message), .id = make_correlation_id()}) {}

Error::Error(const Error& other) noexcept : node_(other.node_) {
  // Relaxed: who copies holds a reference already, so the count cannot reach zero meanwhile.
  if (node_ != nullptr) node_->references.fetch_add(1, std::memory_order_relaxed);
}

Error::~Error() {
  Node* dead = nullptr;
  Node::let_go(*this, dead);
  while (dead != nullptr) {
    Node* node = std::exchange(dead, dead->next_dead);
    if (node->facts.cause) Node::let_go(*node->facts.cause, dead);
    for (Error& reason : node->facts.reasons) Node::let_go(reason, dead);
    delete node;
  }
}

const Error::Facts& Error::facts() const noexcept { return node_->facts; }

Error Error::from_errno(int number, std::string_view operation) {
  const std::error_code code(number, std::system_category());
  return Error(Facts{.code = code,
                     .message = std::string(operation) + ": " + code.message(),
                     .id = make_correlation_id(),
                     .retry = hint_for_errno(number)});
}

Error Error::aggregate(std::error_code code, std::string message, std::vector<Error> reasons) {
  return Error(Facts{.code = code, .message = std::move(message), .id = make_correlation_id(), .reasons = std::move(reasons)});
}

Error Error::from_exception(std::exception_ptr exception) {
  if (!exception) return Error(Errc::invalid_argument, "from_exception: there is no exception to describe");
  std::vector<std::exception_ptr> levels{std::move(exception)};
  for (int nested = 0; nested < kNestedMax; ++nested) {
    std::exception_ptr inside = nested_in(levels.back());
    if (!inside) break;
    levels.push_back(std::move(inside));
  }
  Error error = describe_level(levels.back(), nullptr);
  for (levels.pop_back(); !levels.empty(); levels.pop_back()) error = describe_level(levels.back(), &error);
  return error;
}

// One exception without what is nested in it: that is described already, by `nested`, or null.
Error Error::describe_level(const std::exception_ptr& exception, const Error* nested) {
  const auto describe = [&](std::error_code code, std::string message) {
    Facts facts{.code = code,
                .message = std::move(message),
                .id = nested != nullptr ? nested->correlation_id() : make_correlation_id(),
                .retry = hint_for_code(code),
                .exception = exception};
    if (nested != nullptr) facts.cause = *nested;
    return Error(std::move(facts));
  };
  try {
    std::rethrow_exception(exception);
  } catch (const ErrorException& known) {
    return given_back(known.error(), typeid(known) == typeid(ErrorException) ? nullptr : exception, nested);
  } catch (const std::bad_expected_access<Error>& known) {
    return given_back(known.error(), nullptr, nested);
  } catch (const std::system_error& system) {
    return describe(system.code(), system.what());
  } catch (const std::bad_alloc& memory) {
    return describe(std::make_error_code(std::errc::not_enough_memory), memory.what());
  } catch (const std::exception& standard) {
    return describe(make_error_code(Errc::uncaught_exception), standard.what());
  } catch (...) {
    return describe(make_error_code(Errc::uncaught_exception), "an exception that is not a std::exception");
  }
}

// What an exception carried, completed by what only the exception knows. `kept` and `nested` may be null.
Error Error::given_back(const Error& inside, const std::exception_ptr& kept, const Error* nested) {
  const bool keeps = kept && !inside.exception();  // an Error that describes an exception already keeps the original
  const bool gains_cause = nested != nullptr && inside.cause() == nullptr;
  if (!keeps && !gains_cause) return inside;
  Facts facts = inside.facts();
  if (keeps) facts.exception = kept;
  if (gains_cause) {
    facts.cause = *nested;
    facts.id = nested->correlation_id();
  }
  return Error(std::move(facts));
}

Error Error::with(std::string key, std::string value) const {
  Facts copy = facts();
  copy.context.emplace_back(std::move(key), std::move(value));
  return Error(std::move(copy));
}

Error Error::with_retry(RetryHint hint) const {
  Facts copy = facts();
  if (!hint.retryable) hint.after.reset();
  if (hint.after) hint.after = std::max(*hint.after, Duration::zero());
  copy.retry = hint;
  return Error(std::move(copy));
}

Error Error::rewritten(const ErrorTexts& texts) const {
  std::unordered_map<const Node*, Error> done;
  // From the inside out, by a list of what is open instead of recursion: a chain may be as deep as memory allows.
  std::vector<const Error*> open{this};
  while (!open.empty()) {
    const Error& next = *open.back();
    if (done.contains(next.node_)) {
      open.pop_back();
      continue;
    }
    const std::size_t before = open.size();
    if (const Error* inside = next.cause(); inside != nullptr && !done.contains(inside->node_)) open.push_back(inside);
    for (const Error& reason : next.errors())
      if (!done.contains(reason.node_)) open.push_back(&reason);
    if (open.size() != before) continue;
    open.pop_back();
    Facts copy = next.facts();
    copy.exception = nullptr;
    texts.rewrite({}, copy.message);
    for (auto& [key, value] : copy.context) texts.rewrite(key, value);
    if (copy.cause) copy.cause = done.at(copy.cause->node_);
    for (Error& reason : copy.reasons) reason = done.at(reason.node_);
    done.emplace(next.node_, Error(std::move(copy)));
  }
  return done.at(node_);
}

Error Error::wrap(std::error_code code, std::string message) const {
  return Error(Facts{.code = code, .message = std::move(message), .id = correlation_id(), .cause = *this});
}

std::error_code Error::code() const noexcept { return facts().code; }
const std::string& Error::message() const noexcept { return facts().message; }
const std::vector<std::pair<std::string, std::string>>& Error::context() const noexcept { return facts().context; }
const Error* Error::cause() const noexcept { return facts().cause ? &*facts().cause : nullptr; }
std::span<const Error> Error::errors() const noexcept { return facts().reasons; }
const CorrelationId& Error::correlation_id() const noexcept { return facts().id; }
const std::exception_ptr& Error::exception() const noexcept { return facts().exception; }

std::string_view Error::context(std::string_view key) const noexcept {
  for (const auto& [name, value] : context())
    if (name == key) return value;
  return {};
}

std::optional<RetryHint> Error::retry_hint() const noexcept {
  for (const Error* error = this; error != nullptr; error = error->cause())
    if (error->facts().retry) return error->facts().retry;
  return std::nullopt;
}

const Error* Error::find_in_chain(std::error_code code) const noexcept { return first_in_chain(*this, code); }
const Error* Error::find_in_chain(std::error_condition condition) const noexcept { return first_in_chain(*this, condition); }
const Error* Error::find(std::error_code code) const { return first_anywhere(*this, code); }
const Error* Error::find(std::error_condition condition) const { return first_anywhere(*this, condition); }

void Error::raise() const {
  if (exception()) std::rethrow_exception(exception());
  throw ErrorException(*this);
}

}  // namespace millrace
