// An observer that writes down everything it hears of a loop's tasks, states and waits.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <millrace/observer.h>

namespace millrace::testing {

/// Writes down what it hears, then throws if told to.
struct ObserverDouble final : Observer {
  std::vector<std::string> heard;
  bool throws = false;
  void loop_state_changed(std::string_view from, std::string_view to) override {
    hear(std::string(from) + " > " + std::string(to));
  }
  void task_failed(const Error& error) override { hear("task failed: " + error.message()); }
  void poll_failed(const Error& error) override { hear("poll failed: " + error.message()); }
  void tasks_rejected(std::size_t count) override { hear("rejected: " + std::to_string(count)); }

 private:
  void hear(std::string line) {
    heard.push_back(std::move(line));
    if (throws) throw std::runtime_error("observer");
  }
};

}  // namespace millrace::testing
