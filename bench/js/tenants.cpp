// Question: what does it cost to keep many programs that nobody trusts in one process, each in a runtime with a policy, and does each get its share?
//
//   runtime_create, runtime_create@unlimited   a runtime beside others, with SandboxPolicy::strict() or without a policy: median time, and what each adds to
//                                              the process's own memory (Pss)
//   fair_share                                 1,000 tenants that always have work, on one thread: how far from its share the one is that is farthest
//   fair_share_second                          20 of them, a second each, so that what interrupts them now and then counts less
//   fair_share_weighted                        the same with weights of 1 to 4
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <millrace/fair_share.h>
#include <millrace/js/runtime.h>
#include <millrace/version.h>

#include "core/common.h"
#include "core/program.h"

namespace millrace::bench {
namespace {

constexpr std::size_t kRuntimes = 50;
constexpr std::size_t kTenants = 1'000;
constexpr Duration kWarmUp = std::chrono::milliseconds(4);
constexpr Duration kShare = std::chrono::milliseconds(16);  // of the processor, for each tenant of weight 1
constexpr std::size_t kFewTenants = 20;

/// What this process has of the machine's memory, its part of what is shared included.
double own_memory_mib() {
  std::ifstream rollup("/proc/self/smaps_rollup");
  for (std::string line; std::getline(rollup, line);)
    if (line.starts_with("Pss:")) return std::strtod(line.c_str() + 4, nullptr) / 1024;
  std::fprintf(stderr, "/proc/self/smaps_rollup has no Pss\n");
  std::exit(1);
}

struct Tenant {
  explicit Tenant(bool sandboxed) {
    js::RuntimeOptions options;
    if (sandboxed) options.sandbox = js::SandboxPolicy::strict();
    runtime = js::Runtime::create(loop, std::move(options)).value();
  }
  Loop loop;
  std::unique_ptr<js::Runtime> runtime;
  FairShare::Member member{};
};

template <bool sandboxed>
void runtime_create(std::size_t divisor) {
  js::prepare_for_sandboxes().value();
  std::vector<std::unique_ptr<Tenant>> tenants;
  tenants.push_back(std::make_unique<Tenant>(sandboxed));  // the first brings the engine with it
  const std::size_t count = std::max<std::size_t>(kRuntimes / divisor, 5);
  std::vector<std::uint64_t> times_ns;
  const double before = own_memory_mib();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t start = thread_cpu_ns();
    tenants.push_back(std::make_unique<Tenant>(sandboxed));
    times_ns.push_back(thread_cpu_ns() - start);
  }
  const double after = own_memory_mib();
  const char* const workload = "runtime_create";
  report(workload, "time", "ms", percentile(times_ns, 0.5) / 1e6);
  report(workload, "memory", "MB", (after - before) / static_cast<double>(count) * 1.048576);
}

/// Every loop has a few descriptors, and 1,000 of them more than a process usually may.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// Each tenant computes for about a tenth of a millisecond at a time, and has always more to do.
void share(const char* workload, std::size_t tenants_wanted, Duration each, std::uint32_t weights, std::size_t divisor) {
  js::prepare_for_sandboxes({.idle_collections = false}).value();
  raise_descriptor_limit();
  Loop host;
  FairShare group(host);
  std::vector<std::unique_ptr<Tenant>> tenants;
  std::vector<std::uint32_t> weight;
  double all_weights = 0;
  const std::size_t count = std::max<std::size_t>(tenants_wanted / divisor, 10);
  for (std::size_t i = 0; i < count; ++i) {
    Tenant& tenant = *tenants.emplace_back(std::make_unique<Tenant>(true));
    weight.push_back(1 + static_cast<std::uint32_t>(i) % weights);
    all_weights += weight.back();
    tenant.runtime
        ->evaluate(
            "function work() { let sum = 0; for (let i = 0; i < 20000; i++) sum += i; setImmediate(work); return sum; } "
            "setImmediate(work);")
        .value();
    tenant.member = group.add(tenant.loop, weight.back()).value();
  }
  const auto run_for = [&](Duration of_each) {
    const std::uint64_t start = thread_cpu_ns();
    const auto enough = static_cast<std::uint64_t>(static_cast<double>(of_each.count()) * all_weights);
    host.run_until([&] { return thread_cpu_ns() - start >= enough; }, std::chrono::seconds(80));
    return thread_cpu_ns() - start;
  };
  // Compilers and the collections that follow a start come first: the engine does these of all runtimes of a thread together, in the turn of one.
  run_for(kWarmUp);
  std::vector<Duration> before;
  for (const auto& tenant : tenants) before.push_back(tenant->member.usage().used);
  const std::uint64_t ran = run_for(each);
  const auto used_by = [&](std::size_t i) { return static_cast<double>((tenants[i]->member.usage().used - before[i]).count()); };
  double used = 0;
  for (std::size_t i = 0; i < count; ++i) used += used_by(i);
  std::vector<double> away;
  for (std::size_t i = 0; i < count; ++i) {
    const double fair = used * weight[i] / all_weights;
    away.push_back(std::abs(used_by(i) - fair) / fair * 100);
  }
  std::ranges::sort(away);
  report(workload, "farthest", "%", away.back());
  report(workload, "p99", "%", away[count * 99 / 100]);
  report(workload, "overhead", "%", (static_cast<double>(ran) / used - 1) * 100);
}

constexpr Workload kOurs[] = {
    {"runtime_create", runtime_create<true>},
    {"fair_share", [](std::size_t divisor) { share("fair_share", kTenants, kShare, 1, divisor); }},
    {"fair_share_second",
     [](std::size_t divisor) { share("fair_share_second", kFewTenants, std::chrono::seconds(1), 1, divisor); }},
    {"fair_share_weighted", [](std::size_t divisor) { share("fair_share_weighted", kTenants, kShare, 4, divisor); }},
};
constexpr Workload kUnlimited[] = {{"runtime_create", runtime_create<false>}};

}  // namespace
}  // namespace millrace::bench

int main(int count, char** values) {
  using namespace millrace::bench;
  const std::span arguments(values, static_cast<std::size_t>(count));
  const Group groups[] = {{"", kOurs}, {"unlimited", kUnlimited}};
  return run_program(arguments, std::string(millrace::kVersion).c_str(), groups);
}
