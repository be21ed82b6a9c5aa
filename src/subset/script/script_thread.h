// ScriptThread: a thread with a loop and a sandboxed runtime, on which a module of transforms is loaded.
#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <millrace/js/limits.h>
#include <millrace/js/sandbox.h>
#include <millrace/loop.h>
#include <millrace/observe/redactor.h>
#include <millrace/promise.h>
#include <millrace/subset/page.h>
#include <millrace/subset/schema.h>
#include <millrace/subset/transform.h>

namespace millrace::subset {

/// An entry of the module's default export.
struct ScriptEntry {
  std::string table;                                  ///< as the module calls it
  std::optional<std::vector<std::string>> columns{};  ///< nothing: it names none
};

/// One column that crosses.
struct ScriptColumn {
  std::size_t place;  ///< in the page
  const Column* column;
  bool fixed;  ///< read, not written
};

/// A page on its way. All of it lives until `done` is settled.
struct ScriptBatch {
  const Table* table;
  std::string entry;
  std::vector<ScriptColumn> columns;
  std::vector<std::size_t> key;  ///< places of the primary key in the page, for errors
  Page* page;
  bool may_drop;
  Resolver<void> done;
};

struct ScriptSource {
  std::string name;  ///< in stacks: the file's name
  std::string text;
  js::SandboxPolicy policy;
  Duration batch_limit;
  std::string seed;
  const observe::Redactor* redactor;
  std::function<void(std::string_view text)> output;  ///< on the thread
};

/// Thread    the copy's. Lifetime: until the destructor returns, which ends what runs there and waits for it.
class ScriptThread {
 public:
  explicit ScriptThread(ScriptSource source);
  ScriptThread(const ScriptThread&) = delete;
  ScriptThread& operator=(const ScriptThread&) = delete;
  ~ScriptThread();

  /// Blocks until the module is loaded, at most as long as its limits allow. Once.
  [[nodiscard]] Result<std::vector<ScriptEntry>> loaded();
  /// Settles `batch.done`, in any case. After loaded() was without error.
  void run(ScriptBatch batch);

 private:
  class Worker;
  struct Ready {
    std::vector<ScriptEntry> entries;
    Ingress ingress;
    Worker* worker;  ///< lives as long as its loop runs
    js::KillSwitch kill;
  };
  static void live(ScriptSource source, std::promise<Result<Ready>> ready);

  std::future<Result<Ready>> ready_;
  std::optional<Ready> worker_;
  std::thread thread_;
};

}  // namespace millrace::subset
