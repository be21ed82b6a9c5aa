#include "js/idna.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>

namespace millrace::js {
namespace {

// Hyphens and lengths are the DNS's business: a URL may name a host that no DNS knows.
constexpr std::uint32_t kIgnored = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG |
                                   UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;

/// What ICU does with marks in a row is quadratic: 100,000 of them take it 12 s. It also refuses labels beyond ASCII of more than 1000 characters, whose
/// Punycode would take long.
constexpr std::size_t kDomainBytesMax = 1 << 13;

struct CloseUidna {
  void operator()(UIDNA* idna) const noexcept { uidna_close(idna); }
};
using Uidna = std::unique_ptr<UIDNA, CloseUidna>;

/// Cheap (0.2 us): the tables behind it are ICU's and loaded once.
Uidna open_uidna() {
  UErrorCode status = U_ZERO_ERROR;
  constexpr std::uint32_t kOptions =
      UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE;
  Uidna idna(uidna_openUTS46(kOptions, &status));
  if (U_FAILURE(status) != 0) throw std::bad_alloc();  // nothing else can go wrong here
  return idna;
}

using Conversion = std::int32_t (*)(const UIDNA*, const char*, std::int32_t, char*, std::int32_t, UIDNAInfo*, UErrorCode*);

std::optional<std::string> convert(const Uidna& idna, Conversion conversion, std::string_view utf8) {
  std::string out(utf8.size() + 64, '\0');
  for (;;) {
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length = conversion(idna.get(), utf8.data(), static_cast<std::int32_t>(utf8.size()), out.data(),
                                           static_cast<std::int32_t>(out.size()), &info, &status);
    if (status == U_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
    if (status == U_BUFFER_OVERFLOW_ERROR) {
      out.resize(static_cast<std::size_t>(length));
      continue;
    }
    if (U_FAILURE(status) != 0 || (info.errors & ~kIgnored) != 0) return std::nullopt;
    out.resize(static_cast<std::size_t>(length));
    return out;
  }
}

/// The capital sharp s maps to the small one since Unicode 15.1; ICU 72 is older and would make it "ss".
std::string with_small_sharp_s(std::string_view utf8) {
  constexpr std::string_view kCapital = "\xe1\xba\x9e";
  constexpr std::string_view kSmall = "\xc3\x9f";
  std::string text(utf8);
  for (std::size_t i = 0; (i = text.find(kCapital, i)) != std::string::npos; i += kSmall.size())
    text.replace(i, kCapital.size(), kSmall);
  return text;
}

}  // namespace

std::optional<std::string> domain_to_ascii(std::string_view utf8) {
  if (utf8.size() > kDomainBytesMax) return std::nullopt;
  return convert(open_uidna(), uidna_nameToASCII_UTF8, with_small_sharp_s(utf8));
}

std::string domain_to_unicode(std::string_view utf8) {
  if (utf8.size() > kDomainBytesMax) return std::string(utf8);
  const Uidna idna = open_uidna();
  std::string out;
  for (std::size_t begin = 0; begin <= utf8.size();) {
    const std::size_t end = std::min(utf8.find('.', begin), utf8.size());
    const std::string_view label = utf8.substr(begin, end - begin);
    out += label.starts_with("xn--") ? convert(idna, uidna_labelToUnicodeUTF8, label).value_or(std::string(label))
                                     : std::string(label);
    if (end < utf8.size()) out += '.';
    begin = end + 1;
  }
  return out;
}

}  // namespace millrace::js
