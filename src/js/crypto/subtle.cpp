#include "js/crypto/subtle.h"

#include <algorithm>
#include <new>
#include <thread>
#include <utility>

namespace millrace::js::crypto {
namespace {

/// Keys are not longer than this: they are wiped at once. What is longer is wiped when its memory is given back.
constexpr std::uint64_t kShort = std::uint64_t{64} << 10U;

std::size_t threads(bool sandbox) {
  if (sandbox) return Subtle::kSandboxThreadsMax;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, Subtle::kThreadsMax);
}

/// The share of an operation in what all of them hold.
class Held {
 public:
  Held(std::shared_ptr<std::atomic<std::uint64_t>> all, std::uint64_t bytes) noexcept : all_(std::move(all)), bytes_(bytes) {
    all_->fetch_add(bytes_, std::memory_order_relaxed);  // a count, which orders nothing
  }
  Held(Held&& other) noexcept = default;
  Held& operator=(Held&&) = delete;
  ~Held() {
    if (all_) all_->fetch_sub(bytes_, std::memory_order_relaxed);
  }

 private:
  std::shared_ptr<std::atomic<std::uint64_t>> all_;
  std::uint64_t bytes_;
};

void carry_out(Job& job, const Bounds& bounds, const WorkerContext& context) {
  const Stop stop([](const void* asked) { return static_cast<const WorkerContext*>(asked)->cancelled(); }, &context);
  try {
    job.answer = perform(job.request, bounds, stop);
  } catch (const std::bad_alloc&) {
    job.answer = operation_error("There is not enough memory for the operation");
  }
}

}  // namespace

Subtle::Subtle(Loop& loop, bool sandbox)
    : loop_(loop),
      bounds_(sandbox ? kSandboxBounds : kBounds),
      bytes_max_(sandbox ? kSandboxBytesMax : kBytesMax),
      pool_(loop, {.threads = threads(sandbox), .queue_max = sandbox ? kSandboxWaitingMax : kWaitingMax, .name = "crypto"}) {}

Promise<void> Subtle::start(const std::shared_ptr<Job>& job) {
  std::uint64_t bytes = 0;
  for (const Bytes& input : job->request.inputs) bytes += input.size();
  const std::uint64_t held = bytes_->load(std::memory_order_relaxed);
  if (held != 0 && bytes > bytes_max_ - std::min(bytes_max_, held))
    return Promise<void>::rejected(loop_, Error(Errc::full, "crypto: the operations under way hold too much"));
  return pool_.run([job, bounds = bounds_, bytes, share = Held(bytes_, bytes)](const WorkerContext& context) {
    carry_out(*job, bounds, context);
    if (bytes <= kShort)
      for (Bytes& input : job->request.inputs) OPENSSL_cleanse(input.data(), input.size());
    job->request.keys = {};
    job->request.members.clear();
  });
}

}  // namespace millrace::js::crypto
