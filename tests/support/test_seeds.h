// Seeds for model tests: the same ones in every run, or the one that MILLRACE_SEED names.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace millrace::testing {

/// `count` well-spread seeds. MILLRACE_SEED=<seed> replays that one alone.
[[nodiscard]] inline std::vector<std::uint64_t> test_seeds(std::size_t count) {
  if (const char* replay = std::getenv("MILLRACE_SEED")) return {std::stoull(replay)};
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t i = 1; i <= count; ++i) seeds.push_back(i * 0x9e37'79b9'7f4a'7c15ULL);
  return seeds;
}

}  // namespace millrace::testing
