// Any bytes under all rules: a stream that is cut anywhere says what the whole says, masks stay what they are, and whether something was masked is told truly.
#include <cstdint>
#include <string>
#include <string_view>

#include <millrace/assert.h>
#include <millrace/observe/redaction.h>

#include "bytes.h"

namespace {

using namespace millrace::observe;

const Redactor& redactor() {
  static const std::unique_ptr<Redactor> made = [] {
    RedactionRules rules{.patterns = {{.expression = "ab+c", .name = "own"}, {.expression = "^x.*y|z"}}, .fields = {"f", "*s"}};
    for (const RedactionPresetName& each : kRedactionPresets) rules.presets.push_back(each.preset);
    return make_redactor(rules).value();
  }();
  return *made;
}

std::size_t masks_in(std::string_view text) {
  std::size_t count = 0;
  for (const std::string_view mask : {"[card]", "[email]", "[token]", "[iban]", "[private key]", "[own]", "[redacted]"})
    for (std::size_t at = 0; (at = text.find(mask, at)) != std::string_view::npos; ++at) ++count;
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The first bytes say where the rest is cut.
  constexpr std::size_t kCuts = 8;
  millrace::Bytes cuts(data, size < kCuts ? size : kCuts);
  const std::string_view text(reinterpret_cast<const char*>(data) + (size < kCuts ? size : kCuts), size < kCuts ? 0 : size - kCuts);
  std::string whole = "before";
  const bool changed = redactor().redact(text, whole);
  if (!changed) {
    MILLRACE_ASSERT(whole == "before");
    whole = text;
  } else {
    MILLRACE_ASSERT(masks_in(whole) > 0);
  }

  RedactingStream stream(redactor(), size);
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t taken = cuts.empty() ? rest.size() : std::size_t{cuts.byte()} % rest.size() + 1;
    stream.feed(rest.substr(0, taken), out);
    rest.remove_prefix(taken);
  }
  stream.flush(out);
  MILLRACE_ASSERT(out == whole && stream.lines_too_long() == 0);

  // A short window lets no more through: every line is what it is in the whole, or not there.
  RedactingStream narrow(redactor(), 16);
  std::string less;
  narrow.feed(text, less);
  narrow.flush(less);
  MILLRACE_ASSERT(narrow.lines_too_long() > 0 || less == whole);

  static_cast<void>(redactor().hides(text));
  return 0;
}
