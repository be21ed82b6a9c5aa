#include <millrace/simulation.h>

#include <sys/stat.h>
#include <unistd.h>
#if defined(__linux__)
#include <linux/kcmp.h>
#include <sys/syscall.h>
#endif

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <utility>

#include "base/scoped_flag.h"
#include "loop/core.h"

namespace millrace {

/// Clock, poller and scheduler in one: they share the seed, the trace and the producers.
class Simulation::World final : private Clock, private Poller {
 public:
  World(std::uint64_t seed, SimulationOptions options)
      : seed_(seed), options_(std::move(options)), random_(seed), waker_(std::make_shared<Signal>(*this)) {
    options_.loop.clock = this;
    options_.loop.poller = this;
    loop_ = std::make_unique<Loop>(options_.loop);
  }
  ~World() override {
    hold_.release();
    loop_.reset();
    waker_->detach();
  }

  void add_producer(std::string name, std::function<bool()> step) {
    producers_.push_back({std::move(name), std::move(step)});
    hold_ = loop_->hold();
  }
  void script(Instant at, int fd, Readiness ready) { events_.emplace(at, Scripted{fd, ready}); }

  void clear(int fd) {
    std::erase_if(events_, [&](const auto& event) { return event.first <= time_.now() && same_file(event.second.fd, fd); });
  }

  RunOutcome run() {
    release_when_done();
    RunOutcome outcome = loop_->run();
    if (std::optional<Error> thrown = std::exchange(thrown_, std::nullopt)) return RunOutcome(*std::move(thrown));
    return outcome;
  }

  std::uint64_t random() noexcept { return random_(); }

  const std::uint64_t seed_;
  ManualClock time_;
  std::unique_ptr<Loop> loop_;
  std::vector<std::string> trace_;

 private:
  struct Producer {
    std::string name;
    std::function<bool()> step;
    bool done = false;
  };
  struct Registration {
    int fd;
    Interest interest;
  };
  struct Scripted {
    int fd;
    Readiness ready;
  };

  /// A wake-up: on its way once wake() was called, there when it was delivered.
  class Signal final : public Waker {
   public:
    explicit Signal(World& world) noexcept : world_(&world) {}
    [[nodiscard]] bool wake() noexcept override {
      if (world_ == nullptr) return true;  // the loop is gone, as a late wake of a real one finds
      ++on_its_way;
      if (world_->chance(2)) world_->deliver_signal();
      return true;
    }
    void detach() noexcept { world_ = nullptr; }
    int on_its_way = 0;
    bool there = false;

   private:
    World* world_;
  };

  bool chance(std::uint64_t one_in) noexcept { return random_() % one_in == 0; }
  void note(std::string line) {
    if (trace_.size() >= options_.trace_max)
      trace_.erase(trace_.begin(), trace_.begin() + static_cast<std::ptrdiff_t>(trace_.size() / 2));
    trace_.push_back(std::to_string(time_.now().time_since_epoch().count()) + " ns: " + std::move(line));
  }

  void deliver_signal() noexcept {
    --waker_->on_its_way;
    waker_->there = true;
    note("the signal arrives");
  }

  [[nodiscard]] std::size_t producers_left() const noexcept {
    return static_cast<std::size_t>(std::count_if(producers_.begin(), producers_.end(), [](const Producer& p) { return !p.done; }));
  }
  void release_when_done() noexcept {
    if (producers_left() == 0) hold_.release();
  }
  /// One step of one producer that has any left.
  void step_producer(std::size_t choice) noexcept {
    for (Producer& producer : producers_) {
      if (producer.done || choice-- > 0) continue;
      note(producer.name + " steps");
      const ScopedFlag inside{inside_step_};  // a step must not be interrupted by another: it stands for one action
      try {
        producer.done = !producer.step();
      } catch (...) {
        producer.done = true;
        if (!thrown_)
          thrown_ = Error::from_exception(std::current_exception())
                        .wrap(Errc::uncaught_exception, "the producer threw")
                        .with("producer", producer.name)
                        .with("seed", std::to_string(seed_));
        loop_->stop();
      }
      if (producer.done && producers_left() == 0) last_step_done_ = true;
      return;
    }
  }
  /// Whatever other threads could do right now, the seed may let them do.
  void scheduling_point(const char* where) noexcept {
    // A post of the loop's own that reads the clock holds what another post would wait for: threads would wait, a step cannot.
    if (inside_step_ || (loop_ && loop_->core().door()->latched())) return;
    while (chance(3)) {
      const std::size_t left = producers_left();
      const std::size_t actions = left + (waker_->on_its_way > 0 ? 1 : 0);
      if (actions == 0) return;
      const std::size_t choice = random_() % actions;
      note(std::string("while the loop ") + where);
      if (choice < left)
        step_producer(choice);
      else
        deliver_signal();
    }
  }

  // Clock

  [[nodiscard]] Instant now() const noexcept override {
    // The clock is where the loop looks at the world most often, and a reading takes time; neither changes what the clock promises.
    auto& self = const_cast<World&>(*this);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    if (!self.inside_step_) {
      self.scheduling_point("reads its clock");
      if (options_.clock_read_max > Duration::zero())
        self.time_.advance(
            Duration{static_cast<Duration::rep>(self.random_() % static_cast<std::uint64_t>(options_.clock_read_max.count()))});
    }
    return time_.now();
  }

  // Poller

  [[nodiscard]] std::string_view name() const noexcept override { return "simulated"; }
  [[nodiscard]] Result<void> add(int fd, Interest interest, std::uint64_t token) override {
    registrations_[token] = {fd, interest};
    return {};
  }
  [[nodiscard]] Result<void> modify(int fd, Interest interest, std::uint64_t token) override {
    registrations_[token] = {fd, interest};
    return {};
  }
  [[nodiscard]] Result<void> remove(int fd) override {
    std::erase_if(registrations_, [fd](const auto& entry) { return entry.second.fd == fd; });
    return {};
  }
  [[nodiscard]] std::shared_ptr<Waker> waker() override { return waker_; }

  [[nodiscard]] std::size_t deliver(std::span<ReadyEvent> out) {
    std::size_t count = 0;
    for (auto event = events_.begin(); event != events_.end() && event->first <= time_.now() && count < out.size();) {
      const auto found = std::find_if(registrations_.begin(), registrations_.end(),
                                      [&](const auto& entry) { return same_file(entry.second.fd, event->second.fd); });
      if (found == registrations_.end()) {
        ++event;
        continue;
      }
      out[count++] = {found->first, event->second.ready};
      note("a descriptor is ready");
      ++event;  // level-triggered: it stays ready
    }
    return count;
  }
  [[nodiscard]] static bool same_file(int a, int b) noexcept;

  [[nodiscard]] Result<std::size_t> wait(std::span<ReadyEvent> out, std::optional<Duration> timeout) override {
    scheduling_point("is about to wait");
    if (options_.defect == PlantedDefect::signal_dropped_before_wait && waker_->there) {
      waker_->there = false;
      note("the signal is dropped");
    }
    scheduling_point("begins to wait");
    const bool may_block = !timeout || *timeout > Duration::zero();
    std::optional<Instant> until;
    if (timeout) until = *timeout > Instant::max() - time_.now() ? Instant::max() : time_.now() + *timeout;
    for (;;) {
      // With the last producer gone the loop may end; but this must not wake it to work that it overslept.
      if (last_step_done_ && loop_->core().door()->empty()) {
        last_step_done_ = false;
        hold_.release();
        return deliver(out);
      }
      if (std::exchange(waker_->there, false)) {
        note("the loop is woken");
        return deliver(out);
      }
      if (const std::size_t ready = deliver(out); ready > 0 || !may_block) return ready;
      if (until && time_.now() >= *until) return std::size_t{0};
      if (chance(50)) {
        note("the loop wakes for no reason");
        return std::size_t{0};
      }
      if (!let_something_happen(until))
        return fail(Error(Errc::would_block_forever, "the loop sleeps, and nothing in the program can wake it")
                        .with("seed", std::to_string(seed_)));
    }
  }
  /// The loop blocks: a producer steps, a signal arrives, or time passes to the next thing that is due. False: nothing is left.
  [[nodiscard]] bool let_something_happen(std::optional<Instant> until) {
    std::optional<Instant> next = until;
    for (const auto& event : events_)
      if (event.first > time_.now()) {
        next = next ? std::min(*next, event.first) : event.first;
        break;
      }
    const std::size_t left = producers_left();
    const std::size_t signals = waker_->on_its_way > 0 ? 1 : 0;
    const std::size_t actions = left + signals + (next ? 1 : 0);
    if (actions == 0) return false;
    const std::size_t choice = random_() % actions;
    if (choice < left) {
      // Threads are not in lockstep with the loop: time passes between their steps, but never beyond what is due.
      const Duration gap{static_cast<Duration::rep>(random_() % 100'000)};
      time_.advance_to(next ? std::min(*next, time_.now() + gap) : time_.now() + gap);
      step_producer(choice);
    } else if (choice < left + signals) {
      deliver_signal();
    } else {
      note("time passes");
      time_.advance_to(*next);
    }
    return true;
  }

  SimulationOptions options_;
  std::mt19937_64 random_;
  std::shared_ptr<Signal> waker_;
  std::vector<Producer> producers_;
  LivenessHold hold_;
  std::map<std::uint64_t, Registration> registrations_;
  std::multimap<Instant, Scripted> events_;
  bool inside_step_ = false;
  bool last_step_done_ = false;
  std::optional<Error> thrown_;
};

// The loop registers a duplicate of what the program named; both are the same open file.
bool Simulation::World::same_file(int a, int b) noexcept {
#if defined(__linux__) && defined(SYS_kcmp)
  const long order = syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, a, b);
  if (order >= 0) return order == 0;
#endif
  // Good enough for pipes and sockets; eventfds and their like all have one inode.
  struct stat x{};
  struct stat y{};
  return ::fstat(a, &x) == 0 && ::fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

Simulation::Simulation(std::uint64_t seed, SimulationOptions options) : world_(std::make_unique<World>(seed, std::move(options))) {}
Simulation::~Simulation() = default;

Loop& Simulation::loop() noexcept { return *world_->loop_; }
ManualClock& Simulation::clock() noexcept { return world_->time_; }
std::uint64_t Simulation::random() noexcept { return world_->random(); }
void Simulation::add_producer(std::string name, std::function<bool()> step) {
  world_->add_producer(std::move(name), std::move(step));
}
void Simulation::script_readiness(Instant at, int fd, Readiness ready) { world_->script(at, fd, ready); }
void Simulation::clear_readiness(int fd) { world_->clear(fd); }
RunOutcome Simulation::run() { return world_->run(); }
std::uint64_t Simulation::seed() const noexcept { return world_->seed_; }
const std::vector<std::string>& Simulation::trace() const noexcept { return world_->trace_; }

}  // namespace millrace
