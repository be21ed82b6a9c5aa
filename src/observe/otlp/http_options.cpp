#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <string_view>

#include <millrace/observe/otlp_http.h>

namespace millrace::observe {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};

bool has_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return false;
  curl_free(text);
  return true;
}

Result<void> check_url(const std::string& text, std::string_view which) {
  // The message does not repeat the URL: it may hold a secret in a place where none belongs.
  const auto refuse = [which](std::string_view why) {
    return fail(Errc::invalid_argument, std::string(which) + " URL: " + std::string(why));
  };
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  if (!url) return fail(Error(std::make_error_code(std::errc::not_enough_memory), "a URL could not be read"));
  if (text.find('\0') != std::string::npos || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
    return refuse("it is not one");
  char* scheme = nullptr;
  if (curl_url_get(url.get(), CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK) return refuse("it has no scheme");
  const bool http = std::string_view(scheme) == "http" || std::string_view(scheme) == "https";
  curl_free(scheme);
  if (!http) return refuse("its scheme is neither http nor https");
  if (has_part(url.get(), CURLUPART_USER) || has_part(url.get(), CURLUPART_PASSWORD))
    return refuse("it names a user; use a header");
  if (has_part(url.get(), CURLUPART_FRAGMENT)) return refuse("it has a fragment");
  return {};
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// RFC 9110, 5.6.2: a name is a token.
bool is_token(std::string_view name) noexcept {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    const char l = lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || std::string_view("!#$%&'*+-.^_`|~").contains(c);
  });
}

bool is_ours(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kOurs{"content-type", "content-length", "content-encoding", "transfer-encoding",
                                                         "expect"};
  std::string lowered(name);
  std::ranges::transform(lowered, lowered.begin(), lower);
  return std::ranges::find(kOurs, lowered) != kOurs.end();
}

}  // namespace

Result<void> OtlpHttpOptions::check() const {
  if (auto checked = check_url(traces_url, "traces"); !checked) return checked;
  if (auto checked = check_url(metrics_url, "metrics"); !checked) return checked;
  for (const auto& [name, value] : headers) {
    if (!is_token(name)) return fail(Errc::invalid_argument, "a header's name is not one");
    if (is_ours(name)) return fail(Errc::invalid_argument, "the header " + name + " is the sender's own");
    const auto breaks = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; };
    if (std::ranges::any_of(value, breaks))
      return fail(Errc::invalid_argument, "the value of header " + name + " has a control character");
  }
  return {};
}

}  // namespace millrace::observe
