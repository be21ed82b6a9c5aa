// What the peers of bench/subset have in common: the tables, and the figure that they print. Nothing here knows a database.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/common.h"

namespace millrace::bench {

struct SubsetTable {
  std::string name;
  std::string columns;  ///< all but the key, which is `id`
  std::size_t count;    ///< of these
  int parent;           ///< which table the first of them refers to; -1: none
  std::size_t share;    ///< rows for each of the sample's unit
};

/// Parents first. bench/subset_servers.py makes them.
inline const std::array<SubsetTable, 3> kSubsetTables{{
    {"customer", "name, email, city", 3, -1, 1},
    {"ord", "customer_id, placed, total, note", 4, 0, 3},
    {"item", "ord_id, sku, quantity, price, note", 5, 1, 6},
}};

[[noreturn]] inline void fail_with(std::string_view what, std::string_view said) {
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(what.size()), what.data(), static_cast<int>(said.size()), said.data());
  std::exit(1);
}

inline void report_rows(std::uint64_t started_ns, std::uint64_t rows) {
  report("rows", "time", "ns/row", static_cast<double>(wall_ns() - started_ns) / static_cast<double>(rows == 0 ? 1 : rows));
}

/// Row-at-a-time copies a sample: so many customers, and as many of the others as they have of each other in the whole. A row of the sample refers to one of its parents in it.
inline std::size_t sample_of(const char* argument) {
  const long customers = std::strtol(argument, nullptr, 10);
  if (customers < 1) fail_with("sample", "a number of customers is needed");
  return static_cast<std::size_t>(customers);
}

/// What a peer can do, and with which words behind its name.
struct PeerCommand {
  const char* name;
  const char* arguments;  ///< "SOURCE TARGET", for people
  int count;              ///< of these
  int (*run)(char** arguments);
};

/// The main() of a peer: `version`, or one of its commands. 2: bad usage.
template <std::size_t kCommands>
int run_peer(int argc, char** argv, const std::string& version, const std::array<PeerCommand, kCommands>& commands) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "version") return std::printf("%s\n", version.c_str()) < 0 ? 1 : 0;
  for (const PeerCommand& command : commands)
    if (what == command.name && argc == command.count + 2) return command.run(argv + 2);
  for (const PeerCommand& command : commands) std::fprintf(stderr, "%s %s | ", command.name, command.arguments);
  std::fprintf(stderr, "version\n");
  return 2;
}

}  // namespace millrace::bench
