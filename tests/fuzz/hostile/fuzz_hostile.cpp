// Mutated hostile programs in sandboxes of this process: nothing crashes, hangs or stays broken.
//
//   fuzz_hostile CORPUS [-max_total_time=SECONDS] [-runs=N] [-seed=N] [-print] [-program=FILE]
//
// Programs run in children, so that one which brings its process down is told with its seed: `fuzz_hostile CORPUS -seed=N -runs=1` runs it again,
// -print shows it, and with -program=FILE this text takes its place, under the same policy: to make it smaller. What an engine's built-in cannot be interrupted in ends the child by the overrun guard, as a host that runs nothing else would do; it
// is counted. A program that nobody has ended after -timeout=SECONDS (30) has hung.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <fstream>
#include <new>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <millrace/js/overrun_guard.h>

#include "fuzz/hostile/host.h"
#include "fuzz/hostile/mutator.h"

namespace {

using namespace millrace;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto kGrace = 1s;                                        // a regular expression may take so long
constexpr std::uint64_t kResidentMax = std::uint64_t{1200} << 20;  // with what a sanitizer needs for itself
constexpr std::uint64_t kProgramsEach = 40;                        // of one child
constexpr int kOverran = 50, kBroken = 51;                         // exit codes of a child

struct Options {
  std::string corpus;
  std::uint64_t seed = 0;  // 0: by the clock
  std::uint64_t runs = 0;  // 0: as long as there is time
  std::uint64_t seconds = 20;
  std::uint64_t timeout_seconds = 30;
  bool print = false;
  std::string program{};  ///< a file; empty: what the seed makes
};

/// What parent and child both see.
struct Shared {
  std::atomic<std::uint64_t> seed, programs, limits, ended, overran;
};

/// Everything about a program comes from its seed, and nothing of one from that of the next.
[[nodiscard]] std::uint64_t spread(std::uint64_t seed) noexcept {
  seed = (seed ^ (seed >> 31)) * 0x9e37'79b9'7f4a'7c15ULL;
  return seed ^ (seed >> 29);
}

struct Case {
  Case(const fuzz::Corpus& corpus, std::uint64_t seed)
      : mutator(corpus, spread(seed)), program(mutator.program()), as_main(mutator.one_in(2)) {}
  fuzz::Mutator mutator;
  std::string program;
  bool as_main;
};

[[noreturn]] void run_child(const fuzz::Corpus& corpus, const std::string& instead, std::uint64_t first, std::uint64_t count,
                            Shared& shared) {
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    shared.seed = seed;
    Case one(corpus, seed);
    if (!instead.empty()) one.program = instead;
    fuzz::Host host(one.mutator);
    js::OverrunGuard::Options guard;
    guard.grace = kGrace;
    guard.resident_bytes = kResidentMax;
    guard.on_overrun = [&shared](const js::LimitReport&) {
      ++shared.overran;
      std::_Exit(kOverran);
    };
    const auto guarded = js::OverrunGuard::start(host.runtime(), std::move(guard)).value();
    const fuzz::Verdict verdict = host.run(one.program, one.as_main);
    if (verdict.problem) {
      std::fprintf(stderr, "fuzz_hostile: %s\n", verdict.problem->c_str());
      std::_Exit(kBroken);
    }
    ++shared.programs;
    shared.limits += verdict.limits;
    shared.ended += verdict.ended ? 1 : 0;
  }
  std::_Exit(0);
}

/// How a child ended: its wait status, or nothing when it hung over one program.
[[nodiscard]] std::optional<int> wait_for(pid_t child, const Shared& shared, std::chrono::seconds timeout) {
  std::uint64_t seed = 0;
  Steady::time_point since = Steady::now();
  while (true) {
    int status = 0;
    if (waitpid(child, &status, WNOHANG) == child) return status;
    if (shared.seed != seed) {
      seed = shared.seed;
      since = Steady::now();
    }
    if (Steady::now() - since > timeout) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return std::nullopt;
    }
    std::this_thread::sleep_for(2ms);
  }
}

/// What was wrong with it; empty when nothing.
[[nodiscard]] std::string problem_of(const std::optional<int>& status) {
  if (!status) return "hung";
  if (WIFSIGNALED(*status)) return "died of signal " + std::to_string(WTERMSIG(*status));
  const int code = WEXITSTATUS(*status);
  if (code == 0 || code == kOverran) return {};
  return code == kBroken ? "broke an invariant" : "ended its process with " + std::to_string(code);
}

int fuzz_until(const fuzz::Corpus& corpus, const Options& options, Shared& shared) {
  std::ostringstream text;
  if (!options.program.empty()) text << std::ifstream(options.program).rdbuf();
  const std::string instead = std::move(text).str();
  const auto until = Steady::now() + std::chrono::seconds(options.seconds);
  const std::uint64_t first = options.seed != 0 ? options.seed : static_cast<std::uint64_t>(std::time(nullptr)) * 1'000'000;
  const std::uint64_t end = options.runs != 0 ? first + options.runs : UINT64_MAX;
  for (std::uint64_t next = first; next < end && (options.runs != 0 || Steady::now() < until);) {
    const std::uint64_t count = std::min(kProgramsEach, end - next);
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child < 0) {
      std::perror("fuzz_hostile: fork");
      return 1;
    }
    if (child == 0) run_child(corpus, instead, next, count, shared);
    const std::optional<int> status = wait_for(child, shared, std::chrono::seconds(options.timeout_seconds));
    if (const std::string problem = problem_of(status); !problem.empty()) {
      const std::uint64_t seed = shared.seed;
      std::fprintf(stderr, "fuzz_hostile: the program of seed %llu %s:\n%s\n(again: fuzz_hostile %s -seed=%llu -runs=1)\n",
                   static_cast<unsigned long long>(seed), problem.c_str(), Case(corpus, seed).program.c_str(),
                   options.corpus.c_str(), static_cast<unsigned long long>(seed));
      return 1;
    }
    next = shared.seed + 1;
  }
  std::printf(
      "fuzz_hostile: %llu programs from seed %llu; %llu operations ended by a limit, %llu programs ended, %llu by the guard; all "
      "invariants hold\n",
      static_cast<unsigned long long>(shared.programs + shared.overran), static_cast<unsigned long long>(first),
      static_cast<unsigned long long>(shared.limits), static_cast<unsigned long long>(shared.ended),
      static_cast<unsigned long long>(shared.overran));
  return shared.programs > 0 ? 0 : 1;
}

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto number = [&](std::string_view name, std::uint64_t& into) {
      if (!argument.starts_with(name)) return false;
      into = std::strtoull(argv[i] + name.size(), nullptr, 10);
      return true;
    };
    if (argument.starts_with("-program=")) {
      options.program = argument.substr(std::string_view("-program=").size());
    } else if (argument == "-print") {
      options.print = true;
    } else if (!argument.starts_with('-')) {
      options.corpus = argument;
    } else if (!number("-seed=", options.seed) && !number("-runs=", options.runs) && !number("-max_total_time=", options.seconds) &&
               !number("-timeout=", options.timeout_seconds)) {
      return std::nullopt;
    }
  }
  if (options.corpus.empty()) return std::nullopt;
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Options> options = parse(argc, argv);
  if (!options) {
    std::fputs("usage: fuzz_hostile CORPUS [-max_total_time=SECONDS] [-runs=N] [-seed=N] [-print] [-program=FILE]\n", stderr);
    return 2;
  }
  try {
    const fuzz::Corpus corpus(options->corpus);
    if (options->print) {
      std::fputs(Case(corpus, options->seed).program.c_str(), stdout);
      return 0;
    }
    void* const memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      std::perror("fuzz_hostile: mmap");
      return 1;
    }
    return fuzz_until(corpus, *options, *new (memory) Shared{});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fuzz_hostile: %s\n", error.what());
    return 1;
  }
}
