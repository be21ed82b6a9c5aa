// An echo server with a coroutine for each connection, and clients that talk to it. When they are done the scope is cancelled, and every
// coroutine of the server ends: nothing leaks, nothing hangs.
#include <cstdio>
#include <vector>

#include <millrace/combinators.h>
#include <millrace/task_scope.h>

#include "tcp.h"

namespace {

using namespace millrace;

Async<> serve_one(Loop& loop, tcp::Socket connection, AbortSignal signal) {
  for (;;) {
    std::string bytes = co_await tcp::read_some(loop, connection, signal);
    if (bytes.empty()) co_return;
    co_await tcp::write_all(loop, connection, std::move(bytes), signal);
  }
}

Async<> serve(Loop& loop, TaskScope& connections, tcp::Socket listener) {
  for (;;) connections.spawn(serve_one(loop, co_await tcp::accept(loop, listener, connections.signal()), connections.signal()));
}

Async<int> talk(Loop& loop, std::uint16_t port, int messages) {
  const tcp::Socket socket = co_await tcp::connect(loop, port, {});
  int echoed = 0;
  for (int i = 0; i < messages; ++i) {
    const std::string sent = "message " + std::to_string(i);
    co_await tcp::write_all(loop, socket, sent, {});
    std::string received;
    while (received.size() < sent.size()) received += co_await tcp::read_some(loop, socket, {});
    echoed += received == sent ? 1 : 0;
  }
  co_return echoed;
}

Async<int> run(Loop& loop) {
  std::uint16_t port = 0;
  tcp::Socket listener = tcp::listen_on_loopback(port);
  TaskScope server{loop};
  server.spawn(serve(loop, server, std::move(listener)));

  std::vector<Promise<int>> clients;
  for (int i = 0; i < 10; ++i) clients.push_back(talk(loop, port, 100));
  int echoed = 0;
  for (const int count : co_await all(loop, std::move(clients))) echoed += count;

  server.cancel();
  const Result<void> ended = co_await server.join().result();
  std::printf("%d messages came back; the server ended: %s\n", echoed, ended ? "by itself" : ended.error().message().c_str());
  co_return echoed == 1000 ? 0 : 1;
}

}  // namespace

int main() {
  Loop loop;
  const Result<int> code = run_until(loop, Promise<int>(run(loop)), std::chrono::seconds(30));
  if (!code) std::fprintf(stderr, "%s\n", code.error().to_long_string().c_str());
  return code.value_or(1);
}
