#include <millrace/error.h>

#include <optional>

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

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  // A category is compared by address, so the language wants one object per process; it is constant and has no state.
  static const Category category;
  return {static_cast<int>(code), category};
}

struct Error::Data {
  std::error_code code;
  std::string message;
  std::vector<std::pair<std::string, std::string>> context;
  std::optional<Error> cause;
  CorrelationId id;
};

Error::Error(std::error_code code, std::string message)
    : data_(std::make_shared<const Data>(Data{code, std::move(message), {}, std::nullopt, make_correlation_id()})) {}

Error Error::from_errno(int number, std::string_view operation) {
  const std::error_code code(number, std::system_category());
  return Error(code, std::string(operation) + ": " + code.message());
}

Error Error::from_exception(std::exception_ptr exception) {
  try {
    std::rethrow_exception(std::move(exception));
  } catch (const ErrorException& known) {
    return known.error();
  } catch (const std::exception& standard) {
    return Error(Errc::uncaught_exception, standard.what());
  } catch (...) {
    return Error(Errc::uncaught_exception, "an exception that is not a std::exception");
  }
}

Error Error::with(std::string key, std::string value) const {
  Data copy = *data_;
  copy.context.emplace_back(std::move(key), std::move(value));
  return Error(std::make_shared<const Data>(std::move(copy)));
}

Error Error::wrap(std::error_code code, std::string message) const {
  return Error(std::make_shared<const Data>(Data{code, std::move(message), {}, *this, data_->id}));
}

std::error_code Error::code() const noexcept { return data_->code; }
const std::string& Error::message() const noexcept { return data_->message; }
const std::vector<std::pair<std::string, std::string>>& Error::context() const noexcept { return data_->context; }
const Error* Error::cause() const noexcept { return data_->cause ? &*data_->cause : nullptr; }
const CorrelationId& Error::correlation_id() const noexcept { return data_->id; }

std::string_view Error::context(std::string_view key) const noexcept {
  for (const auto& [name, value] : data_->context)
    if (name == key) return value;
  return {};
}

bool Error::matches(std::error_code code) const noexcept {
  for (const Error* error = this; error != nullptr; error = error->cause())
    if (error->code() == code) return true;
  return false;
}

std::string Error::to_string() const {
  std::string text;
  for (const Error* error = this; error != nullptr; error = error->cause()) {
    if (error != this) text += ": caused by: ";
    text += error->message();
    text += std::string(" (") + error->code().category().name() + ":" + error->code().message() + ")";
    if (error->context().empty()) continue;
    text += " [";
    for (const auto& [key, value] : error->context()) {
      if (text.back() != '[') text += ' ';
      text += key + "=" + value;
    }
    text += ']';
  }
  return text;
}

std::string Error::to_long_string() const {
  std::string text = "error " + data_->id.to_string() + '\n';
  std::string indent = "  ";
  for (const Error* error = this; error != nullptr; error = error->cause(), indent += "  ") {
    text += indent + (error == this ? "" : "caused by: ") + error->message() + '\n';
    text += indent + "  code: " + error->code().category().name() + ":" + error->code().message() + '\n';
    for (const auto& [key, value] : error->context()) text += indent + "  " + key + ": " + value + '\n';
  }
  return text;
}

}  // namespace millrace
