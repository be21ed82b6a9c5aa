#include <millrace/observe/redacted.h>

namespace millrace::observe {
namespace {

class Masked final : public ErrorTexts {
 public:
  explicit Masked(const Redactor& redactor) noexcept : redactor_(redactor) {}
  void rewrite(std::string_view key, std::string& text) const override {
    text = key.empty() ? redacted(text, &redactor_) : redacted(key, text, &redactor_);
  }

 private:
  const Redactor& redactor_;
};

}  // namespace

std::string redacted(std::string_view text, const Redactor* redactor) {
  std::string out;
  return redactor != nullptr && redactor->redact(text, out) ? out : std::string(text);
}

std::string redacted(std::string_view name, std::string_view value, const Redactor* redactor) {
  return redactor != nullptr && redactor->hides(name) ? std::string(redactor->mask()) : redacted(value, redactor);
}

Error redacted(const Error& error, const Redactor* redactor) {
  return redactor == nullptr ? error : error.rewritten(Masked(*redactor));
}

}  // namespace millrace::observe
