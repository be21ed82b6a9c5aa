// Question: what do posts, wake-ups, timers and echo cost with standalone Asio, one thread in io_context::run?
#define ASIO_STANDALONE
#include <asio.hpp>

#include "workloads.h"

namespace millrace::bench {
namespace {

class AsioAdapter {
 public:
  static const char* version() {
    static const std::string text = std::to_string(ASIO_VERSION / 100000) + "." + std::to_string(ASIO_VERSION / 100 % 1000) + "." +
                                    std::to_string(ASIO_VERSION % 100);
    return text.c_str();
  }
  explicit AsioAdapter(bool) {}

  template <typename F>
  void post(F f) {
    asio::post(context_, std::move(f));
  }
  template <typename F>
  void self_post(F f) {
    asio::defer(context_, std::move(f));
  }
  void run() { context_.run(); }
  void stop() { context_.stop(); }

  using Timer = asio::steady_timer;
  void timer_new(Timer* timer) { new (timer) Timer(context_); }
  void timer_add(Timer* timer, std::uint64_t ms, TimerCallback callback, void* argument) {
    timer->expires_after(std::chrono::milliseconds(ms));
    timer->async_wait([callback, argument](const asio::error_code& error) {
      if (!error) callback(argument);
    });
  }
  void timer_rearm(Timer* timer, std::uint64_t ms, TimerCallback callback, void* argument) {
    timer_add(timer, ms, callback, argument);
  }
  void timer_cancel(Timer* timer) { timer->cancel(); }
  /// Cancelled waits complete through the queue.
  void timer_settle() {
    context_.poll();
    context_.restart();
  }
  void timer_delete(Timer* timer) { timer->~Timer(); }
  void timer_constant(std::uint64_t) {}

  void echo(int listener) {
    acceptor_ = std::make_unique<Tcp::acceptor>(context_, Tcp::v4(), listener);
    accept_next();
  }

 private:
  using Tcp = asio::ip::tcp;

  /// Owns itself: ends when the other side is gone.
  class Connection {
   public:
    explicit Connection(Tcp::socket socket) : socket_(std::move(socket)) {}
    void read_next() {
      socket_.async_read_some(asio::buffer(buffer_), [this](asio::error_code error, std::size_t count) {
        if (error) return delete this;
        asio::async_write(socket_, asio::buffer(buffer_, count), [this](asio::error_code write_error, std::size_t) {
          if (write_error) return delete this;
          read_next();
        });
      });
    }

   private:
    Tcp::socket socket_;
    char buffer_[65536];
  };

  void accept_next() {
    acceptor_->async_accept([this](asio::error_code error, Tcp::socket socket) {
      if (error) return;
      socket.set_option(Tcp::no_delay(true));
      (new Connection(std::move(socket)))->read_next();
      accept_next();
    });
  }

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> alive_{context_.get_executor()};
  std::unique_ptr<Tcp::acceptor> acceptor_;
};

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  return millrace::bench::bench_main<millrace::bench::AsioAdapter>({argv, static_cast<std::size_t>(argc)});
}
