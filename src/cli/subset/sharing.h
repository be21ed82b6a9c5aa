// What `millrace subset copy` is told about other workers.
#pragma once

#include <string>

#include <millrace/loop.h>
#include <millrace/promise.h>
#include <millrace/subset/copy.h>

namespace CLI {
class App;
}

namespace millrace::cli {

struct SharingFlags {
  std::string worker{};  ///< empty: this machine's name and the process's number
  std::string lease{};   ///< empty: the library's
};

void add_sharing_flags(CLI::App& app, SharingFlags& flags);
/// Errors    Errc::invalid_argument: a time that is none, flags without a coordinator. Errc::unsupported: a build without PostgreSQL.
[[nodiscard]] Result<void> check(const SharingFlags& flags, const subset::Job& job);
/// As one of several workers where the job has a coordinator, else alone.
[[nodiscard]] Promise<subset::Report> copy(Loop& loop, subset::CopyOptions options, const SharingFlags& flags);

}  // namespace millrace::cli
