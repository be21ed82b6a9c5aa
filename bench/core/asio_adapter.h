// The adapter of both Asios. Whoever includes this has included Asio, and named its namespace `net` and its error type `ErrorCode`.
#pragma once

#include "workloads.h"

namespace millrace::bench {
namespace {

class AsioAdapter {
 public:
  explicit AsioAdapter(bool) {}

  template <typename F>
  void post(F f) {
    net::post(context_, std::move(f));
  }
  template <typename F>
  void self_post(F f) {
    net::defer(context_, std::move(f));
  }
  void run() { context_.run(); }
  void stop() { context_.stop(); }

  using Timer = net::steady_timer;
  void timer_new(Timer* timer) { new (timer) Timer(context_); }
  void timer_add(Timer* timer, std::uint64_t ms, TimerCallback callback, void* argument) {
    timer->expires_after(std::chrono::milliseconds(ms));
    timer->async_wait([callback, argument](const ErrorCode& error) {
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
  using Tcp = net::ip::tcp;

  /// Owns itself: ends when the other side is gone.
  class Connection {
   public:
    explicit Connection(Tcp::socket socket) : socket_(std::move(socket)) {}
    void read_next() {
      socket_.async_read_some(net::buffer(buffer_), [this](ErrorCode error, std::size_t count) {
        if (error) return delete this;
        net::async_write(socket_, net::buffer(buffer_, count), [this](ErrorCode write_error, std::size_t) {
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
    acceptor_->async_accept([this](ErrorCode error, Tcp::socket socket) {
      if (error) return;
      socket.set_option(Tcp::no_delay(true));
      (new Connection(std::move(socket)))->read_next();
      accept_next();
    });
  }

  net::io_context context_{1};
  net::executor_work_guard<net::io_context::executor_type> alive_{context_.get_executor()};
  std::unique_ptr<Tcp::acceptor> acceptor_;
};

}  // namespace
}  // namespace millrace::bench
