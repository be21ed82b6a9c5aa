// Question: how long does libuv take to run something on its thread pool and to come back to the loop's thread (uv_queue_work)?
#include <uv.h>

#include "sizes.h"

namespace millrace::bench {
namespace {

/// One round trip after the other; the work itself is nothing.
struct RoundTrips {
  std::size_t left;
  uv_loop_t loop{};
  uv_work_t request{};
  std::uint64_t start_ns = 0;
  std::vector<std::uint64_t> times_ns{};

  void begin() {
    start_ns = wall_ns();
    request.data = this;
    const auto come_back = [](uv_work_t* done, int) { static_cast<RoundTrips*>(done->data)->end(); };
    uv_queue_work(&loop, &request, [](uv_work_t*) {}, come_back);
  }
  void end() {
    times_ns.push_back(wall_ns() - start_ns);
    if (--left > 0) begin();
  }
};

void measure_offload(std::size_t divisor) {
  RoundTrips round_trips{.left = kOffloads / divisor};
  uv_loop_init(&round_trips.loop);
  round_trips.begin();
  uv_run(&round_trips.loop, UV_RUN_DEFAULT);
  uv_loop_close(&round_trips.loop);
  report("offload", "p50", "us", percentile(round_trips.times_ns, 0.5) / 1000);
  report("offload", "p99", "us", percentile(round_trips.times_ns, 0.99) / 1000);
}

constexpr Workload kWorkloads[] = {{"offload", measure_offload}};

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  using namespace millrace::bench;
  const Group group{"", kWorkloads};
  return run_program({argv, static_cast<std::size_t>(argc)}, uv_version_string(), {&group, 1});
}
