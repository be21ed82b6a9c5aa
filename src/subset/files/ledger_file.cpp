#include "subset/files/ledger_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

namespace millrace::subset {
namespace {

Result<std::string> read_file(int fd, std::uint64_t size, const std::string& path) {
  std::string text(size, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = ::pread(fd, text.data() + have, text.size() - have, static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(file_error("the ledger cannot be read", path));
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

/// Whether a file without a whole first line may be what a crash left of a ledger that was begun.
bool begun(std::string_view text) noexcept {
  // A file system may have its length before its content, and gives zeros for the rest.
  text = text.substr(0, text.find_last_not_of('\0') + 1);
  return text.starts_with(kLedgerBegin) || kLedgerBegin.starts_with(text);
}

}  // namespace

Error file_error(std::string_view what, const std::string& path) {
  return Error(std::error_code(errno, std::system_category()), "files: " + std::string(what)).with("path", path);
}

Result<void> write_all(FileCalls& calls, int fd, std::string_view text, std::uint64_t offset, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = calls.write_at(fd, text, offset);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(file_error("it cannot be written", path));
    text.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<void> make_durable(FileCalls& calls, int fd, const std::string& path) {
  while (calls.sync(fd) != 0)
    if (errno != EINTR) return fail(file_error("it cannot be made durable", path));
  return {};
}

Result<void> make_names_durable(FileCalls& calls, int folder, const std::string& path) {
  while (calls.sync_folder(folder) != 0)
    if (errno != EINTR) return fail(file_error("the folder cannot be made durable", path));
  return {};
}

Result<void> cut_file(FileCalls& calls, int fd, std::uint64_t size, const std::string& path) {
  while (calls.truncate(fd, size) != 0)
    if (errno != EINTR) return fail(file_error("what is not committed cannot be cut off", path));
  return {};
}

Error LedgerFile::refused(std::string_view why) const {
  return Error(Errc::invalid_argument, "files: " + std::string(why)).with("path", path_);
}

Result<LedgerFile> LedgerFile::open(int folder, const std::string& name, const std::string& path, const LedgerHeader& header,
                                    bool untouched, FileCalls& calls) {
  LedgerFile file;
  file.calls_ = &calls;
  file.path_ = path;
  const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
  int fd = ::openat(folder, name.c_str(), flags);
  if (fd < 0 && errno == ENOENT) {
    if (!untouched)
      return fail(
          file.refused("there are files already, and no ledger that says whose they are; nothing is overwritten. Give another "
                       "place, or move them away"));
    fd = ::openat(folder, name.c_str(), flags | O_CREAT | O_EXCL, 0600);
  }
  if (fd < 0) return fail(file_error("the ledger cannot be opened", path));
  file.fd_ = UniqueFd(fd);
  struct stat facts{};
  if (::flock(file.fd_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail(file_error("the ledger cannot be locked", path));
    return fail(Error(Errc::full, "files: another process writes here").with("path", path));
  }
  if (::fstat(file.fd_.get(), &facts) != 0) return fail(file_error("the ledger cannot be looked at", path));
  if (!S_ISREG(facts.st_mode)) return fail(file.refused("the ledger is no regular file"));
  if (static_cast<std::uint64_t>(facts.st_size) > kBytesMax)
    return fail(Error(Errc::full, "files: the ledger is larger than " + std::to_string(kBytesMax) + " bytes").with("path", path));
  file.end_ = static_cast<std::uint64_t>(facts.st_size);
  if (auto done = file.read_all(header, untouched); !done) return fail(std::move(done.error()));
  return file;
}

Result<void> LedgerFile::read_all(const LedgerHeader& header, bool untouched) {
  Result<std::string> text = read_file(fd_.get(), end_, path_);
  if (!text) return fail(std::move(text.error()));
  std::string_view rest = *text;
  const auto next_line = [&rest]() -> std::optional<std::string_view> {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
  };

  if (const auto version = version_of(rest); version && *version > kLedgerVersion)
    return fail(refused("the ledger is of version " + std::to_string(*version) + ", which a newer Millrace made; this one knows " +
                        std::to_string(kLedgerVersion) + ". Go on with the newer one, or give another place"));
  const std::optional<std::string_view> first = next_line();
  const std::optional<LedgerHeader> known = first ? parse_header(*first) : std::nullopt;
  if (!known) {
    if (rest.empty() || !first)
      if (untouched && begun(*text)) return begin(header);
    return fail(refused("this is no ledger of Millrace, or a damaged one. Give another place, or move it away with its files"));
  }
  if (*known != header)
    return fail(
        refused("the ledger is of another job, or of this one with other options. Give another place, or move it away with its "
                "files"));
  std::uint64_t whole = text->size() - rest.size();
  bool torn = false;
  while (const std::optional<std::string_view> line = next_line()) {
    std::optional<LedgerCommit> commit = parse_commit(*line);
    if (!commit) {
      torn = true;
      continue;
    }
    // A crash tears what was written last; whole lines behind a bad one, or a gap, are something else.
    if (torn || commit->number != number_ + 1)
      return fail(refused("lines of the ledger were changed or are missing. Give another place, or move it away with its files"));
    number_ = commit->number;
    whole = text->size() - rest.size();
    commits_.push_back(*std::move(commit));
  }
  dirty_ = whole != text->size();
  end_ = whole;
  return cut();
}

Result<void> LedgerFile::begin(const LedgerHeader& header) {
  dirty_ = end_ != 0;
  end_ = 0;
  return put(to_line(header));
}

Result<void> LedgerFile::cut() {
  if (!dirty_) return {};
  auto done = cut_file(*calls_, fd_.get(), end_, path_);
  if (done) done = make_durable(*calls_, fd_.get(), path_);
  if (done) dirty_ = false;
  return done;
}

Result<void> LedgerFile::put(std::string_view line) {
  if (auto done = cut(); !done) return done;
  if (end_ + line.size() > kBytesMax)
    return fail(
        Error(Errc::full, "files: the ledger would be larger than " + std::to_string(kBytesMax) + " bytes").with("path", path_));
  dirty_ = true;
  auto done = write_all(*calls_, fd_.get(), line, end_, path_);
  if (done) done = make_durable(*calls_, fd_.get(), path_);
  if (!done) {
    static_cast<void>(cut());  // what it says is told by the next call
    return done;
  }
  dirty_ = false;
  end_ += line.size();
  return {};
}

Result<void> LedgerFile::append(LedgerCommit commit) {
  commit.number = number_ + 1;
  auto done = put(to_line(commit));
  if (done) ++number_;
  return done;
}

}  // namespace millrace::subset
