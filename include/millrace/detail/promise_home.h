// What all promises of one loop share: the way into its microtask queue, memory for their states, and who is pending. Not for users.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include <millrace/detail/loop_queues.h>
#include <millrace/error.h>
#include <millrace/promise_policy.h>

namespace millrace {
class Loop;
class LoopCore;
class Door;
class SignalHub;
}  // namespace millrace

namespace millrace::detail {

class PromiseBase;
class Reaction;
class PromiseAnnals;
class Rejections;

/// Told of promises that somebody outside of C++ waits for, in the moment when they are settled.
class PromiseExporter {
 public:
  virtual void settled(PromiseBase& state) noexcept = 0;

 protected:
  ~PromiseExporter() = default;
};

/// Memory      pages of kPageBytes, cut into pieces of one size each; a piece goes back to its list and is used again first. Larger states,
///             and all of them under the address sanitizer, come from operator new.
/// Lifetime    as long as the loop or any state: a promise may be destroyed after its loop.
/// Thread      loop thread, but for what says otherwise.
class PromiseHome {
 public:
  /// The home of this loop; made on first use. Loop thread.
  [[nodiscard]] static PromiseHome& of(Loop& loop);
  [[nodiscard]] LoopCore* core() const noexcept { return core_; }

  PromiseHome(const PromiseHome&) = delete;
  PromiseHome& operator=(const PromiseHome&) = delete;

  template <typename State, typename... Args>
  [[nodiscard]] State* make(Args&&... args) {
    static_assert(alignof(State) <= alignof(std::max_align_t));
    void* const memory = allocate(sizeof(State));
    try {
      return ::new (memory) State(*this, std::forward<Args>(args)...);
    } catch (...) {
      deallocate(memory, sizeof(State));
      throw;
    }
  }
  [[nodiscard]] void* allocate(std::size_t bytes) {
    if (detached_) [[unlikely]]
      return allocate_detached(bytes);
    return allocate_piece(bytes);
  }
  /// The last one of a loop that is gone ends the home.
  void deallocate(void* memory, std::size_t bytes) noexcept {
    if (detached_) [[unlikely]]
      return deallocate_detached(memory, bytes);
    deallocate_piece(memory, bytes);
  }

  /// Queues a Job made of `args` as a microtask that has a context of its own, or none: what is current here is not asked. Not subject to
  /// LoopLimits::queue_max, because each job belongs to a promise that exists. Once the loop is closed Job::refuse() has them instead.
  template <typename Job, typename... Args>
  void push(Args&&... args) noexcept {
    if (queues_->open.load(std::memory_order_relaxed)) [[likely]]
      queues_->microtasks.build_beyond_limit<Job>(std::forward<Args>(args)...);
    else
      Job::refuse(std::forward<Args>(args)...);
  }
  /// Destroys something that may hold the last reference to a state. Such states wait until it is gone, so that nothing recurses.
  template <typename Destroy>
  void destroy_guarded(Destroy&& destroy) noexcept {
    const bool outermost = !std::exchange(destroying_, true);
    destroy();
    if (!outermost) return;
    destroying_ = false;
    if (doomed_ != nullptr) destroy_doomed();
  }

  // Who is pending, oldest first.
  void link(PromiseBase& state) noexcept;
  void unlink(PromiseBase& state) noexcept;

  /// The state lost its last reference.
  void destroy(PromiseBase* state) noexcept;
  void destroy_slowly(PromiseBase* state) noexcept;
  void destroy_doomed() noexcept;
  /// As retain() and release(), when the loop is gone and threads may meet.
  void retain_detached(PromiseBase& state) noexcept;
  void release_detached(PromiseBase* state) noexcept;
  /// A rejected state that nobody handles so far.
  void track(PromiseBase& state) noexcept;
  /// One that was told as unhandled is handled now.
  void handled_late(PromiseBase& state) noexcept;
  /// Runs what waits for `source`, in order, each in its context.
  void run_reactions(PromiseBase& source) noexcept;
  void run_reaction(Reaction& reaction, PromiseBase& source) noexcept;
  void run_in_context(Reaction& reaction, PromiseBase& source) noexcept;
  void abandon_reactions(PromiseBase& source) noexcept;
  void abandon_reaction(Reaction& reaction) noexcept;

  /// What a reaction that is attached now will run in; null for none.
  [[nodiscard]] ContextNode* capture_context() noexcept { return queues_->plain ? nullptr : capture_context_slowly(); }
  [[nodiscard]] Rejections& rejections() noexcept { return *rejections_; }
  void set_traces(std::size_t frames, std::size_t reactions);
  [[nodiscard]] PromiseFigures figures() const noexcept;
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] bool detached() const noexcept { return detached_; }
  /// What pending and new promises are rejected with.
  [[nodiscard]] Error closed_error() const;
  /// Nobody is left who would settle `state`: `what` says who is gone. While the loop closes nothing happens: close() comes to every pending
  /// state in its turn, where doing it here would go from each to the next on one stack.
  void abandon(PromiseBase& state, const char* what) noexcept;
  /// True when creating a state has more to do than to link it.
  [[nodiscard]] bool watched() const noexcept { return closed_ || annals_ != nullptr; }
  void note_creation(PromiseBase& state);
  void note_reaction(PromiseBase& source, PromiseBase& derived);
  /// `follower` becomes what `source` becomes.
  void note_following(PromiseBase& follower, PromiseBase& source);
  [[nodiscard]] std::vector<PendingPromises> pending_by_place(std::size_t places_max) const;

  /// Null: nobody. Outlives its attachment.
  void set_exporter(PromiseExporter* exporter) noexcept { exporter_ = exporter; }
  void tell_exporter(PromiseBase& state) noexcept;

  /// Who watches signals on this loop; null until somebody did, and from its close on.
  [[nodiscard]] std::shared_ptr<SignalHub>& signals() noexcept { return signals_; }

  // Any thread.
  [[nodiscard]] bool on_loop_thread() const noexcept {
    return thread_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }
  /// Runs `settle` on the loop thread as a callback of its own, in no context. False when the loop is closed: `settle` is untouched.
  [[nodiscard]] bool post(Task& settle);
  /// Drops a reference from any thread: here, or where the loop is next closed or destroyed.
  void give_up(PromiseBase* state) noexcept;

  /// The calling thread is the loop's. Called wherever a promise is made, and by the loop where a run begins.
  void adopt() noexcept {
    if (!on_loop_thread()) thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  }

 private:
  friend class PromiseExtension;
  explicit PromiseHome(Loop& loop);
  ~PromiseHome();

  static constexpr std::size_t kPieceStep = 16;
  static constexpr std::size_t kPieceMax = 256;
  static constexpr std::size_t kPageBytes = std::size_t{16} * 1024;
  struct Piece {
    Piece* next;
  };
  [[nodiscard]] void* allocate_piece(std::size_t bytes) {
    ++live_;
#ifndef __SANITIZE_ADDRESS__
    if (bytes <= kPieceMax) {
      Piece*& head = free_[(bytes - 1) / kPieceStep];
      if (head == nullptr) [[unlikely]]
        add_page(bytes);  // NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): which leaves one
      return std::exchange(head, head->next);
    }
#endif
    return ::operator new(bytes);
  }
  void deallocate_piece(void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#ifndef __SANITIZE_ADDRESS__
    if (bytes <= kPieceMax)
      free_[(bytes - 1) / kPieceStep] = ::new (memory) Piece{free_[(bytes - 1) / kPieceStep]};
    else
#endif
      ::operator delete(memory);
    --live_;
  }
  [[nodiscard]] void* allocate_detached(std::size_t bytes);
  void deallocate_detached(void* memory, std::size_t bytes) noexcept;
  void add_page(std::size_t bytes);
  void close() noexcept;
  void detach() noexcept;
  void drop_given_up() noexcept;
  [[nodiscard]] ContextNode* capture_context_slowly() noexcept;

  std::array<Piece*, kPieceMax / kPieceStep> free_{};
  LoopQueues* queues_;  ///< of the loop; when it is gone, closed ones that take its place
  PromiseBase* first_ = nullptr;
  PromiseBase* last_ = nullptr;
  std::size_t live_ = 0;  ///< states and reactions that hold memory
  std::size_t pending_ = 0;
  bool closed_ = false;
  bool detached_ = false;
  bool destroying_ = false;
  PromiseBase* doomed_ = nullptr;
  std::unique_ptr<PromiseAnnals> annals_;  ///< where promises were made; null: not wanted
  LoopCore* core_;                         ///< null: the loop is gone
  std::unique_ptr<Rejections> rejections_;
  std::shared_ptr<SignalHub> signals_;
  PromiseExporter* exporter_ = nullptr;
  struct Shared;
  std::unique_ptr<Shared> shared_;  ///< what other threads touch
  std::atomic<std::thread::id> thread_;
  std::vector<void*> pages_;
};

}  // namespace millrace::detail
