#include "observe/redact/token.h"

#include <algorithm>
#include <string>

namespace millrace::observe::detail {
namespace {

/// Beginnings that makers of keys have chosen so that such a search finds them, with the least that follows.
constexpr const char* kKnown =
    R"(\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4})"          // JSON Web Tokens: {" in base64, then two to four parts
    R"(|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{22,})"       // GitHub
    R"(|\bgl(?:pat|dt|rt|cbt|ptt|ft|soat)-[\w-]{20,})"            // GitLab
    R"(|\bxox[abeoprs]-[\w-]{10,}|\bxapp-[\w-]{10,})"             // Slack
    R"(|\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b)"                 // AWS
    R"(|\bAIza[\w-]{35}|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,})"  // Google
    R"(|\b[prs]k_(?:live|test)_\w{16,}|\bwhsec_[\w+/=]{20,})"     // Stripe
    R"(|\bsk-[\w-]{20,}|\bhf_[A-Za-z]{30,}|\br8_\w{30,})"         // OpenAI and Anthropic, Hugging Face, Replicate
    R"(|\bnpm_[A-Za-z0-9]{36}|\bpypi-[\w-]{16,}|\brubygems_[a-f0-9]{40,})"
    R"(|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bkey-[a-f0-9]{32}\b)"                                   // SendGrid, Mailgun
    R"(|\bdo[opr]_v1_[a-f0-9]{40,}|\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|\bSK[a-f0-9]{32}\b)"  // DigitalOcean, Shopify, Twilio
    R"(|\bhv[sbr]\.[\w-]{20,}|\bdckr_pat_[\w-]{20,}|\bAGE-SECRET-KEY-1[A-Z0-9]{50,})";        // Vault, Docker, age
constexpr const char* kSchemes = R"((?i)\b(?:bearer|basic|negotiate|apikey)\s+([a-z0-9._~+/=-]{8,}))";
/// Whatever follows, since the header says what it is.
constexpr const char* kHeaders =
    R"((?i)\bauthorization["'\]\\]{0,4}\s*[:=]\s*["'\[\\]{0,4}(?:(?:digest|aws4-hmac-sha256)\s+(.+)|(?:[a-z]+\s+)?([^\s"',;\\\]\[]+)))";
constexpr const char* kUrls = R"([a-z]://[^\s/?#@:"'<>]*:([^\s/?#@"'<>]+)@)";

/// A word of a sentence is no credential: "basic functionality".
bool looks_random(std::string_view text) {
  return std::ranges::any_of(text, is_digit) || text.ends_with('=') ||
         (std::ranges::any_of(text.substr(1), is_upper) && std::ranges::any_of(text, is_lower));
}

}  // namespace

TokenFinder::TokenFinder()
    : any_("(?:" + std::string(kKnown) + ")|(?:" + kSchemes + ")|(?:" + kHeaders + ")"),
      known_(kKnown),
      schemes_(kSchemes),
      headers_(kHeaders),
      urls_(kUrls) {}

void TokenFinder::find(std::string_view line, std::uint32_t mask, RedactionMatches& matches) const {
  constexpr std::size_t kShortest = 12;  // "x://u:p@host"
  if (line.size() < kShortest) return;
  if (any_.matches(line)) {
    known_.find(line, mask, matches);
    schemes_.find(line, mask, matches, looks_random);
    headers_.find(line, mask, matches);
  }
  if (line.find("://") != std::string_view::npos) urls_.find(line, mask, matches);
}

}  // namespace millrace::observe::detail
