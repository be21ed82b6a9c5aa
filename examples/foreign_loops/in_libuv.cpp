// A Millrace loop inside a libuv loop: libuv waits for both, and runs the guest when its descriptor is readable or its time has come.
#include <uv.h>

#include <array>

#include "work.h"

namespace {

class Guest {
 public:
  Guest(millrace::Loop& loop, uv_loop_t* host) : loop_(loop) {
    uv_prepare_init(host, &prepare_);
    uv_poll_init(host, &poll_, loop.fd().value());
    uv_timer_init(host, &timer_);
    for (uv_handle_t* handle : handles()) handle->data = this;
    // Before each wait of the host, whatever was scheduled in the guest meanwhile and by whom: how long may it be?
    uv_prepare_start(&prepare_, [](uv_prepare_t* handle) { static_cast<Guest*>(handle->data)->before_wait(); });
    uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* handle, int, int) { static_cast<Guest*>(handle->data)->run(); });
  }
  void stop() {
    for (uv_handle_t* handle : handles()) uv_close(handle, nullptr);
  }

 private:
  std::array<uv_handle_t*, 3> handles() {
    return {reinterpret_cast<uv_handle_t*>(&prepare_), reinterpret_cast<uv_handle_t*>(&poll_),
            reinterpret_cast<uv_handle_t*>(&timer_)};
  }
  void before_wait() {
    const std::optional<millrace::Duration> wait = loop_.timeout();
    if (!wait) return static_cast<void>(uv_timer_stop(&timer_));
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(*wait).count();
    uv_timer_start(
        &timer_, [](uv_timer_t* handle) { static_cast<Guest*>(handle->data)->run(); }, static_cast<std::uint64_t>(ms), 0);
  }
  void run() {
    if (!loop_.run_once().value_or(false)) stop();  // nothing keeps the guest alive, or it failed
  }

  millrace::Loop& loop_;
  uv_prepare_t prepare_;
  uv_poll_t poll_;
  uv_timer_t timer_;
};

}  // namespace

int main() {
  uv_loop_t host;
  uv_loop_init(&host);
  {
    millrace::Loop loop;
    Guest guest{loop, &host};
    Work work{loop};
    uv_timer_t own;
    uv_timer_init(&host, &own);
    uv_timer_start(
        &own,
        [](uv_timer_t* handle) {
          std::puts("host: its own timer");
          uv_close(reinterpret_cast<uv_handle_t*>(handle), nullptr);
        },
        5, 0);
    uv_run(&host, UV_RUN_DEFAULT);
    std::puts(work.done() ? "both are done" : "the guest is not done");
  }
  return uv_loop_close(&host);
}
