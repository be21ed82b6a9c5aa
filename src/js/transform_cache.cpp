#include "js/transform_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <vector>

#include "base/unique_fd.h"
#include "js/builtin_sources.h"
#include "js/digest.h"
#include "js/host_files.h"

namespace millrace::js {
namespace {

constexpr std::size_t kDigestLength = 64;
constexpr std::uint64_t kEntryMax = std::uint64_t{32} << 20;
constexpr time_t kTouchAfter = 3600;  // seconds: how exact "not used for longest" is; each touch is a write to the disk

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here writes the environment
  return value == nullptr ? std::string() : value;
}

/// Ours, a directory, and written by nobody else.
bool is_private_directory(const std::string& path) {
  struct stat facts{};
  return ::lstat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) && facts.st_uid == ::geteuid() &&
         (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

}  // namespace

std::string TransformCache::default_directory() {
  if (std::string own = from_environment("MILLRACE_CACHE"); !own.empty()) return own == "off" ? std::string() : own;
  if (const std::string base = from_environment("XDG_CACHE_HOME"); base.starts_with('/')) return base + "/millrace";
  if (const std::string home = from_environment("HOME"); home.starts_with('/')) return home + "/.cache/millrace";
  return {};
}

std::string TransformCache::key(std::string_view kind, std::string_view text) {
  return sha256({transform_digest(), kind, std::string_view("\0", 1), text});
}

bool TransformCache::refuse(std::string reason) {
  state_ = State::refused;
  reason_ = std::move(reason);
  return false;
}

bool TransformCache::open() {
  if (state_ != State::unopened) return state_ == State::usable;
  if (!options_.enabled) return refuse("switched off");
  directory_ = options_.directory.empty() ? default_directory() : options_.directory;
  if (directory_.empty()) return refuse("no directory: MILLRACE_CACHE is off, or neither XDG_CACHE_HOME nor HOME is set");
  directory_ += "/modules";
  for (std::size_t slash = 1; (slash = directory_.find('/', slash)) != std::string::npos; ++slash)
    ::mkdir(directory_.substr(0, slash).c_str(), 0700);  // what is there stays; what fails shows below
  if (::mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST)
    return refuse("'" + directory_ + "' cannot be made: " + std::strerror(errno));
  if (!is_private_directory(directory_))
    return refuse("'" + directory_ + "' is not a directory of this user that nobody else can write to");
  state_ = State::usable;
  return true;
}

std::optional<std::string> TransformCache::find(const std::string& key) {
  if (!open()) return std::nullopt;
  const std::string path = directory_ + "/" + key;
  const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  if (!fd) return std::nullopt;
  struct stat facts{};
  if (::fstat(fd.get(), &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_uid != ::geteuid() ||
      (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0 || static_cast<std::uint64_t>(facts.st_size) > kEntryMax)
    return std::nullopt;
  std::string entry(static_cast<std::size_t>(facts.st_size), '\0');
  std::size_t used = 0;
  while (used < entry.size()) {
    const Result<std::size_t> count = read_chunk(fd.get(), std::as_writable_bytes(std::span(entry)).subspan(used));
    if (!count || *count == 0) return std::nullopt;
    used += *count;
  }
  if (entry.size() < kDigestLength) return std::nullopt;
  std::string value = entry.substr(kDigestLength);
  // The key is part of what is signed: an entry under another's name is noticed, too.
  if (sha256({key, value}) != std::string_view(entry).substr(0, kDigestLength)) {
    ::unlink(path.c_str());
    return std::nullopt;
  }
  if (::time(nullptr) - facts.st_mtime > kTouchAfter) ::futimens(fd.get(), nullptr);
  return value;
}

void TransformCache::store(const std::string& key, std::string_view value) {
  if (!open() || value.size() + kDigestLength > std::min(kEntryMax, options_.bytes_max)) return;
  // A file of our own first, then one step that puts it in place: a reader sees all of it or nothing.
  const std::string fresh = directory_ + "/." + key + "." + std::to_string(::getpid()) + "." + std::to_string(++written_);
  bool complete = false;
  {
    const UniqueFd fd{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!fd) return;
    const std::string entry = sha256({key, value}).append(value);
    std::size_t written = 0;
    while (written < entry.size()) {
      const ssize_t count = ::write(fd.get(), entry.data() + written, entry.size() - written);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      written += static_cast<std::size_t>(count);
    }
    complete = written == entry.size();
  }
  if (!complete || ::rename(fresh.c_str(), (directory_ + "/" + key).c_str()) != 0) {
    ::unlink(fresh.c_str());
    return;
  }
  bytes_ += value.size() + kDigestLength;
  // Counting looks at every entry, which takes milliseconds: every 64th time, and now and then for processes that store few. Keys are as
  // good as random, so one digit of 32 decides.
  const bool due =
      written_ % 64 == 0 || (!counted_ && key.starts_with('0') && key[1] < '8') || (counted_ && bytes_ > options_.bytes_max);
  if (due) evict();
}

void TransformCache::evict() {
  struct Entry {
    std::string path;
    std::uint64_t size;
    time_t used;
  };
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(directory_.c_str()), &::closedir);
  if (directory == nullptr) return;
  std::vector<Entry> entries;
  bytes_ = 0;
  while (const dirent* found = ::readdir(directory.get())) {
    const std::string name = found->d_name;
    struct stat facts{};
    const std::string path = directory_ + "/" + name;
    if (name == "." || name == ".." || ::lstat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) continue;
    // What an interrupted process left behind; nobody takes that long to write one.
    const bool left_over = name.starts_with('.') && ::time(nullptr) - facts.st_mtime > kTouchAfter;
    if (left_over) {
      ::unlink(path.c_str());
    } else if (name.size() == kDigestLength) {
      bytes_ += static_cast<std::uint64_t>(facts.st_size);
      entries.push_back({path, static_cast<std::uint64_t>(facts.st_size), facts.st_mtime});
    }
  }
  counted_ = true;
  if (bytes_ <= options_.bytes_max) return;
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.used < b.used; });
  for (const Entry& entry : entries) {
    if (bytes_ <= options_.bytes_max / 4 * 3) break;  // some room, so that not every store evicts
    if (::unlink(entry.path.c_str()) == 0) bytes_ -= entry.size;
  }
}

}  // namespace millrace::js
