#include "promise/signal_source.h"

#include <signal.h>

#include <algorithm>
#include <array>
#include <string>

namespace millrace {

Result<void> check_signal(int number) {
  constexpr std::array kNever{SIGKILL, SIGSTOP, SIGBUS, SIGFPE, SIGILL, SIGSEGV};
  sigset_t set;
  sigemptyset(&set);
  const bool known = number >= 1 && number <= 64 && sigaddset(&set, number) == 0;
  if (known && std::ranges::find(kNever, number) == kNever.end()) return {};
  return fail(Error(Errc::invalid_argument, known ? "this signal cannot be watched" : "there is no signal with this number")
                  .with("signal", std::to_string(number)));
}

Result<std::unique_ptr<SignalSource>> make_signal_source() {
  Result<std::unique_ptr<SignalSource>> source = make_signalfd_source();
  if (!source && source.error().code() == Errc::unsupported) return make_handler_source();
  return source;
}

}  // namespace millrace
