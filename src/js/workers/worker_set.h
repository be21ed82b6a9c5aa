// WorkerSet: the workers of one runtime. Each is a thread with a loop and a runtime; JavaScript on both sides speaks through a MessageLink.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include <millrace/js/runtime.h>

#include "js/workers/message_link.h"

namespace millrace::js {

/// What the runtimes of a program have in common: the first one and all workers.
struct WorkerTree {
  std::atomic<std::uint32_t> alive{0};
  std::atomic<std::uint32_t> last_number{0};
};

namespace detail {
/// What a worker's runtime is told about itself. Read by that runtime's thread only.
class WorkerStart {
 public:
  std::uint32_t number = 0;
  bool is_code = false;    ///< `source` is a text, else the path of a file
  bool is_module = false;  ///< an ES module, whatever its name says
  bool as_node = false;    ///< made by node:worker_threads
  std::string source;
  std::string name;
  std::shared_ptr<LinkEnd> link;  ///< to who made it
  std::unique_ptr<Message> data;  ///< workerData; null: none
  std::shared_ptr<WorkerTree> tree;
};
}  // namespace detail

/// Thread    the loop's of the runtime.
/// Lifetime  destroying it terminates all workers and waits for their threads.
class WorkerSet {
 public:
  explicit WorkerSet(RuntimeCore& core);
  WorkerSet(const WorkerSet&) = delete;
  WorkerSet& operator=(const WorkerSet&) = delete;
  ~WorkerSet();

  /// The number of the new worker. `start` lacks number and tree. Errors: Errc::full at WorkerOptions::workers_max; the system's errno when
  /// there is no thread.
  [[nodiscard]] Result<std::uint32_t> start(std::unique_ptr<detail::WorkerStart> start);
  /// Its JavaScript stops soon, wherever it is. Idempotent; nothing for one that has ended.
  void terminate(std::uint32_t number) noexcept;
  struct Ended {
    int exit_code = 0;
    std::string limit;  ///< what ended it, when a limit of its policy did
    std::string error;  ///< why it did not start
  };
  /// Forgets one that has said that it ended.
  [[nodiscard]] Ended collect(std::uint32_t number) noexcept;

 private:
  class Thread;
  [[nodiscard]] RuntimeOptions inherited() const;
  RuntimeCore& core_;
  std::shared_ptr<WorkerTree> tree_;
  std::unordered_map<std::uint32_t, std::unique_ptr<Thread>> threads_;
};

}  // namespace millrace::js
