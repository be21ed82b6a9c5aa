#include "cli/subset/sharing.h"

#include <unistd.h>
#include <CLI/CLI.hpp>

#include <array>
#include <charconv>
#include <utility>

#ifdef MILLRACE_SHARED
#include <millrace/subset/scale.h>
#endif

namespace millrace::cli {
namespace {

Result<Duration> parse_lease(const std::string& text) {
  struct Unit {
    std::string_view name;
    double ms;
  };
  constexpr std::array<Unit, 3> kUnits{{{"ms", 1}, {"s", 1'000}, {"min", 60'000}}};
  constexpr double kMsMax = 1e9;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const Unit& known : kUnits)
    if (error == std::errc() && unit == known.name && number >= 0 && number * known.ms < kMsMax)
      return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(number * known.ms));
  return fail(Errc::invalid_argument, "--lease " + text + " is no time: 500ms, 30s, 2min");
}

}  // namespace

void add_sharing_flags(CLI::App& app, SharingFlags& flags) {
  app.add_option("--worker", flags.worker,
                 "With --coordinator: what this worker is called (the machine's name and the process's number)")
      ->type_name("NAME");
  app.add_option("--lease", flags.lease, "With --coordinator: how long a worker may be silent before others do its work (30s)")
      ->type_name("TIME");
}

Result<void> check(const SharingFlags& flags, const subset::Job& job) {
  if (!flags.lease.empty())
    if (const Result<Duration> lease = parse_lease(flags.lease); !lease) return fail(lease.error());
  if (job.coordinator.empty() && !(flags.lease.empty() && flags.worker.empty()))
    return fail(Errc::invalid_argument, "--worker and --lease are for jobs with a --coordinator");
#ifndef MILLRACE_SHARED
  if (!job.coordinator.empty())
    return fail(Errc::unsupported, "this build has no PostgreSQL, and so no coordinator: it was made without libpq (libpq-dev)");
#endif
  return {};
}

Promise<subset::Report> copy(Loop& loop, subset::CopyOptions options, [[maybe_unused]] const SharingFlags& flags) {
#ifdef MILLRACE_SHARED
  if (!options.job.coordinator.empty()) {
    subset::SharedOptions shared{.worker = flags.worker};
    if (shared.worker.empty()) {
      std::array<char, 128> host{};
      if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
      shared.worker = std::string(host.data()) + ":" + std::to_string(::getpid());
    }
    if (!flags.lease.empty()) shared.lease = parse_lease(flags.lease).value();
    return subset::copy_shared(loop, std::move(options), std::move(shared));
  }
#endif
  return subset::copy(loop, std::move(options));
}

}  // namespace millrace::cli
