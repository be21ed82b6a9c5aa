// Signals by sigaction and a pipe for each source. A handler belongs to the process and is called with nothing but a number, so what it looks up
// must be reachable without one: `process`, below, is the library's only mutable global, and this file the only one that sees it.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <mutex>
#include <thread>
#include <utility>

#include "base/unique_fd.h"
#include "promise/signal_source.h"

namespace millrace {
namespace {

constexpr std::size_t kSourcesMax = 64;

/// What the handler touches. Every access is sequentially consistent: signals are rare.
struct Listener {
  std::atomic<SignalSet> wanted{0};
  std::atomic<SignalSet> arrived{0};
  std::atomic<int> pipe{-1};
};
struct Process {
  std::array<Listener, kSourcesMax> listeners{};
  std::atomic<int> handlers_running{0};
  std::mutex mutex;                           // leaf; never taken by the handler
  std::array<bool, kSourcesMax> taken{};      // guarded by mutex, as what follows
  std::array<std::size_t, 65> users{};        ///< of each signal
  std::array<struct sigaction, 65> before{};  ///< what the first of them found
};
static_assert(std::atomic<SignalSet>::is_always_lock_free && std::atomic<int>::is_always_lock_free);
constinit Process process;

extern "C" void millrace_on_signal(int number) {
  const int errno_before = errno;
  ++process.handlers_running;
  for (Listener& listener : process.listeners) {
    if ((listener.wanted & signal_bit(number)) == 0) continue;
    listener.arrived |= signal_bit(number);
    // Full: then it is readable, which is all that is wanted.
    static_cast<void>(::write(listener.pipe, "", 1) == 1);
  }
  --process.handlers_running;
  errno = errno_before;
}

/// Under the mutex.
Result<void> add_user(int number) {
  const auto n = static_cast<std::size_t>(number);
  if (process.users[n] == 0) {
    struct sigaction action = {};
    action.sa_handler = &millrace_on_signal;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    if (::sigaction(number, &action, &process.before[n]) != 0) return fail(Error::from_errno(errno, "sigaction"));
  }
  ++process.users[n];
  return {};
}
void remove_user(int number) noexcept {
  const auto n = static_cast<std::size_t>(number);
  if (--process.users[n] > 0) return;
  struct sigaction current = {};
  // Whoever has installed another handler since then keeps it.
  if (::sigaction(number, nullptr, &current) == 0 && current.sa_handler == &millrace_on_signal)
    ::sigaction(number, &process.before[n], nullptr);
}

class HandlerSource final : public SignalSource {
 public:
  HandlerSource(std::size_t place, UniqueFd reader, UniqueFd writer) noexcept
      : place_(place), reader_(std::move(reader)), writer_(std::move(writer)) {
    listener().pipe = writer_.get();
  }
  ~HandlerSource() override {
    static_cast<void>(watch(0));
    listener().pipe = -1;
    listener().arrived = 0;
    const std::lock_guard lock(process.mutex);
    process.taken[place_] = false;
  }
  [[nodiscard]] int fd() const noexcept override { return reader_.get(); }
  [[nodiscard]] Result<void> watch(SignalSet signals) override {
    const std::lock_guard lock(process.mutex);
    const SignalSet added = signals & ~watched_;
    listener().wanted = watched_ | added;  // before the handler is there: the first signal is heard
    for (int number = 1; number <= 64; ++number) {
      if ((added & signal_bit(number)) == 0) continue;
      if (Result<void> one = add_user(number); !one) {
        for (int undone = 1; undone < number; ++undone)
          if ((added & signal_bit(undone)) != 0) remove_user(undone);
        forget_all_but(watched_);
        return one;
      }
    }
    for (int number = 1; number <= 64; ++number)
      if ((watched_ & ~signals & signal_bit(number)) != 0) remove_user(number);
    forget_all_but(signals);
    watched_ = signals;
    return {};
  }
  [[nodiscard]] std::optional<int> next() noexcept override {
    if (found_ == 0) {
      // Emptied first: what arrives from here on makes it readable again.
      std::array<char, 256> bytes;
      while (::read(reader_.get(), bytes.data(), bytes.size()) > 0 || errno == EINTR) {
      }
      found_ = listener().arrived.exchange(0) & watched_;
    }
    if (found_ == 0) return std::nullopt;
    const int number = std::countr_zero(found_) + 1;
    found_ &= found_ - 1;
    return number;
  }

 private:
  [[nodiscard]] Listener& listener() const noexcept { return process.listeners[place_]; }
  /// After it returned, no handler tells this source of others.
  void forget_all_but(SignalSet signals) noexcept {
    listener().wanted = signals;
    while (process.handlers_running > 0) std::this_thread::yield();
    listener().arrived &= signals;
    found_ &= signals;
  }

  std::size_t place_;
  UniqueFd reader_;
  UniqueFd writer_;
  SignalSet watched_ = 0;
  SignalSet found_ = 0;
};

}  // namespace

Result<std::unique_ptr<SignalSource>> make_handler_source() {
  int ends[2];
  if (::pipe(ends) != 0) return fail(Error::from_errno(errno, "pipe"));
  UniqueFd reader(ends[0]), writer(ends[1]);
  for (const int end : ends)
    if (::fcntl(end, F_SETFL, O_NONBLOCK) == -1 || ::fcntl(end, F_SETFD, FD_CLOEXEC) == -1)
      return fail(Error::from_errno(errno, "fcntl"));
  std::size_t place = 0;
  {
    const std::lock_guard lock(process.mutex);
    while (place < kSourcesMax && process.taken[place]) ++place;
    if (place == kSourcesMax) return fail(Errc::full, "signals: 64 loops of this process watch signals already");
    process.taken[place] = true;
  }
  return std::make_unique<HandlerSource>(place, std::move(reader), std::move(writer));
}

}  // namespace millrace
