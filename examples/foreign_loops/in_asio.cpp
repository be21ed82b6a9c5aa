// A Millrace loop inside an Asio io_context, on one thread.
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>

#include "work.h"

namespace {

class Guest {
 public:
  Guest(millrace::Loop& loop, asio::io_context& host) : loop_(loop), descriptor_(host, loop.fd().value()), timer_(host) {}
  ~Guest() { descriptor_.release(); }  // it belongs to the guest
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  /// Waits for whatever comes first. Asio has no hook before its wait, so call this also after scheduling something from outside.
  void wait() {
    const unsigned round = ++round_;
    const std::optional<millrace::Duration> wait = loop_.timeout();
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_read, [this, round](std::error_code) { run(round); });
    if (!wait) return;
    timer_.expires_after(*wait);
    timer_.async_wait([this, round](std::error_code) { run(round); });
  }

 private:
  void run(unsigned round) {
    if (round != round_) return;  // the other one of the two came first
    ++round_;
    descriptor_.cancel();
    timer_.cancel();
    if (loop_.run_once().value_or(false)) wait();  // else nothing keeps the guest alive, or it failed
  }

  millrace::Loop& loop_;
  asio::posix::stream_descriptor descriptor_;
  asio::steady_timer timer_;
  unsigned round_ = 0;
};

}  // namespace

int main() {
  using namespace std::chrono_literals;
  asio::io_context host;
  millrace::Loop loop;
  Work work{loop};
  Guest guest{loop, host};
  guest.wait();
  asio::steady_timer own{host, 5ms};
  own.async_wait([](std::error_code) { std::puts("host: its own timer"); });
  host.run();
  std::puts(work.done() ? "both are done" : "the guest is not done");
}
