#include "observe/redact/rule_redactor.h"

#include <algorithm>
#include <utility>

#include "observe/redact/card.h"
#include "observe/redact/email.h"
#include "observe/redact/iban.h"
#include "observe/redact/private_key.h"

namespace millrace::observe {
namespace detail {

Result<std::unique_ptr<Redactor>> RuleRedactor::make(const RedactionRules& rules) {
  std::unique_ptr<RuleRedactor> made(new RuleRedactor);
  if (Result<void> added = made->add(rules); !added) return fail(std::move(added).error());
  // A mask that is masked in turn would make of each text another one every time it passes.
  for (const std::string& mask : made->masks_)
    if (std::string out; made->redact(mask, out) && out != mask)
      return fail(Errc::invalid_argument, "the mask '" + mask + "' would itself be redacted, by a pattern that matches it");
  return made;
}

Result<std::uint32_t> RuleRedactor::add_mask(std::string mask) {
  if (mask.empty() || mask.find_first_of("\n\r") != std::string::npos)
    return fail(Errc::invalid_argument, "a mask must have a character, and no line break");
  if (mask.size() > RedactionLimits::kMaskBytesMax)
    return fail(Errc::full, "a mask is longer than " + std::to_string(RedactionLimits::kMaskBytesMax) + " bytes");
  if (const auto known = std::ranges::find(masks_, mask); known != masks_.end())
    return static_cast<std::uint32_t>(known - masks_.begin());
  masks_.push_back(std::move(mask));
  return static_cast<std::uint32_t>(masks_.size() - 1);
}

Result<void> RuleRedactor::add(const RedactionRules& rules) {
  if (const auto mask = add_mask(rules.mask); !mask) return fail(mask.error());
  const auto kind = [&](std::string_view name) { return rules.tell_kind ? *add_mask("[" + std::string(name) + "]") : 0; };
  for (const RedactionPreset preset : rules.presets) {
    switch (preset) {
      case RedactionPreset::card: card_ = kind("card"); break;
      case RedactionPreset::email: email_ = kind("email"); break;
      case RedactionPreset::iban: iban_ = kind("iban"); break;
      case RedactionPreset::token:
        token_mask_ = kind("token");
        key_ = kind("private key");
        if (!token_) token_.emplace();
        break;
      case RedactionPreset::secrets:
        for (const std::string_view name : kSecretFields)
          if (Result<void> added = names_.add(name); !added) return added;
        break;
    }
  }
  for (const std::string& name : rules.fields)
    if (Result<void> added = names_.add(name); !added) return added;
  if (rules.patterns.size() > RedactionLimits::kPatternsMax)
    return fail(Errc::full, "there are more than " + std::to_string(RedactionLimits::kPatternsMax) + " redaction patterns");
  for (const RedactionPattern& given : rules.patterns) {
    Result<Pattern> pattern = Pattern::make(given.expression, own_.size() + 1);
    if (!pattern) return fail(std::move(pattern).error());
    const Result<std::uint32_t> mask = given.name.empty() ? Result<std::uint32_t>(0) : add_mask("[" + given.name + "]");
    if (!mask) return fail(mask.error());
    own_.push_back({*std::move(pattern), *mask});
  }
  return {};
}

bool RuleRedactor::worth_looking(std::string_view text, const Open& open) const noexcept {
  if (open.key || open.brackets.depth > 0 || token_ || !own_.empty()) return true;
  const auto has = [&](char c) { return text.find(c) != std::string_view::npos; };
  if (email_ && (has('@') || has('%'))) return true;
  if (!names_.empty() && (has(':') || has('='))) return true;
  if (!card_ && !iban_) return false;
  constexpr std::ptrdiff_t kCheckDigits = 2;  // of the shortest that either could find: an IBAN's check digits
  return std::ranges::count_if(text, is_digit) >= kCheckDigits;
}

void RuleRedactor::find(std::string_view line, Open& open, RedactionMatches& matches) const {
  if (key_) find_private_keys(line, *key_, open.key, matches);
  if (card_) find_cards(line, *card_, matches);
  if (iban_) find_ibans(line, *iban_, matches);
  if (email_) find_emails(line, *email_, matches);
  if (!names_.empty()) find_named_values(line, names_, 0, open.brackets, matches);
  if (token_) token_->find(line, *token_mask_, matches);
  for (const Own& own : own_) own.pattern.find(line, own.mask, matches);
}

void RuleRedactor::append_masked(std::string_view line, RedactionMatches& matches, std::string& out) const {
  // Of those that begin together the longest tells what it is.
  std::ranges::sort(matches, [](const RedactionMatch& a, const RedactionMatch& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::size_t told = 0;
  for (std::size_t i = 0; i < matches.size();) {
    const RedactionMatch& first = matches[i];
    std::size_t end = first.end;
    for (++i; i < matches.size() && matches[i].begin < end; ++i) end = std::max(end, matches[i].end);
    out.append(line, told, first.begin - told).append(masks_[first.mask]);
    told = end;
  }
  out.append(line, told);
}

bool RuleRedactor::redact(std::string_view text, std::string& out) const {
  std::uint64_t carried = 0;
  return redact_piece(text, out, carried);
}

bool RuleRedactor::redact_piece(std::string_view lines, std::string& out, std::uint64_t& carried) const {
  constexpr std::uint64_t kHalf = 32, kLow = (std::uint64_t{1} << kHalf) - 1;
  // In `carried`: whether a key is open, the brackets that are, and for how many lines.
  Open open{.key = (carried & 1) != 0,
            .brackets = {.depth = static_cast<std::uint32_t>((carried & kLow) >> 1),
                         .lines = static_cast<std::uint32_t>(carried >> kHalf)}};
  if (!worth_looking(lines, open)) return false;
  bool changed = false;
  RedactionMatches matches;
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t line_break = lines.find('\n', begin);
    const std::size_t end = line_break == std::string_view::npos ? lines.size() : line_break;
    const std::string_view line = lines.substr(begin, end - begin);
    matches.clear();
    find(line, open, matches);
    if (!matches.empty() && !changed) {
      changed = true;
      out.assign(lines, 0, begin);
    }
    if (changed) {
      append_masked(line, matches, out);
      if (line_break != std::string_view::npos) out += '\n';
    }
    begin = end + 1;
  }
  constexpr std::uint32_t kDepthMax = kLow >> 1;
  carried = (open.key ? 1U : 0U) | (std::uint64_t{std::min(open.brackets.depth, kDepthMax)} << 1) |
            (std::uint64_t{open.brackets.lines} << kHalf);
  return changed;
}

}  // namespace detail

Result<std::unique_ptr<Redactor>> make_redactor(const RedactionRules& rules) { return detail::RuleRedactor::make(rules); }

}  // namespace millrace::observe
