// What every program of bench/core and bench/promise is: a list of workloads, one of which it runs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

namespace millrace::bench {

struct Workload {
  const char* name;
  void (*run)(std::size_t divisor);
};

/// Workloads done in one way; the way a library is used by default has no name.
struct Group {
  std::string_view variant;
  std::span<const Workload> workloads;
};

/// `list`, `version`, or the name of a workload and by how much to divide its size (1): larger is faster and less exact.
inline int run_program(std::span<char*> arguments, const char* version, std::span<const Group> groups) {
  const std::string_view what = arguments.size() > 1 ? arguments[1] : "list";
  const long divisor = arguments.size() > 2 ? std::strtol(arguments[2], nullptr, 10) : 1;
  if (what == "version") return std::puts(version) < 0 ? 1 : 0;
  for (const Group& group : groups) {
    for (const Workload& workload : group.workloads) {
      std::string name = workload.name;
      if (!group.variant.empty()) name.append("@").append(group.variant);
      if (what == "list") std::puts(name.c_str());
      if (what != name) continue;
      workload.run(static_cast<std::size_t>(std::clamp(divisor, 1L, 250L)));
      return 0;
    }
  }
  if (what == "list") return 0;
  std::fprintf(stderr, "unknown workload '%s'; `list` names them\n", arguments[1]);
  return 2;
}

}  // namespace millrace::bench
