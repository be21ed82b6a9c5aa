#include "observe/diagnose/stack_capture.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cxxabi.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>
#include <utility>

namespace millrace::observe {

namespace {

/// What is asked of a thread. Its address travels with the signal, so that the handler needs no global.
struct Request {
  static constexpr std::size_t kFramesMax = 128;
  std::atomic<bool> asked{false};
  std::array<void*, kFramesMax> frames;
  int count = 0;
  std::atomic<bool> answered{false};
};

// Only async-signal-safe calls: backtrace() is, once it has loaded what it needs, which on_signal() makes it do.
void answer(int /*signal*/, siginfo_t* info, void* /*context*/) noexcept {
  if (info->si_code != SI_QUEUE || info->si_pid != getpid()) return;
  const int before = errno;
  auto* const request = static_cast<Request*>(info->si_value.sival_ptr);
  if (!request->asked.load(std::memory_order_acquire)) return;  // pairs with take(): a signal by itself publishes nothing
  request->count = backtrace(request->frames.data(), static_cast<int>(Request::kFramesMax));
  request->answered.store(true, std::memory_order_release);  // pairs with take()
  errno = before;
}

std::string hexadecimal(std::uintptr_t value) {
  std::array<char, 2 + 2 * sizeof(value)> text{'0', 'x'};
  const auto end = std::to_chars(text.data() + 2, text.data() + text.size(), value, 16).ptr;
  return {text.data(), end};
}

std::string readable(const char* symbol) {
  int status = -1;
  const std::unique_ptr<char, decltype(&std::free)> plain(abi::__cxa_demangle(symbol, nullptr, nullptr, &status), &std::free);
  return status == 0 ? plain.get() : symbol;
}

/// "function+0x1f (module+0x2a3f)": the second is what addr2line wants.
std::string frame_text(void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  Dl_info info{};
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return hexadecimal(at);
  std::string_view module = info.dli_fname;
  if (const auto slash = module.rfind('/'); slash != std::string_view::npos) module.remove_prefix(slash + 1);
  std::string text = "?";
  if (info.dli_sname != nullptr)
    text = readable(info.dli_sname) + "+" + hexadecimal(at - reinterpret_cast<std::uintptr_t>(info.dli_saddr));
  return text + " (" + std::string(module) + "+" + hexadecimal(at - reinterpret_cast<std::uintptr_t>(info.dli_fbase)) + ")";
}

class SignalStackCapture final : public StackCapture {
 public:
  SignalStackCapture(int signal, const struct sigaction& before) noexcept : signal_(signal), before_(before) {}
  ~SignalStackCapture() override {
    // By default the signal ends the process. Ignoring it first takes back what still waits for a thread that blocks it.
    struct sigaction ignore{};
    ignore.sa_handler = SIG_IGN;
    sigaction(signal_, &ignore, nullptr);
    sigaction(signal_, &before_, nullptr);
    // A handler may have begun just now: what it writes into is nobody else's for ever.
    for (std::unique_ptr<Request>& request : unanswered_)
      if (!request->answered.load(std::memory_order_acquire)) static_cast<void>(request.release());
  }

  [[nodiscard]] Result<std::vector<std::string>> take(std::int64_t thread_number, std::size_t frames_max,
                                                      Duration time_limit) override {
    std::erase_if(unanswered_, [](const auto& request) { return request->answered.load(std::memory_order_acquire); });
    if (unanswered_.size() >= kUnansweredMax)
      return fail(Errc::full, "threads that were asked for their stacks before have not answered yet");
    auto request = std::make_unique<Request>();
    siginfo_t info{};
    info.si_signo = signal_;
    info.si_code = SI_QUEUE;
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value.sival_ptr = request.get();
    unanswered_.reserve(unanswered_.size() + 1);            // from the signal on nothing may fail
    request->asked.store(true, std::memory_order_release);  // pairs with answer()
    if (syscall(SYS_rt_tgsigqueueinfo, getpid(), static_cast<pid_t>(thread_number), signal_, &info) != 0) {
      if (errno == ESRCH) return fail(Errc::not_found, "the loop's thread has ended");
      return fail(Error::from_errno(errno, "rt_tgsigqueueinfo"));
    }
    const auto give_up = std::chrono::steady_clock::now() + time_limit;
    while (!request->answered.load(std::memory_order_acquire)) {
      if (std::chrono::steady_clock::now() >= give_up) {
        unanswered_.push_back(std::move(request));
        return fail(Errc::timed_out, "the thread did not take the signal in time: it blocks it, or waits in the kernel");
      }
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    // The handler itself and the kernel's frame that called it are not what the thread was doing.
    constexpr int kOurs = 2;
    std::vector<std::string> frames;
    for (int i = kOurs; i < request->count && frames.size() < frames_max; ++i)
      frames.push_back(frame_text(request->frames[static_cast<std::size_t>(i)]));
    return frames;
  }

 private:
  /// A thread that never answers may still do so, so what it would write into is kept.
  static constexpr std::size_t kUnansweredMax = 64;

  int signal_;
  struct sigaction before_;
  std::vector<std::unique_ptr<Request>> unanswered_;
};

}  // namespace

Result<std::unique_ptr<StackCapture>> StackCapture::on_signal(int signal) {
  if (signal < SIGRTMIN || signal > SIGRTMAX)
    return fail(Error(Errc::invalid_argument, "a stack is asked for by a signal from SIGRTMIN to SIGRTMAX")
                    .with("signal", std::to_string(signal)));
  std::array<void*, 4> warm_up{};
  static_cast<void>(backtrace(warm_up.data(), static_cast<int>(warm_up.size())));  // loads the unwinder, which allocates
  struct sigaction ours{};
  ours.sa_sigaction = answer;
  ours.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  sigemptyset(&ours.sa_mask);
  struct sigaction before{};
  if (sigaction(signal, &ours, &before) != 0) return fail(Error::from_errno(errno, "sigaction"));
  // Installed before it was looked at, so that of two who want the signal at once only one gets it.
  if ((before.sa_flags & SA_SIGINFO) != 0 || before.sa_handler != SIG_DFL) {
    sigaction(signal, &before, nullptr);
    return fail(
        Error(Errc::full, "the signal for stacks has a handler already; choose another").with("signal", std::to_string(signal)));
  }
  return std::make_unique<SignalStackCapture>(signal, before);
}

}  // namespace millrace::observe
