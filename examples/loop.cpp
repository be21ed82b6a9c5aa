// A loop, an interval, a one-shot and a post from another thread.
#include <millrace/loop.h>

#include <cstdio>
#include <thread>

int main() {
  using namespace std::chrono_literals;
  millrace::Loop loop;
  auto heartbeat = loop.every(20ms, [] { std::puts("tick"); }).value();
  std::jthread producer{[door = loop.ingress()]() mutable {
    if (door.post([] { std::puts("from afar"); }) != millrace::Admission::accepted) std::puts("refused");
  }};
  loop.schedule(70ms, [&heartbeat] { heartbeat.cancel(); }).value().detach();
  return loop.run().exit_code();  // ends when nothing keeps the loop alive
}
