// How an Error prints: on one line for logs, on several for people.
#include <millrace/error.h>

#include <algorithm>

namespace millrace {
namespace {

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number) + ' ' + std::string(noun) + (number == 1 ? "" : "s");
}

// In the largest unit that loses nothing.
std::string to_text(Duration duration) {
  using std::chrono::nanoseconds;
  struct Unit {
    nanoseconds::rep length_ns;
    const char* name;
  };
  static constexpr Unit kUnits[] = {{1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}, {1, "ns"}};
  const auto length_ns = nanoseconds(duration).count();
  const Unit& unit = *std::ranges::find_if(kUnits, [&](const Unit& u) { return length_ns % u.length_ns == 0; });
  return std::to_string(length_ns / unit.length_ns) + unit.name;
}

// "retryable" and when: "retryable after 50ms", "retryable at once"; no more where the time is the caller's choice.
std::string to_text(const RetryHint& hint) {
  if (!hint.retryable) return "not retryable";
  if (!hint.after) return "retryable";
  return *hint.after == Duration::zero() ? "retryable at once" : "retryable after " + to_text(*hint.after);
}

std::string code_text(std::error_code code) { return std::string(code.category().name()) + ":" + code.message(); }

// One line stays one line, whatever the text says: a message that could end its line could forge the next one of a log.
void append_on_one_line(std::string& text, std::string_view piece) {
  for (const char c : piece) {
    if (c == '\n')
      text += "\\n";
    else if (c == '\r')
      text += "\\r";
    else
      text += c;
  }
}

void append_indented(std::string& text, std::string_view piece, std::size_t indent) {
  for (const char c : piece) {
    text += c;
    if (c == '\n') text.append(indent, ' ');
  }
}

// `message (millrace:full, retryable) [key=value]`; `hint` is null where another error of the chain shows it.
void append_head(std::string& text, const Error& error, const std::optional<RetryHint>& hint) {
  append_on_one_line(text, error.message());
  text += " (";
  append_on_one_line(text, code_text(error.code()));
  if (hint && hint->retryable) text += ", " + to_text(*hint);
  text += ')';
  if (error.context().empty()) return;
  char before = '[';
  for (const auto& [key, value] : error.context()) {
    text += before == '[' ? " [" : " ";
    append_on_one_line(text, key + '=' + value);
    before = ' ';
  }
  text += ']';
}

void append_chain(std::string& text, const Error& outermost, bool with_reasons);

void append_reasons(std::string& text, const Error& error, bool with_reasons) {
  const std::span<const Error> reasons = error.errors();
  if (reasons.empty()) return;
  text += ": " + counted(reasons.size(), "error");
  if (!with_reasons) return;
  text += ": {";
  const std::size_t shown = std::min(reasons.size(), Error::kReasonsInLine);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += "; ";
    append_chain(text, reasons[i], false);
  }
  if (shown < reasons.size()) text += "; and " + std::to_string(reasons.size() - shown) + " more";
  text += '}';
}

// Calls itself once at most: reasons are shown without the reasons inside them.
void append_chain(std::string& text, const Error& outermost, bool with_reasons) {
  std::size_t causes = 0;
  for (const Error* error = outermost.cause(); error != nullptr; error = error->cause()) ++causes;
  append_head(text, outermost, outermost.retry_hint());
  append_reasons(text, outermost, with_reasons);
  std::size_t position = 0;
  for (const Error* error = outermost.cause(); error != nullptr; error = error->cause()) {
    const bool innermost = ++position == causes;
    if (position > Error::kCausesInLine && !innermost) continue;
    if (innermost && position > Error::kCausesInLine + 1)
      text += ": caused by: (" + counted(position - Error::kCausesInLine - 1, "cause") + " left out)";
    text += ": caused by: ";
    append_head(text, *error, std::nullopt);
    append_reasons(text, *error, with_reasons);
  }
}

}  // namespace

std::string Error::to_string() const {
  std::string text;
  append_chain(text, *this, true);
  return text;
}

std::string Error::to_long_string() const {
  struct Entry {
    const Error* error;
    std::size_t depth;
    std::string label;
    bool cause;  // a cause shares the correlation id and the retry hint of what it caused
  };
  std::string text = "error " + correlation_id().to_string() + '\n';
  std::vector<Entry> later{{this, 0, "", false}};  // what is still to be printed, the next one last
  while (!later.empty()) {
    const Entry entry = std::move(later.back());
    later.pop_back();
    const Error& error = *entry.error;
    const std::size_t indent = std::min(2 * (entry.depth + 1), kIndentMax);
    const auto line = [&](std::string_view label, std::string_view value, std::size_t extra) {
      text.append(indent + extra, ' ');
      text += label;
      append_indented(text, value, indent + 2);
      text += '\n';
    };
    line(entry.label, error.message(), 0);
    line("code: ", code_text(error.code()), 2);
    if (entry.depth > 0 && !entry.cause) line("correlation id: ", error.correlation_id().to_string(), 2);
    if (const std::optional<RetryHint> hint = error.retry_hint(); hint && !entry.cause) line("", to_text(*hint), 2);
    for (const auto& [key, value] : error.context()) line(key + ": ", value, 2);
    if (error.cause() != nullptr) later.push_back({error.cause(), entry.depth + 1, "caused by: ", true});
    for (std::size_t i = error.errors().size(); i > 0; --i)
      later.push_back({&error.errors()[i - 1], entry.depth + 1, std::to_string(i) + ". ", false});
  }
  return text;
}

}  // namespace millrace
