// What the log programs of bench/observe share: the record that everybody writes, and where to.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "common/passes.h"
#include "core/program.h"

namespace millrace::bench {

constexpr std::size_t kRecords = 100'000;    ///< of a pass
constexpr std::size_t kCalls = 100'000'000;  ///< of a pass, at a level that is off

/// The five values of each record, which a compiler cannot know.
struct LogValues {
  std::string peer = "192.168.100.17:54321";
  std::string route = "/api/v2/orders/list";
  std::uint64_t bytes = 18'734;
  int fd = 42;
  double ratio = 0.875;
};
/// Hides where the values come from.
template <typename T>
void forget(T& value) {
  asm volatile("" : "+m"(value));
}

/// A file beside the program, on whatever disk that is; gone at the end.
class LogFile {
 public:
  LogFile() : path_(std::filesystem::read_symlink("/proc/self/exe").string() + ".log") {}
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile() { ::unlink(path_.c_str()); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace millrace::bench
