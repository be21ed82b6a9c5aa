// The state behind a promise: who waits for it, and what came out. Not for users.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include <millrace/detail/promise_home.h>
#include <millrace/error.h>

namespace millrace {
enum class PromiseStatus : std::uint8_t { pending, fulfilled, rejected };
}

namespace millrace::detail {

struct ReactionJob;

/// Stands for the value of a Promise<void>.
struct Unit {};
template <typename T>
using Stored = std::conditional_t<std::is_void_v<T>, Unit, T>;

/// Something that waits for one promise. Whoever waits is owned by the promise until exactly one of the two calls, which end its wait.
/// Thread: loop thread.
class Reaction {
 public:
  Reaction() noexcept = default;
  Reaction(const Reaction&) = delete;
  Reaction& operator=(const Reaction&) = delete;

  /// `source` is settled. In its turn of the microtasks, and in the context in which the wait began.
  virtual void react(PromiseBase& source) noexcept = 0;
  /// The promise will not call: the loop is closed.
  virtual void abandon() noexcept = 0;

 protected:
  virtual ~Reaction() = default;

 private:
  friend class PromiseBase;
  friend class PromiseHome;
  friend class ReactionList;
  friend struct ReactionJob;
  Reaction* next_ = nullptr;  ///< in the ring of its promise; null: it is in none
  union {
    Reaction* previous_ = nullptr;
    ReactionJob* job_;  ///< in no ring: its turn in the microtasks; null: it does not wait
  };
  ContextNode* context_ = nullptr;
};

/// A ring of reactions, first to last. Owns nothing.
class ReactionList {
 public:
  [[nodiscard]] bool empty() const noexcept { return last_ == nullptr; }
  void push_back(Reaction& reaction) noexcept {
    if (last_ == nullptr) {
      reaction.next_ = reaction.previous_ = &reaction;
    } else {
      reaction.next_ = last_->next_;
      reaction.previous_ = last_;
      last_->next_->previous_ = &reaction;
      last_->next_ = &reaction;
    }
    last_ = &reaction;
  }
  void remove(Reaction& reaction) noexcept {
    if (reaction.next_ == &reaction) {
      last_ = nullptr;
    } else {
      reaction.next_->previous_ = reaction.previous_;
      reaction.previous_->next_ = reaction.next_;
      if (last_ == &reaction) last_ = reaction.previous_;
    }
    reaction.next_ = reaction.previous_ = nullptr;
  }
  /// The first one if there is no other; the usual case, without the walk around the ring.
  [[nodiscard]] Reaction* pop_only() noexcept {
    Reaction* const only = last_;
    if (only == nullptr || only->next_ != only) return nullptr;
    last_ = nullptr;
    only->next_ = only->previous_ = nullptr;
    return only;
  }
  [[nodiscard]] Reaction* pop_front() noexcept {
    if (last_ == nullptr) return nullptr;
    Reaction* const first = last_->next_;
    remove(*first);
    return first;
  }

 private:
  Reaction* last_ = nullptr;
};

/// Counted without atomics: every reference is the loop thread's, or is brought there. 48 bytes.
class PromiseBase {
 public:
  PromiseBase(const PromiseBase&) = delete;
  PromiseBase& operator=(const PromiseBase&) = delete;

  void retain() noexcept {
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDelete): a home ends after the last of its states
    if (home_->detached()) [[unlikely]]
      return home_->retain_detached(*this);
    ++references_;
  }
  void release() noexcept {
    if (home_->detached()) [[unlikely]]
      return home_->release_detached(this);
    if (--references_ == 0) home_->destroy(this);
  }
  /// The same where the loop is known to exist, or the home's mutex to be held.
  void release_here() noexcept {
    if (--references_ == 0) home_->destroy(this);
  }
  /// Somebody beside the caller has a reference.
  [[nodiscard]] bool shared() const noexcept { return references_ > 1; }
  /// Somebody beside the caller has a reference, or waits.
  [[nodiscard]] bool observed() const noexcept { return references_ > 1 || !reactions_.empty(); }
  [[nodiscard]] PromiseHome& home() const noexcept { return *home_; }
  [[nodiscard]] PromiseStatus status() const noexcept { return status_; }
  [[nodiscard]] bool pending() const noexcept { return status_ == PromiseStatus::pending; }
  [[nodiscard]] const Error& error() const noexcept { return *std::launder(reinterpret_cast<const Error*>(room_)); }
  /// Pending, and what it follows is not decided yet.
  [[nodiscard]] bool open() const noexcept { return pending() && !following_; }
  /// From now on only what it follows settles it.
  void follow() noexcept { following_ = true; }

  /// Pending. Its reactions are queued, or abandoned once the loop is closed.
  void reject(Error reason) noexcept {
    leave_pending();
    ::new (static_cast<void*>(room_)) Error(std::move(reason));
    status_ = PromiseStatus::rejected;
    if (!handled_) home_->track(*this);
    queue_reactions();
  }
  /// Begins a wait; the promise counts as handled. The reaction must stay where it is until it is called.
  void subscribe(Reaction& reaction) noexcept;
  /// Ends a wait: the reaction is neither called nor abandoned. False when it does not wait. Cost: O(1).
  bool unsubscribe(Reaction& reaction) noexcept;
  /// Nobody is to be told when it is rejected.
  void mark_handled() noexcept;
  [[nodiscard]] bool handled() const noexcept { return handled_; }
  void note_told() noexcept { told_ = true; }
  /// The home's exporter hears when it is settled, in that moment.
  void set_exported() noexcept { exported_ = true; }
  /// As reject(), inside a microtask that stands for the reactions' turn: they run here and now.
  void reject_in_turn(Error reason) noexcept {
    leave_pending();
    ::new (static_cast<void*>(room_)) Error(std::move(reason));
    status_ = PromiseStatus::rejected;
    if (!handled_) home_->track(*this);
    run_reactions();
  }

 protected:
  explicit PromiseBase(PromiseHome& home) noexcept : home_(&home) {
    home.adopt();
    home.link(*this);
    if (home.watched()) [[unlikely]]
      home.note_creation(*this);
  }
  virtual ~PromiseBase() {
    if (status_ == PromiseStatus::rejected) error_in_place().~Error();
  }
  /// The derived class has built its value.
  void fulfil_base() noexcept {
    leave_pending();
    status_ = PromiseStatus::fulfilled;
    queue_reactions();
  }
  void fulfil_base_in_turn() noexcept {
    leave_pending();
    status_ = PromiseStatus::fulfilled;
    run_reactions();
  }
  /// Destroys the object and gives its memory back: what each final class does with dispose_of(*this).
  virtual void dispose() noexcept = 0;
  template <typename State>
  static void dispose_of(State& state) noexcept {
    PromiseHome& home = state.home();
    if constexpr (State::kNothingToDestroy) {
      if (state.status() == PromiseStatus::fulfilled) [[likely]]
        return home.deallocate(&state, sizeof(State));
    }
    home.destroy_guarded([&] {
      state.~State();
      home.deallocate(&state, sizeof(State));
    });
  }

 private:
  friend class PromiseHome;
  friend struct ReactionsJob;
  struct Links {
    PromiseBase* previous;
    PromiseBase* next;
  };
  static_assert(sizeof(Links) >= sizeof(Error) && alignof(Links) >= alignof(Error));

  [[nodiscard]] Links& links() noexcept { return *std::launder(reinterpret_cast<Links*>(room_)); }
  [[nodiscard]] Error& error_in_place() noexcept { return *std::launder(reinterpret_cast<Error*>(room_)); }
  void leave_pending() noexcept {
    MILLRACE_DEBUG_ASSERT(pending());
    home_->unlink(*this);
  }
  void queue_reactions() noexcept;
  void run_reactions() noexcept;

  union {
    PromiseHome* home_;
    PromiseBase* doomed_next_;  ///< between the last release and destruction
  };
  ReactionList reactions_;
  std::uint32_t references_ = 1;
  PromiseStatus status_ = PromiseStatus::pending;
  bool following_ = false;
  bool handled_ = false;
  bool told_ : 1 = false;                         ///< as unhandled
  bool exported_ : 1 = false;                     ///< the home's exporter wants to know
  alignas(Links) std::byte room_[sizeof(Links)];  ///< pending: its place in the registry; rejected: the Error
};

/// Runs the reactions of a settled promise: one entry of the queue for all of them, because nothing could come between them anyway.
struct ReactionsJob {
  static constexpr bool kEndsByCall = true;
  explicit ReactionsJob(PromiseBase& source) noexcept : source_(&source) { source.retain(); }
  static void refuse(PromiseBase& source) noexcept {
    source.retain();
    source.home().abandon_reactions(source);
    source.release();
  }
  ReactionsJob(ReactionsJob&& other) noexcept : source_(std::exchange(other.source_, nullptr)) {}
  ReactionsJob(const ReactionsJob&) = delete;
  ReactionsJob& operator=(const ReactionsJob&) = delete;
  ~ReactionsJob() {
    if (source_ == nullptr) return;
    source_->home().abandon_reactions(*source_);  // the queue was cleared, or takes nothing more
    source_->release();
  }
  void operator()() noexcept {
    source_->home().run_reactions(*source_);
    std::exchange(source_, nullptr)->release_here();  // a job that ran as a whole Task is destroyed after its call
  }

 private:
  PromiseBase* source_;
};

/// One reaction to a promise that was settled before.
struct ReactionJob {
  static constexpr bool kEndsByCall = true;
  ReactionJob(Reaction& reaction, PromiseBase& source) noexcept : reaction_(&reaction), source_(&source) {
    source.retain();
    reaction.job_ = this;
  }
  static void refuse(Reaction& reaction, PromiseBase& source) noexcept {
    source.retain();
    source.home().abandon_reaction(reaction);
    source.release();
  }
  ReactionJob(ReactionJob&& other) noexcept
      : reaction_(std::exchange(other.reaction_, nullptr)), source_(std::exchange(other.source_, nullptr)) {
    if (reaction_ != nullptr) reaction_->job_ = this;
  }
  ReactionJob(const ReactionJob&) = delete;
  ReactionJob& operator=(const ReactionJob&) = delete;
  ~ReactionJob() {
    if (source_ == nullptr) return;
    if (Reaction* const waits = take()) source_->home().abandon_reaction(*waits);
    source_->release();
  }
  void operator()() noexcept {
    if (Reaction* const waits = take()) source_->home().run_reaction(*waits, *source_);
    std::exchange(source_, nullptr)->release_here();  // a job that ran as a whole Task is destroyed after its call
  }
  /// Null: it has changed its mind.
  [[nodiscard]] Reaction* take() noexcept {
    Reaction* const waits = std::exchange(reaction_, nullptr);
    if (waits != nullptr) waits->job_ = nullptr;
    return waits;
  }

 private:
  Reaction* reaction_;
  PromiseBase* source_;
};

inline void PromiseHome::link(PromiseBase& state) noexcept {
  state.links() = {last_, nullptr};
  (last_ == nullptr ? first_ : last_->links().next) = &state;
  last_ = &state;
  ++pending_;
}

inline void PromiseHome::unlink(PromiseBase& state) noexcept {
  const auto [previous, next] = state.links();
  (previous == nullptr ? first_ : previous->links().next) = next;
  (next == nullptr ? last_ : next->links().previous) = previous;
  --pending_;
}

inline void PromiseHome::destroy(PromiseBase* state) noexcept {
  // A settled state has no reactions left here: the job that runs them holds a reference.
  if (destroying_ || state->pending() || state->told_ || annals_ != nullptr) [[unlikely]]
    return destroy_slowly(state);
  state->dispose();
}

inline void PromiseHome::run_reaction(Reaction& reaction, PromiseBase& source) noexcept {
  if (reaction.context_ == nullptr) [[likely]]
    return reaction.react(source);
  run_in_context(reaction, source);
}

inline void PromiseHome::run_reactions(PromiseBase& source) noexcept {
  if (queues_->open.load(std::memory_order_relaxed)) [[likely]] {
    if (Reaction* const only = source.reactions_.pop_only()) [[likely]]
      return run_reaction(*only, source);
  }
  while (Reaction* const reaction = source.reactions_.pop_front()) {
    if (queues_->open.load(std::memory_order_relaxed)) [[likely]]
      run_reaction(*reaction, source);
    else
      abandon_reaction(*reaction);
  }
}

inline void PromiseBase::queue_reactions() noexcept {
  if (!reactions_.empty()) home_->push<ReactionsJob>(*this);
  if (exported_) [[unlikely]]
    home_->tell_exporter(*this);
}

inline void PromiseBase::run_reactions() noexcept {
  retain();
  home_->run_reactions(*this);
  if (exported_) home_->tell_exporter(*this);
  release();
}

[[gnu::always_inline]] inline void PromiseBase::subscribe(Reaction& reaction) noexcept {
  handled_ = true;
  reaction.context_ = home_->capture_context();
  if (pending()) {
    reactions_.push_back(reaction);
    return;
  }
  if (told_) [[unlikely]]
    home_->handled_late(*this);
  home_->push<ReactionJob>(reaction, *this);
}

inline bool PromiseBase::unsubscribe(Reaction& reaction) noexcept {
  if (reaction.next_ != nullptr)
    reactions_.remove(reaction);
  else if (reaction.job_ == nullptr || reaction.job_->take() == nullptr)
    return false;
  if (reaction.context_ != nullptr) detail::release(std::exchange(reaction.context_, nullptr));
  return true;
}

inline void PromiseBase::mark_handled() noexcept {
  handled_ = true;
  if (told_) home_->handled_late(*this);
}

template <typename T>
class PromiseState : public PromiseBase {
 public:
  /// Once fulfilled, a state of this class has nothing that a destructor would have to do. Classes with more to destroy say false.
  static constexpr bool kNothingToDestroy = std::is_trivially_destructible_v<Stored<T>>;
  explicit PromiseState(PromiseHome& home) noexcept : PromiseBase(home) {}

  template <typename... Args>
  void fulfil(Args&&... args) {
    ::new (static_cast<void*>(value_)) Stored<T>(std::forward<Args>(args)...);  // may throw: nothing happened
    fulfil_base();
  }
  /// As fulfil(), inside a microtask that stands for the reactions' turn: they run here and now.
  template <typename... Args>
  void fulfil_in_turn(Args&&... args) {
    ::new (static_cast<void*>(value_)) Stored<T>(std::forward<Args>(args)...);
    fulfil_base_in_turn();
  }
  [[nodiscard]] Stored<T>& value() noexcept {
    MILLRACE_DEBUG_ASSERT(status() == PromiseStatus::fulfilled);
    return *std::launder(reinterpret_cast<Stored<T>*>(value_));
  }

 protected:
  friend class PromiseBase;
  ~PromiseState() override {
    if (status() == PromiseStatus::fulfilled) value().~Stored<T>();
  }
  void dispose() noexcept override { dispose_of(*this); }

 private:
  alignas(Stored<T>) std::byte value_[sizeof(Stored<T>)];
};

/// A counted reference to a state.
template <typename State>
class StateRef {
 public:
  StateRef() noexcept = default;
  /// Takes a reference over.
  explicit StateRef(State* owned) noexcept : state_(owned) {}
  [[nodiscard]] static StateRef share(State* state) noexcept {
    state->retain();
    return StateRef(state);
  }
  StateRef(const StateRef& other) noexcept : state_(other.state_) {
    if (state_ != nullptr) state_->retain();
  }
  StateRef(StateRef&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  StateRef& operator=(StateRef other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~StateRef() {
    if (state_ != nullptr) state_->release();
  }
  [[nodiscard]] State* get() const noexcept { return state_; }
  [[nodiscard]] State* release() noexcept { return std::exchange(state_, nullptr); }
  [[nodiscard]] State& operator*() const noexcept { return *state_; }
  [[nodiscard]] State* operator->() const noexcept { return state_; }
  [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }

 private:
  State* state_ = nullptr;
};

}  // namespace millrace::detail
