#include "subset/files/file_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <system_error>

namespace millrace::subset {
namespace {

Error wrong_kind(std::string_view why, const std::string& path) {
  return Error(Errc::invalid_argument, "files: " + std::string(why)).with("path", path);
}

Result<UniqueFd> open_folder(const std::string& path, bool make, FileCalls& calls) {
  const bool made = make && ::mkdir(path.c_str(), 0700) == 0;
  if (make && !made && errno != EEXIST) return fail(file_error("the folder cannot be made", path));
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd && errno == ENOTDIR) return fail(wrong_kind("a file stands where a folder should be", path));
  if (!fd) return fail(file_error("the folder cannot be opened", path));
  if (made) {
    const std::string around = path + "/..";
    const UniqueFd parent(::open(around.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!parent) return fail(file_error("the folder around it cannot be opened", path));
    if (auto done = make_names_durable(calls, parent.get(), around); !done) return fail(std::move(done.error()));
  }
  return fd;
}

/// Whether nothing is in the folder but the ledger.
Result<bool> only_has(const std::string& ledger, const std::string& path) {
  std::error_code problem;
  std::filesystem::directory_iterator entry(path, problem);
  for (; !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem))
    if (entry->path().filename() != ledger) return false;
  if (problem) return fail(Error(problem, "files: the folder cannot be read").with("path", path));
  return true;
}

/// Whether the file is missing or empty. Errors: it is no file.
Result<bool> is_untouched(int folder, const std::string& name, const std::string& path) {
  struct stat facts{};
  if (::fstatat(folder, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return true;
    return fail(file_error("it cannot be looked at", path));
  }
  if (S_ISDIR(facts.st_mode)) return fail(wrong_kind("a folder stands where a file should be", path));
  if (!S_ISREG(facts.st_mode)) return fail(wrong_kind("it is no regular file", path));
  return facts.st_size == 0;
}

}  // namespace

Result<FileStore> FileStore::open(Place place, const LedgerHeader& header, FileCalls& calls) {
  FileStore store;
  store.calls_ = &calls;
  store.folder_path_ = place.folder;
  Result<UniqueFd> folder = open_folder(place.folder, place.make_folder, calls);
  if (!folder) return fail(std::move(folder.error()));
  store.folder_ = *std::move(folder);
  for (std::string& name : place.files) store.files_.push_back({.name = std::move(name)});
  bool untouched = true;
  if (place.whole_folder) {
    const Result<bool> empty = only_has(place.ledger, place.folder);
    if (!empty) return fail(empty.error());
    untouched = *empty;
  } else {
    for (const File& file : store.files_) {
      const Result<bool> empty = is_untouched(store.folder_.get(), file.name, store.path_of(file));
      if (!empty) return fail(empty.error());
      untouched = untouched && *empty;
    }
  }
  Result<LedgerFile> ledger =
      LedgerFile::open(store.folder_.get(), place.ledger, place.folder + "/" + place.ledger, header, untouched, calls);
  if (!ledger) return fail(std::move(ledger.error()));
  store.ledger_ = *std::move(ledger);
  // Before any other file: files whose ledger went with a power cut would be nobody's.
  if (auto done = make_names_durable(calls, store.folder_.get(), place.folder); !done) return fail(std::move(done.error()));
  return store;
}

Result<std::vector<LedgerCommit>> FileStore::recover() {
  std::vector<LedgerCommit> commits = ledger_.take_commits();
  std::map<std::string_view, File*> by_name;
  for (File& file : files_) by_name[file.name] = &file;
  for (const LedgerCommit& commit : commits) {
    for (const auto& [name, size] : commit.files) {
      const auto found = by_name.find(name);
      if (found == by_name.end())
        return fail(wrong_kind("the ledger has a file of a table that is not of this job", folder_path_ + "/" + name));
      found->second->committed = size;
      found->second->there = true;
    }
  }
  for (File& file : files_)
    if (auto done = recover_file(file); !done) return fail(std::move(done.error()));
  return commits;
}

Result<void> FileStore::recover_file(File& file) {
  struct stat facts{};
  if (::fstatat(folder_.get(), file.name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != ENOENT) return fail(file_error("it cannot be looked at", path_of(file)));
    if (!file.there) return {};
    return fail(wrong_kind("a file that the ledger has is gone. Give another place, or move the ledger away", path_of(file)));
  }
  if (!S_ISREG(facts.st_mode)) return fail(wrong_kind("it is no regular file", path_of(file)));
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  if (size < file.committed)
    return fail(wrong_kind("the file is shorter than its ledger says. Give another place, or move both away", path_of(file))
                    .with("size", std::to_string(size))
                    .with("expected", std::to_string(file.committed)));
  file.there = true;
  file.size = file.committed;
  if (size == file.committed) return {};
  if (auto done = open_file(file); !done) return done;
  return cut_file(*calls_, file.fd.get(), file.committed, path_of(file));
}

Result<void> FileStore::open_file(File& file) {
  if (file.fd) return {};
  if (open_.size() == kOpenMax)
    if (auto done = close_file(files_[open_.front()]); !done) return done;
  const int flags = O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
  file.fd = UniqueFd(::openat(folder_.get(), file.name.c_str(), file.there ? flags : flags | O_CREAT | O_EXCL, 0600));
  if (!file.fd) return fail(file_error("it cannot be opened", path_of(file)));
  if (!file.there) folder_dirty_ = file.there = true;
  open_.push_back(static_cast<std::size_t>(&file - files_.data()));
  return {};
}

Result<void> FileStore::close_file(File& file) {
  if (file.dirty)
    if (auto done = make_durable(*calls_, file.fd.get(), path_of(file)); !done) return done;
  file.dirty = false;
  file.fd.reset();
  std::erase(open_, static_cast<std::size_t>(&file - files_.data()));
  return {};
}

Result<void> FileStore::append(std::size_t at, std::string_view text) {
  File& file = files_[at];
  if (auto done = open_file(file); !done) return done;
  file.dirty = file.changed = true;
  // What a failed call has written lies behind `size`, and rollback() cuts it off.
  auto done = write_all(*calls_, file.fd.get(), text, file.size, path_of(file));
  if (done) file.size += text.size();
  return done;
}

Result<void> FileStore::touch(std::size_t at) {
  File& file = files_[at];
  if (file.there) return {};
  if (auto done = open_file(file); !done) return done;
  file.changed = true;
  return {};
}

Result<void> FileStore::commit(LedgerCommit commit) {
  for (File& file : files_) {
    if (!file.changed) continue;
    if (file.dirty)
      if (auto done = make_durable(*calls_, file.fd.get(), path_of(file)); !done) return done;
    file.dirty = false;
    commit.files.emplace_back(file.name, file.size);
  }
  if (folder_dirty_)
    if (auto done = make_names_durable(*calls_, folder_.get(), folder_path_); !done) return done;
  folder_dirty_ = false;
  if (auto done = ledger_.append(std::move(commit)); !done) return done;
  for (File& file : files_)
    if (file.changed) {
      file.committed = file.size;
      file.changed = false;
    }
  return {};
}

Result<void> FileStore::rollback() {
  if (auto done = ledger_.cut(); !done) return done;
  Result<void> all;
  for (File& file : files_) {
    if (!file.changed) continue;
    Result<void> done = open_file(file);
    if (done) done = cut_file(*calls_, file.fd.get(), file.committed, path_of(file));
    if (done) {
      file.size = file.committed;
      file.changed = file.dirty = false;
    } else if (all) {
      all = std::move(done);
    }
  }
  return all;
}

}  // namespace millrace::subset
