#include "observe/log/line_output.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <optional>

namespace millrace::observe::detail {
namespace {

// Keeps the SIGPIPE of this thread's write from ending the program. One that was pending before stays so.
class SigpipeHeldBack {
 public:
  SigpipeHeldBack() noexcept {
    sigset_t pending;
    sigpending(&pending);
    pending_before_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  SigpipeHeldBack(const SigpipeHeldBack&) = delete;
  SigpipeHeldBack& operator=(const SigpipeHeldBack&) = delete;
  ~SigpipeHeldBack() {
    const int number = errno;
    const timespec at_once{};
    if (raised_ && !pending_before_)
      while (sigtimedwait(&pipe_, nullptr, &at_once) == -1 && errno == EINTR) {
      }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = number;
  }
  void note(int number) noexcept { raised_ |= number == EPIPE; }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool pending_before_ = false;
  bool raised_ = false;
};

}  // namespace

LineOutput::LineOutput(int fd, LineOutputOptions options) : fd_(fd), options_(options) { look_at_descriptor(); }

LineOutput::LineOutput(UniqueFd fd, std::string path, LineOutputOptions options)
    : fd_(fd.get()), owned_(std::move(fd)), path_(std::move(path)), options_(options) {
  look_at_descriptor();
}

void LineOutput::look_at_descriptor() noexcept {
  struct stat status{};
  may_signal_ = ::fstat(fd_, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

Result<UniqueFd> LineOutput::open_file(const std::string& path, const LineOutputOptions& options) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, options.mode);
  if (fd == -1) return fail(Error::from_errno(errno, "open of a log file").with("path", path));
  return UniqueFd(fd);
}

Result<void> LineOutput::reopen() {
  if (path_.empty()) return fail(Errc::unsupported, "a descriptor without a path cannot be opened again");
  Result<UniqueFd> opened = open_file(path_, options_);
  if (!opened) return fail(std::move(opened).error());
  const std::scoped_lock lock(mutex_);
  owned_.swap(*opened);
  fd_ = owned_.get();
  torn_ = false;
  look_at_descriptor();
  return {};
}

Result<void> LineOutput::write_line(std::string_view line) {
  const std::scoped_lock lock(mutex_);
  return write_all(line);
}

Result<void> LineOutput::write_all(std::string_view line) {
  std::optional<SigpipeHeldBack> held_back;
  if (may_signal_) held_back.emplace();
  static constexpr char kBreak = '\n';
  std::size_t breaks = torn_ ? 1 : 0;  // of the line that was torn before; still to be written
  const std::size_t size = line.size();
  std::optional<RealTime::time_point> deadline;
  while (!line.empty()) {
    ssize_t taken;
    if (breaks == 0) {
      taken = ::write(fd_, line.data(), line.size());
    } else {
      // A part of the kernel's interface that never writes through the pointer.
      const std::array<iovec, 2> parts{{{const_cast<char*>(&kBreak), 1}, {const_cast<char*>(line.data()), line.size()}}};
      taken = ::writev(fd_, parts.data(), 2);
    }
    if (taken >= 0) {
      const std::size_t of_break = std::min(breaks, static_cast<std::size_t>(taken));
      breaks -= of_break;
      line.remove_prefix(static_cast<std::size_t>(taken) - of_break);
      continue;
    }
    const int number = errno;
    if (held_back) held_back->note(number);
    if (number == EINTR) continue;
    Result<void> stopped = fail(Error::from_errno(number, "write of a log line"));
    if (number == EAGAIN || number == EWOULDBLOCK) {
      if (!deadline) deadline = RealTime::now() + options_.patience;
      stopped = wait_until_writable(*deadline);
      if (stopped) continue;
    }
    // What remains torn: this line when a part of it was taken, else the one before when its break was not.
    torn_ = line.size() < size || breaks != 0;
    return stopped;
  }
  torn_ = false;
  return {};
}

Result<void> LineOutput::wait_until_writable(RealTime::time_point deadline) const {
  while (true) {
    const Duration left = std::max(Duration(deadline - RealTime::now()), Duration::zero());
    pollfd waited{.fd = fd_, .events = POLLOUT, .revents = 0};
    const auto left_ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    const int ready = ::poll(&waited, 1, static_cast<int>(std::min<std::int64_t>(left_ms, 60'000)));
    if (ready > 0) return {};  // or an error, which the next write tells
    if (ready < 0 && errno != EINTR) return fail(Error::from_errno(errno, "poll of a log's descriptor"));
    if (RealTime::now() >= deadline) return fail(Errc::timed_out, "the reader of the log is too slow");
  }
}

}  // namespace millrace::observe::detail
