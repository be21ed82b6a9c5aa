#include "js/module_files.h"

#include <unistd.h>

#include <array>

namespace millrace::js {
namespace {

/// Where an open file is; empty when the system does not tell.
std::string path_of(int fd) {
  std::array<char, 4096> buffer{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = ::readlink(link.c_str(), buffer.data(), buffer.size());
  if (length <= 0 || static_cast<std::size_t>(length) == buffer.size()) return {};
  return {buffer.data(), static_cast<std::size_t>(length)};
}

}  // namespace

ModuleRoot::ModuleRoot(const std::string& directory) : directory_(directory) {
  if (Result<std::string> resolved = js::real_path(directory)) directory_ = std::move(*resolved);
  while (directory_.size() > 1 && directory_.ends_with('/')) directory_.pop_back();
}

bool ModuleRoot::contains(std::string_view path) const noexcept {
  if (unrestricted()) return true;
  return path.starts_with(directory_) && (path.size() == directory_.size() || path[directory_.size()] == '/');
}

FileKind ModuleRoot::kind_of(const std::string& path) const noexcept {
  return contains(path) ? kind_of_file(path) : FileKind::missing;
}

Result<std::optional<std::string>> ModuleRoot::real_path(const std::string& path) const {
  Result<std::string> resolved = js::real_path(path);
  if (!resolved) return fail(std::move(resolved.error()));
  if (!contains(*resolved)) return std::nullopt;
  return std::move(*resolved);
}

Result<std::optional<std::string>> ModuleRoot::read(const std::string& path) const {
  if (!unrestricted()) {
    // The file that is judged is the one that is read: its name may mean another by then.
    const Result<UniqueFd> fd = open_to_read(path);
    if (!fd) return fail(fd.error());
    const std::string opened = path_of(fd->get());
    if (opened.empty() || !contains(opened)) return std::nullopt;
    Result<std::string> text = read_source("/proc/self/fd/" + std::to_string(fd->get()));
    if (!text) return fail(text.error().with("path", path));
    return std::move(*text);
  }
  Result<std::string> text = read_source(path);
  if (!text) return fail(std::move(text.error()));
  return std::move(*text);
}

}  // namespace millrace::js
