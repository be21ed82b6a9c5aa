// What the guest does in each of these examples: timers of its own, and work that another thread posts.
#pragma once

#include <millrace/loop.h>

#include <cstdio>
#include <string>
#include <thread>

/// A Millrace loop with something to do, for a host to drive.
class Work {
 public:
  explicit Work(millrace::Loop& loop) : loop_(loop) {
    using namespace std::chrono_literals;
    beat_ = loop.every(10ms,
                       [this] {
                         std::printf("guest: beat %d\n", ++beats_);
                         if (beats_ == 3) beat_.cancel();
                       })
                .value();
    producer_ = std::jthread{[door = loop.ingress(), hold = loop.hold()]() mutable {
      std::this_thread::sleep_for(15ms);  // both loops sleep now
      millrace::Task task{[h = std::move(hold)]() mutable {
        std::puts("guest: posted from another thread");
        h.release();  // on the loop thread, as it must be
      }};
      if (door.post(task) != millrace::Admission::accepted) std::puts("refused");
    }};
  }
  [[nodiscard]] bool done() const { return !loop_.alive(); }

 private:
  millrace::Loop& loop_;
  millrace::TimerHandle beat_;
  int beats_ = 0;
  std::jthread producer_;
};
