// Signals by signalfd: blocked in the thread that watches, read from a descriptor.
#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <thread>
#include <utility>

#include "base/unique_fd.h"
#include "promise/signal_source.h"

namespace millrace {
namespace {

sigset_t to_sigset(SignalSet signals) noexcept {
  sigset_t set;
  sigemptyset(&set);
  for (int number = 1; number <= 64; ++number)
    if ((signals & signal_bit(number)) != 0) sigaddset(&set, number);
  return set;
}

class SignalfdSource final : public SignalSource {
 public:
  explicit SignalfdSource(UniqueFd fd) noexcept : fd_(std::move(fd)) {}
  ~SignalfdSource() override { unblock(blocked_); }

  [[nodiscard]] int fd() const noexcept override { return fd_.get(); }
  [[nodiscard]] Result<void> watch(SignalSet signals) override {
    // Blocked first: one that came in between would do what it did before we watched.
    const SignalSet newly = block(signals & ~watched_);
    const sigset_t set = to_sigset(signals);
    if (::signalfd(fd_.get(), &set, 0) == -1) {
      const Error error = Error::from_errno(errno, "signalfd");
      unblock(newly);
      return fail(error);
    }
    blocked_ |= newly;
    unblock(blocked_ & ~signals);
    blocked_ &= signals;
    watched_ = signals;
    return {};
  }
  [[nodiscard]] std::optional<int> next() noexcept override {
    signalfd_siginfo info;
    ssize_t got = 0;
    do {
      got = ::read(fd_.get(), &info, sizeof info);
    } while (got == -1 && errno == EINTR);
    if (got != static_cast<ssize_t>(sizeof info)) return std::nullopt;
    return static_cast<int>(info.ssi_signo);
  }

 private:
  /// Those of `signals` that were not blocked before.
  [[nodiscard]] static SignalSet block(SignalSet signals) noexcept {
    const sigset_t set = to_sigset(signals);
    sigset_t before;
    pthread_sigmask(SIG_BLOCK, &set, &before);
    for (int number = 1; number <= 64; ++number)
      if (sigismember(&before, number) == 1) signals &= ~signal_bit(number);
    return signals;
  }
  /// The mask of another thread is out of reach: there they stay blocked.
  void unblock(SignalSet signals) const noexcept {
    if (signals == 0 || std::this_thread::get_id() != thread_) return;
    const sigset_t set = to_sigset(signals);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  }

  UniqueFd fd_;
  std::thread::id thread_ = std::this_thread::get_id();
  SignalSet watched_ = 0;
  SignalSet blocked_ = 0;  ///< of these: by us
};

}  // namespace

Result<std::unique_ptr<SignalSource>> make_signalfd_source() {
  const sigset_t none = to_sigset(0);
  UniqueFd fd(::signalfd(-1, &none, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd) return fail(Error::from_errno(errno, "signalfd"));
  return std::make_unique<SignalfdSource>(std::move(fd));
}

}  // namespace millrace
