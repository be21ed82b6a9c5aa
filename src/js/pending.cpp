// How a report of promises reads.
#include <millrace/js/pending.h>

#include <array>
#include <cstdio>

namespace millrace::js {

std::string PendingCrossings::to_string() const {
  const bool one = count == 1;
  std::string text = std::to_string(count) + (one ? " promise of " : " promises of ");
  text += waits_for == WaitsFor::javascript ? "JavaScript that the host waits for" : "the host that JavaScript waits for";
  std::array<char, 48> seconds{};
  std::snprintf(seconds.data(), seconds.size(), "%.3g", std::chrono::duration<double>(oldest).count());
  text.append(one ? ", for " : ", the oldest for ").append(seconds.data()).append(" s");
  for (std::size_t i = 0; i < site.size(); ++i) text.append(i == 0 ? ", at " : " < ").append(site[i]);
  return text;
}

}  // namespace millrace::js
