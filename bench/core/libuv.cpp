// Question: what do posts, wake-ups, timers and echo cost with libuv, used as well as its manual allows?
// Posts go through a queue of ours and uv_async_send when it was empty; posts from inside through uv_idle_t, which is four times
// cheaper than uv_async_send there.
#include <uv.h>

#include "task_queue.h"
#include "workloads.h"

namespace millrace::bench {
namespace {

class LibuvAdapter {
 public:
  static const char* version() { return uv_version_string(); }
  explicit LibuvAdapter(bool) {
    uv_loop_init(&loop_);
    loop_.data = this;
    uv_async_init(&loop_, &async_, [](uv_async_t* handle) { self(handle->loop).posted_.run_all(); });
    uv_idle_init(&loop_, &idle_);
  }
  ~LibuvAdapter() {
    uv_walk(
        &loop_,
        [](uv_handle_t* handle, void*) {
          if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
        },
        nullptr);
    timer_settle();
    timer_settle();
    uv_loop_close(&loop_);
  }
  LibuvAdapter(const LibuvAdapter&) = delete;
  LibuvAdapter& operator=(const LibuvAdapter&) = delete;

  template <typename F>
  void post(F f) {
    if (posted_.push(std::move(f))) uv_async_send(&async_);
  }
  template <typename F>
  void self_post(F f) {
    if (local_.push(std::move(f))) uv_idle_start(&idle_, run_local);
  }
  void run() { uv_run(&loop_, UV_RUN_DEFAULT); }
  void stop() { uv_stop(&loop_); }

  struct Timer {
    uv_timer_t handle;
    TimerCallback callback;
    void* argument;
  };
  void timer_new(Timer* timer) {
    uv_timer_init(&loop_, &timer->handle);
    timer->handle.data = timer;
  }
  void timer_add(Timer* timer, std::uint64_t ms, TimerCallback callback, void* argument) {
    timer->callback = callback;
    timer->argument = argument;
    uv_timer_start(
        &timer->handle,
        [](uv_timer_t* handle) {
          const auto* fired = static_cast<Timer*>(handle->data);
          fired->callback(fired->argument);
        },
        ms, 0);
  }
  void timer_rearm(Timer* timer, std::uint64_t ms, TimerCallback callback, void* argument) {
    timer_add(timer, ms, callback, argument);
  }
  void timer_cancel(Timer* timer) { uv_close(reinterpret_cast<uv_handle_t*>(&timer->handle), nullptr); }
  void timer_settle() { uv_run(&loop_, UV_RUN_NOWAIT); }
  void timer_delete(Timer* timer) {
    if (uv_is_closing(reinterpret_cast<uv_handle_t*>(&timer->handle)) == 0) timer_cancel(timer);
  }
  void timer_constant(std::uint64_t) {}

  void echo(int listener) {
    uv_tcp_init(&loop_, &listener_);
    uv_tcp_open(&listener_, listener);
    uv_listen(reinterpret_cast<uv_stream_t*>(&listener_), 512, accept_one);
  }

 private:
  struct Connection {
    uv_tcp_t socket;  // first: the stream pointer is the connection
    uv_write_t write;
    char buffer[65536];
  };

  static LibuvAdapter& self(uv_loop_t* loop) { return *static_cast<LibuvAdapter*>(loop->data); }

  static void run_local(uv_idle_t* handle) {
    LibuvAdapter& adapter = self(handle->loop);
    adapter.local_.run_all();
    if (adapter.local_.empty()) uv_idle_stop(handle);
  }
  static void accept_one(uv_stream_t* listener, int) {
    auto* connection = new Connection;
    uv_tcp_init(listener->loop, &connection->socket);
    auto* stream = reinterpret_cast<uv_stream_t*>(connection);
    uv_accept(listener, stream);
    uv_tcp_nodelay(&connection->socket, 1);
    uv_read_start(
        stream,
        [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
          auto* reading = reinterpret_cast<Connection*>(handle);
          *buffer = uv_buf_init(reading->buffer, sizeof reading->buffer);
        },
        [](uv_stream_t* from, ssize_t count, const uv_buf_t*) {
          auto* reading = reinterpret_cast<Connection*>(from);
          if (count < 0)
            uv_close(reinterpret_cast<uv_handle_t*>(from),
                     [](uv_handle_t* handle) { delete reinterpret_cast<Connection*>(handle); });
          if (count <= 0) return;
          const uv_buf_t answer = uv_buf_init(reading->buffer, static_cast<unsigned>(count));
          uv_write(&reading->write, from, &answer, 1, nullptr);
        });
  }

  uv_loop_t loop_;
  uv_async_t async_;
  uv_idle_t idle_;
  uv_tcp_t listener_;
  TaskQueue posted_;
  LocalTaskQueue local_;
};

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  return millrace::bench::bench_main<millrace::bench::LibuvAdapter>({argv, static_cast<std::size_t>(argc)});
}
