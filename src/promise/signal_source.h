// Where signals come from: a descriptor that is readable when one has arrived. The platform's difference is behind this seam.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <millrace/result.h>

namespace millrace {

/// Numbers of signals, 1 to 64.
using SignalSet = std::uint64_t;
[[nodiscard]] constexpr SignalSet signal_bit(int number) noexcept { return SignalSet{1} << (number - 1); }
/// Errors: Errc::invalid_argument for what nobody can watch.
[[nodiscard]] Result<void> check_signal(int number);

/// Thread: one at a time; the one that watches is the one that forgets.
class SignalSource {
 public:
  SignalSource() = default;
  SignalSource(const SignalSource&) = delete;
  SignalSource& operator=(const SignalSource&) = delete;
  /// Forgets everything.
  virtual ~SignalSource() = default;
  [[nodiscard]] virtual int fd() const noexcept = 0;
  /// From now on these signals arrive here, and only these; numbers were checked. Errors: the system's; nothing changed.
  [[nodiscard]] virtual Result<void> watch(SignalSet signals) = 0;
  /// A signal that has arrived. Nothing: the descriptor is not readable any more.
  [[nodiscard]] virtual std::optional<int> next() noexcept = 0;
};
using MakeSignalSource = Result<std::unique_ptr<SignalSource>>();

/// By signalfd. Errors: the system's; Errc::unsupported where there is none.
[[nodiscard]] Result<std::unique_ptr<SignalSource>> make_signalfd_source();
/// By a handler that writes into a pipe. Errors: the system's; Errc::full beyond 64 at once in the process.
[[nodiscard]] Result<std::unique_ptr<SignalSource>> make_handler_source();
/// The first of them that the system has.
[[nodiscard]] Result<std::unique_ptr<SignalSource>> make_signal_source();

}  // namespace millrace
