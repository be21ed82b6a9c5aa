// What a program may know of the machine and its user: navigator's part.
#include <sched.h>

#include <unicode/uloc.h>

#include <algorithm>
#include <array>
#include <string>

#include "js/host_functions.h"

namespace millrace::js {

Local language(HostCall& call) {
  // The locale of LC_ALL, LC_MESSAGES or LANG; "en-US-u-va-posix" for C, whose extension no web page expects.
  std::array<char, ULOC_FULLNAME_CAPACITY> tag{};
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t length = uloc_toLanguageTag(uloc_getDefault(), tag.data(), static_cast<std::int32_t>(tag.size()), 0, &status);
  const bool known = U_SUCCESS(status) != 0 && length > 0 && static_cast<std::size_t>(length) < tag.size();
  std::string_view text = known ? std::string_view(tag.data(), static_cast<std::size_t>(length)) : "en-US";
  text = text.substr(0, text.find("-u-"));
  if (text == "und") text = "en-US";  // of variables that are set to nothing
  return call.engine().narrow_string(text);
}

Local processors(HostCall& call) {
  cpu_set_t set;
  CPU_ZERO(&set);
  const int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  return call.engine().number(std::max(count, 1));
}

}  // namespace millrace::js
