// The root table: what C++ keeps alive in the engine's heap.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include <millrace/js/local.h>

namespace millrace::js {

class LocalList;
class RootTable;
class RuntimeCore;

/// One value that is kept alive. Never moves.
struct Root {
  std::atomic<const void*> raw{nullptr};  ///< read by the collector, on a thread of its own; null: nothing to keep
  RootTable* table = nullptr;
  union {
    std::uint64_t references;  ///< loop thread
    Root* next_free;
  };
};

/// All roots of one engine.
/// Why      the engine's own protect() takes a lock and a hash table for each value; here a root is a slot of a free list, and the engine is given one
///          function that shows it all of them (a marking constraint).
/// Thread   loop thread, but for visit(), which the collector calls while JavaScript stands still, and give_up().
///          A root is made, and a LocalList changed, only inside an entry of the engine: a collection cannot pass through its roots meanwhile, so
///          it cannot miss a value on its way from the stack into a root. A root may be dropped at any time.
/// Lifetime as long as the engine or any root: the last of them ends it.
/// Cost     24 bytes a root in chunks of 512, which are kept.
class RootTable {
 public:
  [[nodiscard]] static RootTable* make() { return new RootTable; }
  RootTable(const RootTable&) = delete;
  RootTable& operator=(const RootTable&) = delete;

  [[nodiscard]] Root* add(Local value);
  /// Until the engine ends.
  void keep(Local value) {
    static_cast<void>(add(value));
    --live_;  // nobody holds it, so nobody has to let go of it
  }
  static void retain(Root& root) noexcept { ++root.references; }
  static void release(Root& root) noexcept {
    if (--root.references == 0) root.table->drop(root);
  }
  /// From any thread, by the only holder of the root: released when the loop's thread next calls collect_given_up().
  void give_up(Root& root) noexcept;
  void collect_given_up() noexcept {
    if (any_given_up_.load(std::memory_order_acquire)) drop_given_up();
  }

  /// Null once the runtime is gone; whoever holds a root asks.
  [[nodiscard]] RuntimeCore* core() const noexcept { return core_; }
  void set_core(RuntimeCore* core) noexcept { core_ = core; }
  /// The engine is gone, and what the roots held with it. The table goes with its last root.
  void detach() noexcept;

  /// Collector. `mark` is a `void(const void* raw)`.
  template <typename Mark>
  void visit(Mark mark) const {
    for (const Chunk* chunk = chunks_.load(std::memory_order_acquire); chunk != nullptr; chunk = chunk->next)
      for (const Root& root : chunk->roots)
        if (const void* const raw = root.raw.load(std::memory_order_relaxed)) mark(raw);
    for (const List* list = lists_; list != nullptr; list = list->below)
      for (const Local item : list->items)
        if (item) mark(item.raw);
  }
  [[nodiscard]] std::size_t live() const noexcept { return live_; }

 private:
  friend class LocalList;
  /// What a LocalList shows.
  struct List {
    List* below = nullptr;
    std::vector<Local> items{};
  };
  RootTable() = default;
  ~RootTable();

  static constexpr std::size_t kRootsInChunk = 512;
  struct Chunk {
    Root roots[kRootsInChunk];
    Chunk* next = nullptr;
  };
  void grow();
  void drop(Root& root) noexcept;
  void drop_detached() noexcept;
  void drop_given_up() noexcept;

  std::atomic<Chunk*> chunks_{nullptr};
  List* lists_ = nullptr;
  Root* free_ = nullptr;
  std::size_t live_ = 0;
  RuntimeCore* core_ = nullptr;
  bool detached_ = false;
  std::mutex mutex_;             // leaf
  std::vector<Root*> given_up_;  // guarded by mutex_
  std::atomic<bool> any_given_up_{false};
};

inline Root* RootTable::add(Local value) {
  if (free_ == nullptr) grow();
  Root* const root = std::exchange(free_, free_->next_free);
  root->references = 1;
  root->raw.store(value.raw, std::memory_order_relaxed);
  ++live_;
  return root;
}

}  // namespace millrace::js
