// The functions of the `native` object behind `process`: signals, ids, resources.
#include <grp.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "js/host_files.h"
#include "js/host_support.h"

namespace millrace::js {
namespace {

double number_at(HostCall& call, std::size_t n) { return call.engine().number_of(call.at(n)); }
Local errno_or_zero(HostCall& call, int result) { return call.engine().number(result == 0 ? 0 : errno); }

/// [name, message] of an errno.
Local errno_text(HostCall& call) {
  Engine& engine = call.engine();
  const int number = static_cast<int>(number_at(call, 0));
  const char* name = strerrorname_np(number);
  std::string message = std::strerror(number);
  message[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
  return engine.array(
      std::array{engine.string(name == nullptr ? "ERRNO_" + std::to_string(number) : name), engine.string(message)});
}

// Signals and the file system's defaults.

Local send_signal(HostCall& call) {
  return errno_or_zero(call, ::kill(static_cast<pid_t>(number_at(call, 0)), static_cast<int>(number_at(call, 1))));
}
/// The number of `SIGTERM` and the like; 0 when there is no such name.
Local signal_number(HostCall& call) {
  const std::string name = text_at(call, 0);
  for (int number = 1; number < NSIG; ++number)
    if (const char* known = sigabbrev_np(number); known != nullptr && name == std::string("SIG") + known)
      return call.engine().number(number);
  return call.engine().number(0);
}
/// The mask before. Without an argument the mask stays; the system has no way to ask only.
Local set_umask(HostCall& call) {
  const bool reads = call.engine().kind(call.at(0)) == Kind::undefined;
  const mode_t before = ::umask(reads ? 0 : static_cast<mode_t>(number_at(call, 0)));
  if (reads) ::umask(before);
  return call.engine().number(before);
}
Local change_directory(HostCall& call) { return errno_or_zero(call, ::chdir(text_at(call, 0).c_str())); }

// Ids.

/// [uid, euid, gid, egid, parent's pid]
Local ids(HostCall& call) {
  Engine& engine = call.engine();
  return engine.array(std::array{engine.number(getuid()), engine.number(geteuid()), engine.number(getgid()),
                                 engine.number(getegid()), engine.number(getppid())});
}
Local groups(HostCall& call) {
  std::array<gid_t, 65536> list{};  // NGROUPS_MAX of Linux
  const int count = getgroups(static_cast<int>(list.size()), list.data());
  LocalList locals(call.engine());
  for (int i = 0; i < count; ++i) locals.push(call.engine().number(list[static_cast<std::size_t>(i)]));
  // The effective group belongs to them whether the system lists it or not.
  if (std::find(list.begin(), list.begin() + std::max(count, 0), getegid()) == list.begin() + std::max(count, 0))
    locals.push(call.engine().number(getegid()));
  return call.engine().array(locals.items());
}
/// The first argument counts as in ids().
Local set_id(HostCall& call) {
  const auto id = static_cast<unsigned>(number_at(call, 1));
  switch (static_cast<int>(number_at(call, 0))) {
    case 0: return errno_or_zero(call, setuid(id));
    case 1: return errno_or_zero(call, seteuid(id));
    case 2: return errno_or_zero(call, setgid(id));
    default: return errno_or_zero(call, setegid(id));
  }
}
/// The id of a name, -1 when nobody has it.
Local find_user(HostCall& call) {
  const passwd* found = getpwnam(text_at(call, 0).c_str());
  return call.engine().number(found == nullptr ? -1.0 : found->pw_uid);
}
Local find_group(HostCall& call) {
  const ::group* found = getgrnam(text_at(call, 0).c_str());
  return call.engine().number(found == nullptr ? -1.0 : found->gr_gid);
}

// Resources.

/// The numbers of getrusage() in the order of Node's resourceUsage(); times in microseconds. Argument: only this thread.
Local resource_usage(HostCall& call) {
  Engine& engine = call.engine();
  rusage usage{};
  getrusage(number_at(call, 0) == 1 ? RUSAGE_THREAD : RUSAGE_SELF, &usage);
  const auto microseconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  const auto number = [&](auto value) { return engine.number(static_cast<double>(value)); };
  return engine.array(std::array{number(microseconds(usage.ru_utime)), number(microseconds(usage.ru_stime)),
                                 number(usage.ru_maxrss), number(usage.ru_ixrss), number(usage.ru_idrss), number(usage.ru_isrss),
                                 number(usage.ru_minflt), number(usage.ru_majflt), number(usage.ru_nswap), number(usage.ru_inblock),
                                 number(usage.ru_oublock), number(usage.ru_msgsnd), number(usage.ru_msgrcv),
                                 number(usage.ru_nsignals), number(usage.ru_nvcsw), number(usage.ru_nivcsw)});
}
/// The number after `name` in a file of lines `name: number`; without a name the file's first number. 0 when there is none.
double number_in(const std::string& file, std::string_view name) {
  const Result<std::string> text = read_file(file);
  if (!text) return 0;
  const std::size_t at = text->find(name);
  return at == std::string::npos ? 0 : std::strtod(text->c_str() + at + name.size(), nullptr);
}
/// [resident bytes, available to processes, limit of the control group or 0]
Local memory_figures(HostCall& call) {
  Engine& engine = call.engine();
  double pages = 0;
  if (const Result<std::string> statm = read_file("/proc/self/statm"))
    pages = std::strtod(statm->c_str() + std::min(statm->find(' '), statm->size()), nullptr);
  const double available = number_in("/proc/meminfo", "MemAvailable:") * 1024;
  return engine.array(std::array{engine.number(pages * static_cast<double>(sysconf(_SC_PAGESIZE))), engine.number(available),
                                 engine.number(number_in("/sys/fs/cgroup/memory.max", ""))});
}
Local heap_figures(HostCall& call) { return call.engine().memory_statistics(); }
Local collect_garbage(HostCall& call) {
  call.engine().collect_garbage();
  return {};
}

constexpr std::array kProcessFunctions{
    HostEntry{"errnoText", errno_text},
    HostEntry{"sendSignal", send_signal},
    HostEntry{"signalNumber", signal_number},
    HostEntry{"umask", set_umask},
    HostEntry{"chdir", change_directory},
    HostEntry{"ids", ids},
    HostEntry{"groups", groups},
    HostEntry{"setId", set_id},
    HostEntry{"findUser", find_user},
    HostEntry{"findGroup", find_group},
    HostEntry{"resourceUsage", resource_usage},
    HostEntry{"memoryFigures", memory_figures},
    HostEntry{"heapFigures", heap_figures},
    HostEntry{"collectGarbage", collect_garbage},
};

}  // namespace

std::span<const HostEntry> process_functions() noexcept { return kProcessFunctions; }

}  // namespace millrace::js
