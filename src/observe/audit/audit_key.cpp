// The key of an audit log, from where it is kept.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <millrace/observe/audit_log.h>

#include "base/unique_fd.h"

namespace millrace::observe {

Result<std::string> read_audit_key(const std::string& path) {
  const auto system = [&](std::string what) {
    return fail(Error(std::error_code(errno, std::system_category()), std::move(what)).with("path", path));
  };
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd) return system("audit key: it cannot be opened");
  struct stat facts{};
  if (::fstat(fd.get(), &facts) != 0) return system("audit key: it cannot be looked at");
  if (S_ISREG(facts.st_mode) && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail(
        Error(Errc::invalid_argument, "audit key: others than its owner may use the file; chmod 600 it").with("path", path));
  std::string key(kAuditKeyBytesMax + 2, '\0');
  std::size_t have = 0;
  while (have < key.size()) {
    const ssize_t got = ::read(fd.get(), key.data() + have, key.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system("audit key: it cannot be read");
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  key.resize(have);
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r')) key.pop_back();
  if (key.size() < kAuditKeyBytesMin || key.size() > kAuditKeyBytesMax)
    return fail(Error(Errc::invalid_argument, "audit key: it has 16 to 4096 bytes").with("path", path));
  return key;
}

}  // namespace millrace::observe
