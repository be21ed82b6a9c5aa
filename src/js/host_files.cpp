#include "js/host_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

namespace millrace::js {
namespace {

std::unexpected<Error> refuse(int number, std::string_view syscall, const std::string& path) {
  return fail(Error::from_errno(number, syscall).with("syscall", std::string(syscall)).with("path", path));
}

FileKind kind_of(mode_t mode) noexcept {
  if (S_ISREG(mode)) return FileKind::regular;
  if (S_ISDIR(mode)) return FileKind::directory;
  return FileKind::other;
}

}  // namespace

FileKind kind_of_file(const std::string& path) noexcept {
  struct stat facts{};
  return ::stat(path.c_str(), &facts) == 0 ? kind_of(facts.st_mode) : FileKind::missing;
}

Result<FileFacts> facts_of_file(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return refuse(errno, "stat", path);
  return FileFacts{kind_of(facts.st_mode), static_cast<std::uint64_t>(facts.st_size),
                   static_cast<double>(facts.st_mtim.tv_sec) * 1e3 + static_cast<double>(facts.st_mtim.tv_nsec) / 1e6};
}

Result<UniqueFd> open_to_read(const std::string& path) {
  UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd) return refuse(errno, "open", path);
  return fd;
}

Result<std::size_t> read_chunk(int fd, std::span<std::byte> into) {
  for (;;) {
    const ssize_t count = ::read(fd, into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return fail(Error::from_errno(errno, "read").with("syscall", "read"));
  }
}

Result<std::string> read_file(const std::string& path) {
  Result<UniqueFd> fd = open_to_read(path);
  if (!fd) return fail(std::move(fd.error()));
  struct stat facts{};
  if (::fstat(fd->get(), &facts) != 0) return refuse(errno, "fstat", path);
  if (S_ISDIR(facts.st_mode)) return refuse(EISDIR, "read", path);
  // Pipes and /proc files say size 0, so the size is a hint and the end of file is the truth.
  std::string text;
  std::size_t used = 0;
  text.resize(static_cast<std::size_t>(facts.st_size) + 4096);
  for (;;) {
    if (used > kFileBytesMax) return refuse(EFBIG, "read", path);
    if (used == text.size()) text.resize(text.size() * 2);
    Result<std::size_t> count = read_chunk(fd->get(), std::as_writable_bytes(std::span(text)).subspan(used));
    if (!count) return fail(count.error().with("path", path));
    if (*count == 0) break;
    used += *count;
  }
  text.resize(used);
  return text;
}

Result<std::string> read_source(const std::string& path) {
  Result<std::string> text = read_file(path);
  if (!text) return text;
  if (const std::size_t zero = text->find('\0'); zero != std::string::npos)
    return fail(Error(Errc::invalid_argument, "'" + path + "' is not JavaScript text: it has a zero byte at offset " +
                                                  std::to_string(zero) + ", so it is probably a binary file")
                    .with("path", path)
                    .with("offset", std::to_string(zero)));
  return text;
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  const UniqueFd fd{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
  if (!fd) return refuse(errno, "open", path);
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd.get(), bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) return refuse(errno, "write", path);
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<std::vector<std::string>> list_directory(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), &::closedir);
  if (directory == nullptr) return refuse(errno, "scandir", path);
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return refuse(errno, "scandir", path);
  return names;
}

Result<std::string> real_path(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(path.c_str(), nullptr), &std::free);
  if (resolved == nullptr) return refuse(errno, "realpath", path);
  return std::string(resolved.get());
}

void write_all(int fd, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return;
    pollfd wait{fd, POLLOUT, 0};
    if (::poll(&wait, 1, -1) < 0 && errno != EINTR) return;  // the reader decides how fast we are, as with any blocking write
  }
}

}  // namespace millrace::js
