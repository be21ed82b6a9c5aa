// Internationalised domain names (UTS #46), with the settings of the URL Standard. ICU does the work.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace millrace::js {

/// The form for the DNS: mapped (case, width, ligatures), checked, labels beyond ASCII in Punycode. Nothing when the domain is not valid.
/// Its length and hyphens are not looked at, nor what is forbidden in the domain of a URL: that is the caller's part.
/// Limits    a domain of 1 MiB; a label beyond ASCII of 1000 characters. Longer ones are not valid.
/// Errors    std::bad_alloc.
/// Cost      about 2 us. ASCII needs no more than lower case, so do not ask for that.
/// Source    https://url.spec.whatwg.org/#idna, "domain to ASCII" with beStrict false
[[nodiscard]] std::optional<std::string> domain_to_ascii(std::string_view utf8);

/// The form for reading, of what domain_to_ascii() or a URL's host gave: Punycode decoded, where it is valid.
[[nodiscard]] std::string domain_to_unicode(std::string_view utf8);

}  // namespace millrace::js
