#include <millrace/detail/promise_home.h>

#include <mutex>
#include <utility>

#include <millrace/detail/promise_state.h>
#include <millrace/loop.h>
#include <millrace/promise.h>

#include "ingress/door.h"
#include "loop/core.h"
#include "promise/annals.h"
#include "promise/rejections.h"

namespace millrace::detail {

/// What threads touch that are not the loop's.
struct PromiseHome::Shared {
  std::shared_ptr<Door> door;
  std::recursive_mutex mutex;          ///< recursive: destroying a value may release the next state
  std::vector<PromiseBase*> given_up;  ///< references that the loop drops; guarded by mutex
};

/// The home as the loop sees it. The loop's end is not the home's: states may live on.
class PromiseExtension final : public LoopExtension {
 public:
  explicit PromiseExtension(PromiseHome& home) noexcept : home_(home) {}
  ~PromiseExtension() override { home_.detach(); }
  void adopted() noexcept override { home_.adopt(); }
  [[nodiscard]] bool has_news() const noexcept override { return home_.rejections().has_news(); }
  void checkpoint_drained() noexcept override { home_.rejections().tell(*home_.core_, home_.annals_.get()); }
  [[nodiscard]] std::size_t pending() const noexcept override { return home_.pending_; }
  void closing() noexcept override { home_.close(); }
  [[nodiscard]] PromiseHome& home() const noexcept { return home_; }

 private:
  PromiseHome& home_;
};

namespace {
/// What a home asks when its loop is gone: takes nothing, and knows no context. Never written after it was made.
LoopQueues& closed_queues() noexcept {
  struct Closed : LoopQueues {
    Closed() noexcept : LoopQueues(0) { open = false; }
  };
  static Closed queues;
  return queues;
}
}  // namespace

PromiseHome& PromiseHome::of(Loop& loop) {
  LoopCore& core = loop.core();
  MILLRACE_ASSERT_LOOP_THREAD(core);
  if (core.extension() == nullptr) core.extend(std::make_unique<PromiseExtension>(*new PromiseHome(loop)));
  return static_cast<PromiseExtension*>(core.extension())->home();
}

PromiseHome::PromiseHome(Loop& loop)
    : queues_(&loop.core().queues()),
      core_(&loop.core()),
      rejections_(std::make_unique<Rejections>()),
      shared_(std::make_unique<Shared>()),
      thread_(std::this_thread::get_id()) {
  shared_->door = loop.core().door();
  const LoopState state = loop.state();
  closed_ = state == LoopState::closing || state == LoopState::closed;
}

PromiseHome::~PromiseHome() {
  for (void* page : pages_) ::operator delete(page);
}

void PromiseHome::add_page(std::size_t bytes) {
  const std::size_t size = (bytes + kPieceStep - 1) / kPieceStep * kPieceStep;
  pages_.push_back(nullptr);  // first, so that nothing is lost when there is no memory for one of the two
  auto* const page = static_cast<std::byte*>(::operator new(kPageBytes));
  pages_.back() = page;
  Piece*& head = free_[(bytes - 1) / kPieceStep];
  for (std::size_t at = kPageBytes / size * size; at >= size;) {
    at -= size;
    head = ::new (page + at) Piece{head};
  }
}

void PromiseHome::destroy_slowly(PromiseBase* state) noexcept {
  state->doomed_next_ = doomed_;
  doomed_ = state;
  if (!destroying_) destroy_doomed();
}

void PromiseHome::destroy_doomed() noexcept {
  // One by one: a state may hold the last reference to the next, in its value or through reactions that nobody runs any more, however
  // many there are.
  destroying_ = true;
  while (doomed_ != nullptr) {
    PromiseBase* const gone = doomed_;
    doomed_ = std::exchange(gone->doomed_next_, nullptr);
    gone->home_ = this;
    abandon_reactions(*gone);
    if (gone->pending()) unlink(*gone);
    if (gone->told_ && !detached_) rejections_->forget(*gone);
    if (annals_ != nullptr) annals_->forget(*gone);
    gone->dispose();  // guarded already: what it releases joins the line
  }
  destroying_ = false;
}

void* PromiseHome::allocate_detached(std::size_t bytes) {
  const std::lock_guard lock(shared_->mutex);
  return allocate_piece(bytes);
}

void PromiseHome::deallocate_detached(void* memory, std::size_t bytes) noexcept {
  const std::lock_guard lock(shared_->mutex);
  deallocate_piece(memory, bytes);
}

void PromiseHome::retain_detached(PromiseBase& state) noexcept {
  const std::lock_guard lock(shared_->mutex);
  ++state.references_;
}

void PromiseHome::release_detached(PromiseBase* state) noexcept {
  bool last = false;
  {
    const std::lock_guard lock(shared_->mutex);
    if (--state->references_ == 0) destroy(state);
    last = live_ == 0 && !destroying_;
  }
  if (last) delete this;
}

void PromiseHome::give_up(PromiseBase* state) noexcept {
  if (on_loop_thread()) return state->release();
  {
    const std::lock_guard lock(shared_->mutex);
    if (!detached_) {
      shared_->given_up.push_back(state);
      return;
    }
  }
  release_detached(state);
}

void PromiseHome::run_in_context(Reaction& reaction, PromiseBase& source) noexcept {
  Context own = ContextHandoff::adopt(std::exchange(reaction.context_, nullptr));
  Context before = core_->context();
  const std::unique_ptr<WorkHook::Running> followed = core_->follow(WorkHook::Kind::continuation, own);
  core_->switch_context(followed == nullptr ? std::move(own) : followed->context());
  reaction.react(source);
  core_->switch_context(std::move(before));
}

void PromiseHome::abandon_reaction(Reaction& reaction) noexcept {
  if (reaction.context_ != nullptr) detail::release(std::exchange(reaction.context_, nullptr));
  reaction.abandon();
}

void PromiseHome::abandon_reactions(PromiseBase& source) noexcept {
  while (Reaction* const reaction = source.reactions_.pop_front()) abandon_reaction(*reaction);
}

void PromiseHome::track(PromiseBase& state) noexcept {
  // What is rejected while the loop closes, by a capture that goes, is told to nobody any more; kept, it would keep the home for ever.
  if (!closed_) rejections_->add(state);
}

void PromiseHome::tell_exporter(PromiseBase& state) noexcept {
  // A loop that closes rejects what is pending for C++; whoever waits outside learns of the close by other ways.
  if (exporter_ != nullptr && !closed_) exporter_->settled(state);
}

void PromiseHome::handled_late(PromiseBase& state) noexcept {
  state.told_ = false;
  if (!detached_) rejections_->handled(state);
}

ContextNode* PromiseHome::capture_context_slowly() noexcept { return ContextHandoff::release(core_->captured_context()); }

Error PromiseHome::closed_error() const { return {Errc::closed, "the loop was closed before the promise was settled"}; }

void PromiseHome::abandon(PromiseBase& state, const char* what) noexcept {
  if (!closed_ && state.open() && state.observed()) state.reject(Error(Errc::abandoned, what));  // else nobody would hear of it
}

void PromiseHome::note_creation(PromiseBase& state) {
  if (annals_ != nullptr) annals_->note(state);
}

void PromiseHome::note_reaction(PromiseBase& source, PromiseBase& derived) {
  if (annals_ != nullptr) annals_->note_reaction(source, derived);
}

void PromiseHome::note_following(PromiseBase& follower, PromiseBase& source) {
  if (annals_ != nullptr) annals_->note_following(follower, source);
}

std::vector<PendingPromises> PromiseHome::pending_by_place(std::size_t places_max) const {
  if (annals_ == nullptr) {
    if (pending_ == 0 || places_max == 0) return {};
    return {{.created = {}, .count = pending_, .never_settles = false}};
  }
  std::vector<const PromiseBase*> pending;
  pending.reserve(pending_);
  for (PromiseBase* at = first_; at != nullptr; at = at->links().next) pending.push_back(at);
  return annals_->by_place(pending, places_max);
}

void PromiseHome::close() noexcept {
  closed_ = true;
  rejections_->tell_rest(*core_);
  // Oldest first. Whoever waits is abandoned, so that coroutines and closures let go of what they hold; what these release is settled
  // already or comes later in this list.
  const Error reason = closed_error();
  while (first_ != nullptr) {
    const StateRef<PromiseBase> state = StateRef<PromiseBase>::share(first_);
    state->handled_ = true;  // a loop that ends has told whoever closed it
    state->reject(reason);
  }
  signals_.reset();
  drop_given_up();
}

void PromiseHome::detach() noexcept {
  bool last = false;
  {
    const std::lock_guard lock(shared_->mutex);
    drop_given_up();
    detached_ = true;
    thread_.store(std::thread::id{}, std::memory_order_relaxed);  // nobody's: every reference goes through the mutex
    core_ = nullptr;
    queues_ = &closed_queues();  // handles that live on may still attach reactions, which are refused
    annals_.reset();
    last = live_ == 0;
  }
  if (last) delete this;
}

void PromiseHome::drop_given_up() noexcept {
  const std::lock_guard lock(shared_->mutex);
  for (PromiseBase* const state : std::exchange(shared_->given_up, {})) state->release();
}

bool PromiseHome::post(Task& settle) { return shared_->door->post_settlement(settle) == Admission::accepted; }

void PromiseHome::set_traces(std::size_t frames, std::size_t reactions) {
  annals_ = frames == 0 ? nullptr : std::make_unique<PromiseAnnals>(frames, reactions);
}

PromiseFigures PromiseHome::figures() const noexcept {
  return {.pending = pending_, .live = live_, .unhandled = rejections_->unhandled(), .handled_late = rejections_->handled_late()};
}

}  // namespace millrace::detail

namespace millrace {

Error detail::why_unsettled(const RunOutcome& outcome) {
  if (outcome.error())
    return outcome.error()->wrap(outcome.error()->code(), "run_until: the run failed before the promise was settled");
  switch (outcome.reason()) {
    case RunOutcome::Reason::timed_out: return {Errc::timed_out, "run_until: the promise is not settled yet"};
    case RunOutcome::Reason::closed: return {Errc::closed, "run_until: the loop was closed before the promise was settled"};
    case RunOutcome::Reason::stopped: return {Errc::terminated, "run_until: the loop was stopped before the promise was settled"};
    default: return {Errc::would_block_forever, "run_until: nothing is left on the loop that could settle the promise"};
  }
}

void set_rejection_policy(Loop& loop, RejectionPolicy policy) {
  detail::PromiseHome::of(loop).rejections().set_policy(std::move(policy));
}
void set_promise_traces(Loop& loop, std::size_t frames, std::size_t reactions) {
  detail::PromiseHome::of(loop).set_traces(frames, reactions);
}
std::vector<PendingPromises> pending_promises(Loop& loop, std::size_t places_max) {
  return detail::PromiseHome::of(loop).pending_by_place(places_max);
}
PromiseFigures promise_figures(Loop& loop) { return detail::PromiseHome::of(loop).figures(); }

}  // namespace millrace
