// A thread as workers are: no signal reaches it, and the system knows its name.
#pragma once

#include <signal.h>

#include <string>
#include <thread>
#include <utility>

namespace millrace {

/// Blocks, for a scope, every signal that can be sent to the calling thread; threads that are started meanwhile inherit that. Signals by which the
/// system reports a fault of the thread itself stay as they are.
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept;
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked();

 private:
  sigset_t before_;
};

/// Cut where the system wants it shorter; nothing happens where threads have no names.
void name_this_thread(const std::string& name) noexcept;

/// Errors: std::system_error, as the constructor of std::thread.
template <typename Body>
[[nodiscard]] std::thread start_worker_thread(std::string name, Body body) {
  const SignalsBlocked inherited;
  return std::thread([name = std::move(name), body = std::move(body)]() mutable {
    name_this_thread(name);
    body();
  });
}

}  // namespace millrace
