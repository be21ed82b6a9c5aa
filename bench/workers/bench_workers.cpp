// Question: what does a call on an idle worker cost, from the loop to the worker and back into a callback on the loop, beside libuv's
// uv_queue_work()? One thread each, one job at a time, both in this process and in turn, so that drift hits both alike. Then the same with 64 jobs
// under way, where wakes are shared.
#include <uv.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <millrace/worker_pool.h>

namespace millrace::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// Nanoseconds for each of `total` jobs, `width` of which are under way at once.
class Ours {
 public:
  double run(int total, int width) {
    left_ = total;
    done_ = 0;
    const auto begin = Clock::now();
    for (int i = 0; i < width; ++i) submit();
    loop_.run();
    if (done_ != total) std::abort();
    return std::chrono::duration<double, std::nano>(Clock::now() - begin).count() / total;
  }

 private:
  void submit() {
    if (left_-- <= 0) return;
    pool_.run([] { return 1; }).then([this](int one) {
      done_ += one;
      submit();
    });
  }
  Loop loop_;
  WorkerPool pool_{loop_, {.threads = 1}};
  int left_ = 0;
  int done_ = 0;
};

class Uv {
 public:
  Uv() { uv_loop_init(&loop_); }
  Uv(const Uv&) = delete;
  Uv& operator=(const Uv&) = delete;
  ~Uv() { uv_loop_close(&loop_); }
  double run(int total, int width) {
    left_ = total;
    done_ = 0;
    std::vector<Job> jobs(static_cast<std::size_t>(width));
    const auto begin = Clock::now();
    for (Job& job : jobs) {
      job.owner = this;
      job.work.data = &job;
      submit(job);
    }
    uv_run(&loop_, UV_RUN_DEFAULT);
    if (done_ != total) std::abort();
    return std::chrono::duration<double, std::nano>(Clock::now() - begin).count() / total;
  }

 private:
  struct Job {
    uv_work_t work;
    Uv* owner;
    int result;
  };
  void submit(Job& job) {
    if (left_-- <= 0) return;
    uv_queue_work(
        &loop_, &job.work, [](uv_work_t* work) { static_cast<Job*>(work->data)->result = 1; },
        [](uv_work_t* work, int) {
          Job& done = *static_cast<Job*>(work->data);
          done.owner->done_ += done.result;
          done.owner->submit(done);
        });
  }
  uv_loop_t loop_;
  int left_ = 0;
  int done_ = 0;
};

void compare(const char* name, int total, int width, int runs) {
  Ours ours;
  Uv uv;
  ours.run(total / 10, width);
  uv.run(total / 10, width);
  std::vector<double> mine, theirs;
  for (int i = 0; i < runs; ++i) {
    mine.push_back(ours.run(total, width));
    theirs.push_back(uv.run(total, width));
  }
  std::ranges::sort(mine);
  std::ranges::sort(theirs);
  const auto print = [&](const char* who, const std::vector<double>& of) {
    std::printf("%-14s %-9s %8.0f ns a job  (%.0f to %.0f)\n", name, who, of[of.size() / 2], of.front(), of.back());
  };
  print("millrace", mine);
  print("libuv", theirs);
}

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  setenv("UV_THREADPOOL_SIZE", "1", 1);  // NOLINT(concurrency-mt-unsafe): before any thread
  const int runs = argc > 1 ? std::atoi(argv[1]) : 11;
  millrace::bench::compare("one at a time", 20'000, 1, runs);
  millrace::bench::compare("64 at a time", 200'000, 64, runs);
}
