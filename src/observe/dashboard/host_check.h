// Whether a request was meant for us, by its Host header.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace::observe {

/// A page of a stranger reaches a server on this machine by having its own name point here (DNS rebinding); its requests carry that name. So
/// only names and addresses are taken that cannot be a stranger's. The port does not matter: tunnels change it.
class HostCheck {
 public:
  /// `address`: what the server listens on. `names`: further ones, without a port.
  HostCheck(std::string_view address, std::vector<std::string> names);
  /// True for localhost and names below it, loopback addresses, the address itself, any address when the server listens on all of them, and
  /// the further names. The case of letters does not matter.
  [[nodiscard]] bool allows(std::string_view host_header) const;

 private:
  std::string address_;
  bool everywhere_;
  std::vector<std::string> names_;
};

}  // namespace millrace::observe
