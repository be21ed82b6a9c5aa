// A soak: everything at once, for as long as asked, with checks that only time can fail. Not part of the tests; `./dev soak SECONDS`.
//
// Each round makes a loop with a random poller and policy, lets producers post through the shared door, lanes and the internal door,
// arms and cancels timers, watches pipes from both sides, and ends it in a random way. After each: accepted = executed + rejected, no
// descriptor left, and at the end of the soak no growth of memory beyond its first minute.
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <millrace/loop.h>

#include "base/unique_fd.h"
#include "support/descriptors.h"

namespace {
using namespace millrace;
using namespace std::chrono_literals;
using millrace::testing::open_descriptors;
using SteadyTime = std::chrono::steady_clock;

[[noreturn]] void fail_round(std::uint64_t seed, const std::string& what) {
  std::fprintf(stderr, "soak: seed %llu: %s\n", static_cast<unsigned long long>(seed), what.c_str());
  std::exit(1);
}

std::size_t resident_kib() {
  std::ifstream statm{"/proc/self/statm"};
  std::size_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

/// What becomes of the posted tasks: each runs, or is destroyed without having run.
struct Fates {
  std::atomic<std::uint64_t> ran{0}, destroyed{0};
};
class Posted {
 public:
  explicit Posted(Fates& fates) noexcept : fates_(&fates) {}
  Posted(Posted&& other) noexcept : fates_(std::exchange(other.fates_, nullptr)) {}
  Posted& operator=(Posted&&) = delete;
  ~Posted() {
    if (fates_ != nullptr) fates_->destroyed.fetch_add(1, std::memory_order_relaxed);
  }
  void operator()() { std::exchange(fates_, nullptr)->ran.fetch_add(1, std::memory_order_relaxed); }

 private:
  Fates* fates_;
};

struct Totals {
  std::uint64_t rounds = 0, tasks = 0, rejected = 0, timers = 0, readiness = 0, sleeps = 0;
};

LoopOptions random_options(std::mt19937_64& random, std::unique_ptr<Poller>& poller) {
  LoopOptions options;
  constexpr PollerKind kKinds[] = {PollerKind::automatic, PollerKind::epoll, PollerKind::poll, PollerKind::io_uring};
  if (random() % 2 == 0) {
    Result<PollerChoice> choice = choose_poller(kKinds[random() % 4]);
    if (choice) poller = std::move(choice->poller);
    options.poller = poller.get();
  }
  options.limits.ingress_max = 1 + random() % 5'000;
  options.batch.tasks_max = 1 + random() % 500;
  options.batch.time_max = Duration(random() % 2'000'000);
  if (random() % 3 == 0) options.sleep.spin_max = 50us;
  if (random() % 3 == 0) options.sleep.timer_lead_max = 200us;
  if (random() % 4 == 0) options.sleep.fast_path = FastPath::disabled;
  return options;
}

void run_round(std::uint64_t seed, Totals& totals) {
  std::mt19937_64 random{seed};
  std::unique_ptr<Poller> poller;
  std::atomic<std::uint64_t> accepted{0}, refused{0};
  Fates fates;  // before the loop: what that destroys is counted here
  Loop loop{random_options(random, poller)};
  LivenessHold hold = loop.hold();
  std::atomic<bool> go_on{true};

  std::vector<TimerHandle> timers;
  for (int i = 0; i < 50; ++i) {
    const auto delay = Duration(random() % 20'000'000);
    timers.push_back(i % 2 == 0 ? loop.schedule(delay, [] {}).value() : loop.every(delay + 100us, [] {}).value());
    if (random() % 3 == 0) timers.back().cancel();
  }
  int ends[2];
  if (pipe(ends) != 0) fail_round(seed, "no pipe");
  const UniqueFd read_end{ends[0]}, write_end{ends[1]};
  WatchHandle watch = loop.watch(read_end.get(), Interest::readable,
                                 [&](Readiness) {
                                   char buffer[256];
                                   static_cast<void>(::read(read_end.get(), buffer, sizeof buffer));
                                 })
                          .value();

  std::vector<std::jthread> others;
  for (int producer = 0; producer < 3; ++producer)
    others.emplace_back([&, producer, own = random(), door = loop.ingress()]() mutable {
      std::mt19937_64 choice{own};
      Result<Lane> lane = door.open_lane({.capacity = std::size_t{1} << choice() % 10});
      while (go_on) {
        const auto count = [&](Admission answer) {
          (answer == Admission::accepted ? accepted : refused).fetch_add(1, std::memory_order_relaxed);
        };
        switch (choice() % 5) {
          case 0: count(door.post(Posted{fates})); break;
          case 1: count(door.post_internal(Posted{fates})); break;
          case 2:
            if (lane) count(lane->post(Posted{fates}));
            break;
          case 3: {
            std::vector<Task> batch(choice() % 40);
            for (Task& one : batch) one = Task{Posted{fates}};
            const BatchAdmission answer = choice() % 2 == 0 || !lane ? door.post_batch(batch) : lane->post_batch(batch);
            accepted.fetch_add(answer.accepted, std::memory_order_relaxed);
            refused.fetch_add(batch.size() - answer.accepted, std::memory_order_relaxed);
            break;
          }
          default:
            if (producer == 0) static_cast<void>(::write(write_end.get(), "x", 1));
            std::this_thread::sleep_for(std::chrono::microseconds(choice() % 200));
        }
      }
    });
  others.emplace_back([&, own = random()] {
    std::mt19937_64 choice{own};
    while (go_on) {
      // On a loop that ends meanwhile it is refused, which is an answer as well.
      const Result<RemoteWatch> remote = loop.watch_remotely(read_end.get(), Interest::readable, [](Readiness) {}, 10ms);
      std::this_thread::sleep_for(std::chrono::microseconds(choice() % 500));
    }
  });
  others.emplace_back([&, own = random()] {
    std::mt19937_64 choice{own};
    std::this_thread::sleep_for(std::chrono::microseconds(choice() % 30'000));
    switch (choice() % 4) {
      case 0: loop.close(); break;
      case 1: loop.shutdown(Duration(choice() % 5'000'000)); break;
      case 2: loop.stop(); break;
      default:
        loop.shutdown(1s);
        loop.shutdown(1ms);
        loop.stop();
        loop.close();
    }
  });

  RunOutcome outcome = loop.run();
  if (outcome.reason() == RunOutcome::Reason::stopped) {
    const Instant before = loop.now();
    static_cast<void>(loop.run_for(2ms));
    if (loop.now() < before) fail_round(seed, "the clock went back");
  }
  if (outcome.error()) fail_round(seed, "run() failed: " + outcome.error()->to_string());
  go_on = false;
  others.clear();
  watch.close();
  timers.clear();
  hold.release();
  loop.close();
  if (!loop.wait_closed(10s)) fail_round(seed, "not closed after 10 s");
  const LoopFigures figures = loop.figures();
  // The loop's own counts include what watch_remotely() posted.
  if (figures.ingress_accepted != figures.ingress_tasks + figures.rejected)
    fail_round(seed, "the loop accepted " + std::to_string(figures.ingress_accepted) + ", ran " +
                         std::to_string(figures.ingress_tasks) + " and rejected " + std::to_string(figures.rejected));
  if (fates.ran + fates.destroyed != accepted + refused || fates.destroyed < refused)
    fail_round(seed, "accepted " + std::to_string(accepted) + ", refused " + std::to_string(refused) + "; ran " +
                         std::to_string(fates.ran) + ", destroyed unrun " + std::to_string(fates.destroyed));
  ++totals.rounds;
  totals.tasks += figures.ingress_tasks;
  totals.rejected += figures.rejected;
  totals.timers += figures.timers_fired;
  totals.readiness += figures.readiness_callbacks;
  totals.sleeps += figures.sleeps;
}

}  // namespace

int main(int argc, char** argv) {
  const long seconds = argc > 1 ? std::atol(argv[1]) : 600;
  std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const bool one_round = argc > 2;
  const auto begin = SteadyTime::now();
  Totals totals;
  run_round(seed, totals);  // what the process keeps for good is there now
  if (one_round) return 0;
  const std::size_t descriptors = open_descriptors();
  std::size_t memory_at_first = 0;
  auto next_report = begin + 10s;
  while (SteadyTime::now() - begin < std::chrono::seconds(seconds)) {
    run_round(++seed, totals);
    if (const std::size_t now = open_descriptors(); now != descriptors)
      fail_round(seed, std::to_string(descriptors) + " descriptors were open, now " + std::to_string(now));
    if (SteadyTime::now() < next_report) continue;
    next_report += 10s;
    if (memory_at_first == 0) memory_at_first = resident_kib();
    std::printf("%5lld s: %llu rounds, %llu tasks, %llu rejected, %llu timers, %llu readiness, %llu sleeps, %zu KiB resident\n",
                static_cast<long long>(std::chrono::duration_cast<std::chrono::seconds>(SteadyTime::now() - begin).count()),
                static_cast<unsigned long long>(totals.rounds), static_cast<unsigned long long>(totals.tasks),
                static_cast<unsigned long long>(totals.rejected), static_cast<unsigned long long>(totals.timers),
                static_cast<unsigned long long>(totals.readiness), static_cast<unsigned long long>(totals.sleeps), resident_kib());
    std::fflush(stdout);
  }
  const std::size_t memory = resident_kib();
  if (memory_at_first != 0 && memory > memory_at_first + memory_at_first / 2 + 8'192)
    fail_round(seed, "memory grew from " + std::to_string(memory_at_first) + " to " + std::to_string(memory) + " KiB");
  std::printf("soak: %llu rounds without a defect\n", static_cast<unsigned long long>(totals.rounds));
  return 0;
}
