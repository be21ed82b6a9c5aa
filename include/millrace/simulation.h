// Simulation: a loop, its clock, its poller, and producers that stand for other threads, all in one thread and moved by one seed. The same
// seed gives the same program, step for step, so a failure that depends on timing can be replayed, traced and kept as a test.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <millrace/clock.h>
#include <millrace/loop.h>
#include <millrace/readiness.h>

namespace millrace {

/// A defect built into the simulated system, to show that a program's checks would find it.
enum class PlantedDefect : std::uint8_t {
  none,
  /// A wait takes back a signal that came before it and blocks all the same: the classic lost wake-up.
  signal_dropped_before_wait,
};

struct SimulationOptions {
  /// For the loop; its clock and poller are the simulation's.
  LoopOptions loop{};
  /// What one reading of the clock may cost at most; the seed chooses. Zero: time passes only while the loop waits.
  Duration clock_read_max = std::chrono::microseconds(1);
  PlantedDefect defect = PlantedDefect::none;
  /// The trace keeps the latest of its lines.
  std::size_t trace_max = 100'000;
};

/// Where the seed decides: at every reading of the clock and around every wait of the poller it may let producers take steps, deliver a
/// wake-up signal late, or wake the loop for no reason. While the loop waits it also decides when time passes. So everything that real
/// threads could do between two looks of the loop at the world happens in some seed.
/// Thread    one.
/// Limits    of what it shows: a producer's step is atomic, and memory is sequentially consistent. Sanitizers and exploration look below.
class Simulation {
 public:
  explicit Simulation(std::uint64_t seed, SimulationOptions options = {});
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;
  ~Simulation();

  [[nodiscard]] Loop& loop() noexcept;
  /// Simulated time. A task that takes time advances it.
  [[nodiscard]] ManualClock& clock() noexcept;
  /// A random number of the seed's sequence, for programs that want choices of their own to replay.
  [[nodiscard]] std::uint64_t random() noexcept;

  /// Stands for a thread: `step` is called when the seed says so, until it returns false. It may do what another thread may: use
  /// Ingress handles and lanes, stop(), shutdown(), close(). An exception that leaves it ends the run; run() returns it.
  void add_producer(std::string name, std::function<bool()> step);
  /// From `at` on `fd`, a real descriptor that a task watches, is reported ready by every wait, until clear_readiness().
  void script_readiness(Instant at, int fd, Readiness ready);
  /// What a task does that reads all there is.
  void clear_readiness(int fd);

  /// Runs the loop until nothing keeps it alive; producers that have steps left do.
  /// Errors    Errc::would_block_forever when the loop sleeps and nothing in the whole program could ever wake it: work that waits then
  ///           is a lost wake-up. The error's context has the seed.
  RunOutcome run();

  [[nodiscard]] std::uint64_t seed() const noexcept;
  /// What the seed decided, in order; equal for equal programs and seeds.
  [[nodiscard]] const std::vector<std::string>& trace() const noexcept;

 private:
  class World;
  std::unique_ptr<World> world_;
};

}  // namespace millrace
