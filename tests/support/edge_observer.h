// An observer that remembers the edges of a loop's life.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <millrace/observer.h>

namespace millrace::testing {

/// Writes down the edges it hears.
struct EdgeObserver final : Observer {
  std::vector<std::string> heard;
  std::size_t rejected = 0;
  std::function<void(std::string_view)> on_state;
  void loop_state_changed(std::string_view from, std::string_view to) override {
    heard.push_back(std::string(from) + " > " + std::string(to));
    if (on_state) on_state(to);
  }
  void tasks_rejected(std::size_t count) override { rejected += count; }

  /// Only edges that LoopState lists, one joined to the next, from idle on.
  void expect_a_walk_over_listed_edges() const {
    static const std::set<std::string> kListed{"idle > running",  "running > idle",    "idle > stopping",    "running > stopping",
                                               "stopping > idle", "idle > draining",   "running > draining", "stopping > draining",
                                               "idle > closing",  "running > closing", "stopping > closing", "draining > closing",
                                               "closing > closed"};
    std::string at = "idle";
    for (const std::string& edge : heard) {
      EXPECT_TRUE(kListed.contains(edge)) << edge << " is no edge";
      EXPECT_EQ(edge.substr(0, edge.find(' ')), at) << edge << " does not begin where the edge before it ended";
      at = edge.substr(edge.rfind(' ') + 1);
    }
  }
};

}  // namespace millrace::testing
