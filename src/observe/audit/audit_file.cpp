#include "observe/audit/audit_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

namespace millrace::observe::detail {
namespace {

/// How much of the end is proven before anything is put behind it: the longest line, and more of usual ones.
constexpr std::uint64_t kProvenBytes = kLineBytesMax + (std::uint64_t{1} << 16);

Error system_error(std::string_view what, const std::string& path = {}) {
  Error error(std::error_code(errno, std::system_category()), "audit log: " + std::string(what));
  return path.empty() ? error : error.with("path", path);
}

Error not_ours(const std::string& path, std::string_view why) {
  return Error(Errc::invalid_argument,
               "audit log: " + std::string(why) + ". 'millrace audit verify' says more; keep the file, and write to another one")
      .with("path", path);
}

Result<void> make_entry_durable(const std::string& path) {
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return fail(system_error("its directory cannot be made durable", path));
  return {};
}

Result<std::string> read_from(int fd, std::uint64_t offset, std::uint64_t size) {
  std::string text(size, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = ::pread(fd, text.data() + have, text.size() - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_error("it cannot be read"));
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

/// Whether a file that has no line yet holds what a crash may leave of its first one, and not something of somebody else's.
bool begins_a_log(std::string_view text) noexcept {
  constexpr std::string_view kFirst = R"({"seq":1,)";
  const bool zeros = std::ranges::all_of(text, [](char c) { return c == '\0'; });
  return zeros || text.starts_with(kFirst) || kFirst.starts_with(text);
}

}  // namespace

Result<AuditFile> AuditFile::open(const std::string& path, const ChainHash& hash) {
  AuditFile file;
  file.fd_ = UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600));
  if (!file.fd_) return fail(system_error("it cannot be opened", path));
  struct stat facts{};
  if (::fstat(file.fd_.get(), &facts) != 0) return fail(system_error("it cannot be looked at", path));
  if (!S_ISREG(facts.st_mode)) return fail(Error(Errc::invalid_argument, "audit log: it is no regular file").with("path", path));
  if (::flock(file.fd_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail(system_error("it cannot be locked", path));
    return fail(Error(Errc::full, "audit log: somebody else writes this file; a log has one writer").with("path", path));
  }
  if (auto looked = file.look_at_end(path, hash); !looked) return fail(std::move(looked.error()));
  if (file.end_ == 0)
    if (auto made = make_entry_durable(path); !made) return fail(std::move(made.error()));
  return file;
}

Result<void> AuditFile::look_at_end(const std::string& path, const ChainHash& hash) {
  struct stat facts{};
  if (::fstat(fd_.get(), &facts) != 0) return fail(system_error("it cannot be looked at", path));  // now that it is ours
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  const std::uint64_t from = size > kProvenBytes ? size - kProvenBytes : 0;
  Result<std::string> text = read_from(fd_.get(), from, size - from);
  if (!text) return fail(std::move(text.error()));
  const std::size_t last_end = text->rfind('\n');
  const std::size_t whole = last_end == std::string::npos ? 0 : last_end + 1;
  if (whole == 0 && (from > 0 || !begins_a_log(*text))) return fail(not_ours(path, "this file is no audit log"));
  torn_ = text->substr(whole);
  end_ = from + whole;

  std::string_view rest = std::string_view(*text).substr(0, whole);
  if (from > 0) rest.remove_prefix(rest.find('\n') + 1);  // a line that began before what was read
  std::optional<ChainHead> before;
  if (from == 0) before.emplace();
  while (!rest.empty()) {
    const std::size_t line_end = rest.find('\n');
    const std::optional<ChainLine> line = parse_line(rest.substr(0, line_end));
    if (!line) return fail(not_ours(path, "the end of this file is no audit log"));
    if (hash.of(line->content) != line->hash)
      return fail(not_ours(path, "the end of this file was changed, or written with another key"));
    if (before && (line->sequence != before->sequence + 1 || line->previous != before->hash))
      return fail(not_ours(path, "lines at the end of this file are missing or misplaced"));
    before = ChainHead{line->sequence, std::string(line->hash)};
    rest.remove_prefix(line_end + 1);
  }
  if (before) head_ = *before;
  if (torn_.empty()) return {};
  return cut(end_, "its torn last line cannot be cut off");
}

Result<void> AuditFile::cut(std::uint64_t size, std::string_view why) noexcept {
  while (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0)
    if (errno != EINTR) return fail(system_error(why));
  return {};
}

Result<void> AuditFile::append(std::string_view lines) {
  if (dirty_)
    if (auto cleaned = cut(end_, "what was written of a group cannot be cut off"); !cleaned) return cleaned;
  dirty_ = true;
  Result<void> done = put(lines);
  // Pages that could not be made durable may count as clean from then on, so the group is written again from its beginning.
  if (!done) {
    dirty_ = !cut(end_, "").has_value();
    return done;
  }
  dirty_ = false;
  end_ += lines.size();
  return {};
}

Result<void> AuditFile::put(std::string_view lines) {
  while (!lines.empty()) {
    const ssize_t written = ::write(fd_.get(), lines.data(), lines.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(system_error("it cannot be written"));
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
  while (::fdatasync(fd_.get()) != 0)
    if (errno != EINTR) return fail(system_error("it cannot be made durable"));
  return {};
}

}  // namespace millrace::observe::detail
