#include <millrace/js/sandbox.h>

namespace millrace::js {

SandboxPolicy SandboxPolicy::strict() {
  using namespace std::chrono_literals;
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
  SandboxPolicy policy;
  policy.evaluation = policy.callback = policy.checkpoint = {.wall = 1s, .cpu = 1s};
  policy.heap_bytes = 128 * kMiB;
  policy.output_bytes = kMiB;
  policy.after_limit = AfterLimit::end;
  policy.timers = policy.tasks = 10'000;
  policy.string_length = 16 * kMiB;
  policy.array_length = 4 * kMiB;
  policy.buffer_bytes = 64 * kMiB;
  return policy;
}

}  // namespace millrace::js
