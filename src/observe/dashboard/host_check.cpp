#include "observe/dashboard/host_check.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "observe/http/listen.h"

namespace millrace::observe {

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return result;
}

/// "name:80" without the port, "[::1]:80" without port and brackets, and a name without the dot at its end. Empty when it is neither.
std::string host_of(std::string_view header) {
  const bool bracketed = header.starts_with('[');
  const std::size_t end = bracketed ? header.find(']') : std::min(header.find(':'), header.size());
  if (end == std::string_view::npos) return {};
  std::string_view host = header.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
  std::string_view port = header.substr(bracketed ? end + 1 : end);
  if (!port.empty()) {
    port.remove_prefix(1);
    std::uint16_t number = 0;
    const auto [rest, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (header[bracketed ? end + 1 : end] != ':' || error != std::errc{} || rest != port.data() + port.size()) return {};
  }
  if (!bracketed && host.ends_with('.')) host.remove_suffix(1);
  return lower(host);
}

}  // namespace

HostCheck::HostCheck(std::string_view address, std::vector<std::string> names)
    : address_(lower(address)), everywhere_(address_ == "0.0.0.0" || address_ == "::"), names_(std::move(names)) {
  for (std::string& name : names_) name = lower(name);
}

bool HostCheck::allows(std::string_view host_header) const {
  const std::string host = host_of(host_header);
  if (host.empty()) return false;
  if (host == "localhost" || host.ends_with(".localhost") || host == address_) return true;
  if (std::ranges::find(names_, host) != names_.end()) return true;
  const auto loopback = is_loopback(host);
  return loopback.has_value() && (*loopback || everywhere_);
}

}  // namespace millrace::observe
