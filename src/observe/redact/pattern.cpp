#include "observe/redact/pattern.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <utility>

#include <millrace/assert.h>
#include <millrace/observe/redaction.h>

namespace millrace::observe::detail {
namespace {

/// For those of ours: one that looks for all kinds of tokens at once has many states.
constexpr std::int64_t kOwnMemory = std::int64_t{8} << 20;

re2::RE2::Options options(std::int64_t memory = RedactionLimits::kPatternMemory) {
  re2::RE2::Options options;
  options.set_log_errors(false);  // they become Errors
  options.set_max_mem(memory);
  return options;
}

}  // namespace

Pattern::Pattern(std::unique_ptr<re2::RE2> compiled) noexcept : compiled_(std::move(compiled)) {}
Pattern::Pattern(const std::string& expression) : compiled_(std::make_unique<re2::RE2>(expression, options(kOwnMemory))) {
  MILLRACE_ASSERT(compiled_->ok());
  groups_ = compiled_->NumberOfCapturingGroups();
}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::make(const std::string& expression, std::size_t number) {
  const auto refuse = [&](Errc code, std::string why) {
    return fail(Error(code, "redaction pattern " + std::to_string(number) + ": " + std::move(why))
                    .with("pattern", expression.substr(0, 256)));
  };
  if (expression.size() > RedactionLimits::kPatternBytesMax)
    return refuse(Errc::full, "it is longer than " + std::to_string(RedactionLimits::kPatternBytesMax) + " bytes");
  auto compiled = std::make_unique<re2::RE2>(expression, options());
  if (!compiled->ok()) {
    std::string why = compiled->error();
    if (const std::string& where = compiled->error_arg(); !where.empty() && why.find(where) == std::string::npos)
      why += ": " + where;
    if (const std::size_t at = expression.find(compiled->error_arg()); at != std::string::npos && !compiled->error_arg().empty())
      why += " (at byte " + std::to_string(at) + ")";
    const bool too_large = compiled->error_code() == re2::RE2::ErrorPatternTooLarge;
    return refuse(too_large ? Errc::full : Errc::invalid_argument, std::move(why));
  }
  if (re2::RE2::PartialMatch("", *compiled)) return refuse(Errc::invalid_argument, "it matches the empty text, and so everywhere");
  return Pattern(std::move(compiled));
}

bool Pattern::matches(std::string_view line) const {
  return compiled_->Match({line.data(), line.size()}, 0, line.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

void Pattern::find(std::string_view line, std::uint32_t mask, RedactionMatches& matches,
                   bool (*accept)(std::string_view match)) const {
  constexpr int kGroupsMax = 3;
  std::array<re2::StringPiece, kGroupsMax + 1> found;
  const int asked = 1 + std::min(groups_, kGroupsMax);
  const re2::StringPiece text(line.data(), line.size());
  // What may be looked at. A search that finds something early may have gone to the end of the line to be sure.
  std::size_t left = RedactionLimits::kSearchFree / RedactionLimits::kSearchFactor + line.size();
  left = left > SIZE_MAX / RedactionLimits::kSearchFactor ? SIZE_MAX : left * RedactionLimits::kSearchFactor;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t cost = line.size() - at;
    if (cost > left) {
      matches.push_back({at, line.size(), mask});
      return;
    }
    left -= cost;
    if (!compiled_->Match(text, at, line.size(), re2::RE2::UNANCHORED, found.data(), asked)) return;
    const auto* const group =
        std::find_if(found.begin() + 1, found.begin() + asked, [](const re2::StringPiece& piece) { return !piece.empty(); });
    const re2::StringPiece& hit = group == found.begin() + asked ? found[0] : *group;
    const auto place = [&](const char* where) { return static_cast<std::size_t>(where - line.data()); };
    const std::size_t begin = place(hit.data()), end = begin + hit.size(), match_end = place(found[0].data()) + found[0].size();
    if (begin < end && (accept == nullptr || accept(line.substr(begin, end - begin)))) matches.push_back({begin, end, mask});
    at = std::max(match_end, at + (found[0].empty() ? place(found[0].data()) - at + 1 : 1));
  }
}

}  // namespace millrace::observe::detail
