// io_uring behind the Poller seam.
//
// A registration is a one-shot POLL_ADD that is armed again by the wait() after the one that reported it, in the same system call:
// arming looks at the descriptor, so what is still ready answers at once, which is what level-triggered means. A multishot poll would
// spare the arming, but answers only when something changes; its level-triggered variant (IORING_POLL_ADD_LEVEL) is refused by
// Linux 6.18 with EINVAL.
//
// States of a registration, all moved by the loop thread alone:
//
//   absent --add--> to_arm --wait--> armed --completion--> ready --reported--> to_arm
//   any --remove--> absent      any --modify--> to_arm      armed --another ring--> to_arm
//
// Each state change that breaks with the past gives the registration a new generation. Everything that travels through the kernel or
// waits in a queue carries (descriptor number, generation) as its key, and means nothing once the generation has moved on. That is
// how no event outlives remove() or modify(), wherever it waits.
//
// The ring belongs to one thread: with SINGLE_ISSUER the kernel insists, and without it requests die with the thread that made them
// and their completions interrupt it. A wait on another thread therefore makes a new ring and arms everything there.
#include "poll/io_uring_poller.h"

#include <liburing.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/timespec.h"
#include "base/unique_fd.h"
#include "poll/eventfd_waker.h"
#include "poll/poll_bits.h"
#include "poll/refusals.h"
#include "poll/wait_deadline.h"

namespace millrace {
namespace {

using Key = std::uint64_t;
constexpr Key kNobody = ~Key{0};  // completions that mean nothing: of cancellations and of nudges

[[nodiscard]] constexpr Key make_key(int fd, std::uint32_t generation) noexcept {
  return Key{static_cast<std::uint32_t>(fd)} << 32 | generation;
}

/// Owns an io_uring; liburing maps it and fills the requests.
class Ring {
 public:
  /// Returns errno, negative; `made` is the ring after 0. Cost: one system call and three mappings.
  [[nodiscard]] static int open(const IoUringSetup& setup, bool may_defer, std::unique_ptr<Ring>& made) {
    // DEFER_TASKRUN lets completions wait until we ask: fewer interruptions, and a ready descriptor is looked at in our own system
    // call (Linux 6.1; needs SINGLE_ISSUER); measured at 3.3 us for a write, a wait and a read where COOP_TASKRUN, its lesser form
    // (5.19), takes 4.1. SUBMIT_ALL goes on after a request that is refused (5.18).
    constexpr std::array<unsigned, 3> kFlags{IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL,
                                             IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SUBMIT_ALL, 0U};
    int result = -EINVAL;
    for (std::size_t i = setup.plain ? kFlags.size() - 1 : may_defer ? 0 : 1; i < kFlags.size() && result == -EINVAL; ++i) {
      auto ring = std::make_unique<Ring>();
      io_uring_params parameters{};
      parameters.flags = kFlags[i] | IORING_SETUP_CQSIZE;
      parameters.cq_entries = setup.completions;
      result = io_uring_queue_init_params(setup.submissions, &ring->ring_, &parameters);
      if (result < 0) continue;
      ring->open_ = true;
      // NODROP: the kernel keeps completions that do not fit (5.5). EXT_ARG: a time-out as an argument of the wait (5.11).
      constexpr unsigned kNeeded = IORING_FEAT_NODROP | IORING_FEAT_EXT_ARG;
      if ((parameters.features & kNeeded) != kNeeded) return -ENOSYS;
      ring->deferred_ = (kFlags[i] & IORING_SETUP_DEFER_TASKRUN) != 0;
      made = std::move(ring);
    }
    return result;
  }

  Ring() = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() {
    if (open_) io_uring_queue_exit(&ring_);
  }

  [[nodiscard]] io_uring* get() noexcept { return &ring_; }
  [[nodiscard]] int fd() const noexcept { return ring_.ring_fd; }
  [[nodiscard]] bool is_mine() const noexcept { return owner_ == std::this_thread::get_id(); }
  /// Whether completions wait for us to ask.
  [[nodiscard]] bool deferred() const noexcept { return deferred_; }
  /// Completions are here, or the kernel keeps some that did not fit.
  [[nodiscard]] bool has_completions() const noexcept { return io_uring_cq_ready(&ring_) > 0 || io_uring_cq_has_overflow(&ring_); }
  [[nodiscard]] bool all_submitted() const noexcept { return io_uring_sq_ready(&ring_) == 0; }

  /// Submits what is prepared, lets the kernel hand over what completed, and sleeps until there is one (`min_complete` 1), for `nap`
  /// at most (nothing: for ever). Returns how many were submitted, even when the sleep ended otherwise; or errno, negative.
  ///
  /// Not io_uring_submit_and_wait_timeout(): when requests had been submitted and a signal or the time-out ended the sleep, that of
  /// liburing 2.3 goes to sleep again. Cost: one system call.
  [[nodiscard]] int enter(unsigned min_complete, std::optional<Duration> nap) noexcept {
    // Publishes the prepared requests. The array of indices in between is filled once, by liburing.
    ring_.sq.sqe_head = ring_.sq.sqe_tail;
    io_uring_smp_store_release(ring_.sq.ktail, ring_.sq.sqe_tail);
    __kernel_timespec time{};
    io_uring_getevents_arg argument{};
    if (nap) {
      time = to_timespec<__kernel_timespec>(*nap);
      argument.ts = reinterpret_cast<std::uintptr_t>(&time);
    }
    return io_uring_enter2(static_cast<unsigned>(ring_.ring_fd), io_uring_sq_ready(&ring_), min_complete,
                           IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, reinterpret_cast<sigset_t*>(&argument), sizeof argument);
  }

 private:
  io_uring ring_{};
  bool open_ = false;
  bool deferred_ = false;
  std::thread::id owner_ = std::this_thread::get_id();
};

/// Why there is no ring, for people.
Error ring_refused(int error) {
  switch (error) {
    case ENOSYS:
      return Error(Errc::unsupported, "io_uring: this kernel has none, or an old one; needs Linux 5.11, or choose another poller")
          .with("errno", "ENOSYS");
    case EPERM:
    case EACCES:
      return Error(Errc::unsupported,
                   "io_uring: the kernel refuses it here; set the sysctl kernel.io_uring_disabled to 0, let the seccomp filter of "
                   "the "
                   "container pass io_uring_setup, io_uring_enter and io_uring_register, or choose another poller")
          .with("errno", error == EPERM ? "EPERM" : "EACCES");
    case ENOMEM: return Error::from_errno(error, "io_uring_setup (before Linux 5.12, raise the limit on locked memory: ulimit -l)");
    default: return Error::from_errno(error, "io_uring_setup");
  }
}

class IoUringPoller final : public Poller {
 public:
  IoUringPoller(IoUringSetup setup, std::unique_ptr<Ring> ring, std::shared_ptr<EventFdWaker> waker, UniqueFd window)
      : setup_(setup), ring_(std::move(ring)), waker_(std::move(waker)), window_(std::move(window)) {
    insert(waker_->fd(), Interest::readable, kReservedToken);
  }

  [[nodiscard]] std::string_view name() const noexcept override { return "io_uring"; }

  [[nodiscard]] Result<void> add(int fd, Interest interest, std::uint64_t token) override {
    if (auto checked = check_token("add", token); !checked) return checked;
    // The kernel would say so only when the poll is armed, which is later.
    if (auto checked = check_descriptor("add", fd); !checked) return checked;
    if (find(fd) != nullptr) return fail(already_registered("add", fd));
    insert(fd, interest, token);
    return {};
  }

  [[nodiscard]] Result<void> modify(int fd, Interest interest, std::uint64_t token) override {
    if (auto checked = check_token("modify", token); !checked) return checked;
    Registration* registration = find_users(fd);
    if (registration == nullptr) return fail(not_registered("modify", fd));
    if (registration->in_kernel && ring_ != nullptr) cancels_.push_back(make_key(fd, registration->generation));
    plan_arming(fd, *registration);
    registration->interest = interest;
    registration->token = token;
    registration->half_closed = false;
    return {};
  }

  [[nodiscard]] Result<void> remove(int fd) override {
    Registration* registration = find_users(fd);
    if (registration == nullptr) return fail(not_registered("remove", fd));
    const Key key = make_key(fd, registration->generation);
    const bool in_kernel = registration->in_kernel && ring_ != nullptr;
    forget(*registration);
    // An armed poll holds the open file: a socket would not tell its peer of the close() that follows. So it is let go of now.
    if (in_kernel) let_go(key);
    return {};
  }

  [[nodiscard]] Result<std::size_t> wait(std::span<ReadyEvent> out, std::optional<Duration> timeout) override {
    if (out.empty()) return fail(Error::from_errno(EINVAL, "wait: no room for events"));
    const WaitDeadline deadline{timeout};
    for (;;) {
      const Result<Enter> entered = enter(&deadline);
      if (!entered) return fail(entered.error());
      if (auto collected = collect(); !collected) return fail(std::move(collected.error()));
      bool woken = false;
      const std::size_t count = deliver(out, woken);
      // A signal ends the wait: the loop looks at its clock again and recomputes what is left.
      if (count > 0 || woken || *entered == Enter::interrupted) return count;
      if (deadline.passed()) return 0;
    }
  }

  [[nodiscard]] std::shared_ptr<Waker> waker() override { return waker_; }

  /// An epoll descriptor with the ring inside, because the ring changes with the thread and this number must not.
  [[nodiscard]] std::optional<int> wait_fd() const noexcept override { return window_.get(); }

  /// Cost: one system call, one more if something is ready, and a new ring the first time.
  [[nodiscard]] Result<void> prepare_foreign_wait() override {
    // With DEFER_TASKRUN a ring becomes readable only when somebody looks, and wakes nobody who sleeps; an eventfd registered with
    // it would wake, but Linux 6.18 loses all but the first signal that an eventfd causes. So the ring does without from now on.
    foreign_ = true;
    // Twice, because a half-closed peer answers the first arming and is armed otherwise then (see complete()).
    for (int round = 0; round < 2; ++round) {
      if (auto entered = enter(nullptr); !entered) return fail(std::move(entered.error()));
      // Takes away completions that mean nothing, which would make the ring readable for nothing.
      if (auto collected = collect(); !collected) return collected;
      if (arming_.empty() && cancels_.empty()) break;
    }
    if (!window_open_) {
      epoll_event event{};
      event.events = EPOLLIN;
      if (::epoll_ctl(window_.get(), EPOLL_CTL_ADD, ring_->fd(), &event) != 0)
        return fail(Error::from_errno(errno, "epoll_ctl add ring"));
      window_open_ = true;
    }
    drop_outdated_ready();
    if (ready_.empty()) return {};
    // What we know of is in our queue and no longer in the ring: the completion of nothing makes the ring readable.
    io_uring_sqe* nudge = next_submission();
    if (nudge != nullptr) {
      io_uring_prep_nop(nudge);
      nudge->user_data = kNobody;
      if (look() != Enter::failed) return {};
    }
    return fail(Error::from_errno(enter_errno_, "io_uring_enter"));
  }

 private:
  enum class State : std::uint8_t { absent, to_arm, armed, ready };

  struct Registration {
    std::uint64_t token = 0;
    std::uint32_t generation = 0;  // 2^32 changes between two waits would be needed to mistake one for another
    unsigned bits = 0;             // ready: what completed
    Interest interest = Interest::none;
    State state = State::absent;
    bool in_kernel = false;    // a poll of this generation is armed
    bool half_closed = false;  // armed so that it answers changes only; see complete()
  };

  enum class Enter : std::uint8_t { done, interrupted, failed };

  // --- registrations -------------------------------------------------------------------------------------------------------------

  [[nodiscard]] Registration* find(int fd) noexcept {
    if (fd < 0 || static_cast<std::size_t>(fd) >= registrations_.size()) return nullptr;
    Registration& found = registrations_[static_cast<std::size_t>(fd)];
    return found.state == State::absent ? nullptr : &found;
  }
  /// As find(), and blind to the waker's descriptor, which nobody outside registered.
  [[nodiscard]] Registration* find_users(int fd) noexcept { return fd == waker_->fd() ? nullptr : find(fd); }
  [[nodiscard]] Registration* find_key(Key key) noexcept {
    if (key == kNobody) return nullptr;
    Registration* found = find(fd_of(key));
    return found != nullptr && found->generation == static_cast<std::uint32_t>(key) ? found : nullptr;
  }
  [[nodiscard]] static int fd_of(Key key) noexcept { return static_cast<int>(key >> 32); }

  void insert(int fd, Interest interest, std::uint64_t token) {
    const auto number = static_cast<std::size_t>(fd);
    if (number >= registrations_.size()) registrations_.resize(number + 1);
    Registration& added = registrations_[number];
    plan_arming(fd, added);
    added.interest = interest;
    added.token = token;
    ++live_;
  }

  void forget(Registration& registration) noexcept {
    registration = Registration{.generation = registration.generation + 1};
    --live_;
  }

  /// Starts a new generation that the next wait arms. What the kernel still has of the old one is the caller's to cancel.
  void plan_arming(int fd, Registration& registration) {
    // Adding and removing over and over without a wait leaves outdated keys behind; they may not outnumber the others for long.
    if (arming_.size() >= 64 && arming_.size() > 2 * live_)
      std::erase_if(arming_, [this](Key key) { return !waits_for_arming(key); });
    arming_.push_back(make_key(fd, registration.generation + 1));
    ++registration.generation;
    registration.state = State::to_arm;
    registration.in_kernel = false;
    registration.bits = 0;
  }
  [[nodiscard]] bool waits_for_arming(Key key) noexcept {
    const Registration* registration = find_key(key);
    return registration != nullptr && registration->state == State::to_arm;
  }

  // --- towards the kernel --------------------------------------------------------------------------------------------------------

  /// Submits every change; then sleeps until `deadline` unless something is known to be ready, or only looks (null).
  /// Cost: one system call, and more when the submission ring is too small or the thread is another one.
  [[nodiscard]] Result<Enter> enter(const WaitDeadline* deadline) {
    for (int attempt = 0;; ++attempt) {
      if (auto made = ensure_ring(); !made) return fail(std::move(made.error()));
      const bool queued = queue_cancels() && queue_arming();
      const Enter entered = !queued ? Enter::failed : deadline != nullptr && ready_.empty() ? sleep(*deadline) : look();
      if (entered != Enter::failed) return entered;
      if (attempt >= kAttemptsMax || (enter_errno_ != EEXIST && enter_errno_ != EBUSY && enter_errno_ != EAGAIN))
        return fail(Error::from_errno(enter_errno_, "io_uring_enter"));
      // EEXIST: the ring is another thread's, one that ended and whose identity ours has now. Otherwise the kernel lacks room for
      // completions, and taking some makes it.
      if (enter_errno_ == EEXIST)
        drop_ring();
      else if (auto collected = collect(); !collected)
        return fail(std::move(collected.error()));
    }
  }

  /// Makes a ring of this thread where there is none. Everything is to be armed in it.
  [[nodiscard]] Result<void> ensure_ring() {
    if (ring_ != nullptr && (!ring_->is_mine() || (foreign_ && ring_->deferred()))) drop_ring();
    if (ring_ != nullptr) return {};
    std::unique_ptr<Ring> ring;
    if (const int error = -Ring::open(setup_, !foreign_, ring); error > 0) return fail(ring_refused(error));
    arming_.clear();
    cancels_.clear();
    for (std::size_t number = 0; number < registrations_.size(); ++number) {
      Registration& registration = registrations_[number];
      registration.in_kernel = false;
      if (registration.state == State::armed || registration.state == State::to_arm)
        plan_arming(static_cast<int>(number), registration);
    }
    ring_ = std::move(ring);
    return {};
  }

  [[nodiscard]] bool queue_cancels() noexcept {
    while (!cancels_.empty()) {
      if (!cancel(cancels_.back())) return false;
      cancels_.pop_back();
    }
    return true;
  }

  /// Prepares the end of an armed poll. False: there is no room for it.
  [[nodiscard]] bool cancel(Key key) noexcept {
    io_uring_sqe* request = next_submission();
    if (request == nullptr) return false;
    io_uring_prep_poll_remove(request, key);
    request->user_data = kNobody;
    return true;
  }

  [[nodiscard]] bool queue_arming() noexcept {
    std::size_t done = 0;
    bool room = true;
    for (; done < arming_.size(); ++done) {
      if (!waits_for_arming(arming_[done])) continue;
      io_uring_sqe* poll = next_submission();
      if (poll == nullptr) {
        room = false;
        break;
      }
      Registration& registration = *find_key(arming_[done]);
      const unsigned bits = to_poll_bits(registration.interest);
      if (registration.half_closed)
        io_uring_prep_poll_multishot(poll, fd_of(arming_[done]), bits);
      else
        io_uring_prep_poll_add(poll, fd_of(arming_[done]), bits);
      poll->user_data = arming_[done];
      registration.state = State::armed;
      registration.in_kernel = true;
    }
    arming_.erase(arming_.begin(), arming_.begin() + static_cast<std::ptrdiff_t>(done));
    return room;
  }

  /// Room for one request, made by submitting the others when there is none. Null: the kernel refuses (enter_errno_).
  [[nodiscard]] io_uring_sqe* next_submission() noexcept {
    for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
      if (io_uring_sqe* free = io_uring_get_sqe(ring_->get())) return free;
      const int submitted = ring_->enter(0, std::nullopt);
      enter_errno_ = submitted < 0 ? -submitted : EBUSY;
      if (submitted < 0 && submitted != -EINTR) return nullptr;
    }
    return nullptr;
  }

  /// Cancels an armed poll before it returns. Allocates nothing.
  void let_go(Key key) noexcept {
    if (!ring_->is_mine() || !cancel(key)) return drop_ring();  // closing the ring cancels, too
    // Refused otherwise: it stays queued for the next wait, and the key is outdated already.
    if (look() == Enter::failed && enter_errno_ == EEXIST) drop_ring();
  }

  /// The next wait makes another one.
  void drop_ring() noexcept {
    if (window_open_) ::epoll_ctl(window_.get(), EPOLL_CTL_DEL, ring_->fd(), nullptr);
    window_open_ = false;
    ring_.reset();
  }

  // --- from the kernel -----------------------------------------------------------------------------------------------------------

  /// Submits, and returns when something completed, at the deadline, or after a signal.
  [[nodiscard]] Enter sleep(const WaitDeadline& deadline) noexcept {
    // What completed while requests were submitted to make room ends the sleep, but the kernel is still to be asked for the rest.
    if (ring_->has_completions() || deadline.is_now()) return look();
    const Duration nap = deadline.next_nap();
    const int result = deadline.is_never() ? ring_->enter(1, std::nullopt) : ring_->enter(1, nap);
    // Submitted, slept, and nothing completed: the time-out or a signal, and the clock knows which. Requests left over mean that the
    // kernel stopped half-way, without sleeping.
    const bool nap_may_have_ended = !deadline.is_never() && (nap == WaitDeadline::kLongestNap || deadline.passed());
    if (result >= 0 && !ring_->has_completions() && ring_->all_submitted() && !nap_may_have_ended) return Enter::interrupted;
    return judge(result);
  }

  /// Submits, and lets the kernel hand over what is ready. Never sleeps.
  [[nodiscard]] Enter look() noexcept { return judge(ring_->enter(0, std::nullopt)); }

  [[nodiscard]] Enter judge(int result) noexcept {
    if (result >= 0 || result == -ETIME) return Enter::done;
    if (result == -EINTR) return Enter::interrupted;
    enter_errno_ = -result;
    return Enter::failed;
  }

  /// Takes every completion that there is. Errors: a poll that the kernel could not arm; it is tried again by the next wait.
  [[nodiscard]] Result<void> collect() {
    io_uring* ring = ring_->get();
    int failed_fd = -1;
    int failure = 0;
    for (;;) {
      io_uring_cqe* completion = nullptr;
      unsigned count = 0;
      unsigned head = 0;
      io_uring_for_each_cqe(ring, head, completion) {
        ++count;
        if (const int error = complete(completion->user_data, completion->res, (completion->flags & IORING_CQE_F_MORE) != 0)) {
          failed_fd = fd_of(completion->user_data);
          failure = error;
        }
      }
      io_uring_cq_advance(ring, count);
      // The kernel kept what did not fit; it hands over as much as fits now.
      if (!io_uring_cq_has_overflow(ring) || ring_->enter(0, std::nullopt) < 0) break;
    }
    if (failure == 0) return {};
    return fail(Error::from_errno(failure, "io_uring poll").with("fd", std::to_string(failed_fd)));
  }

  /// One completion. Returns the errno of a poll that could not be armed, else 0.
  [[nodiscard]] int complete(Key key, int result, bool more) {
    Registration* registration = find_key(key);
    if (registration == nullptr) return 0;  // outdated
    const int fd = fd_of(key);
    registration->in_kernel = more;
    if (result < 0) {
      if (result == -EBADF) {
        forget(*registration);  // closed without remove(): forgotten, as the number may soon be somebody else's
        return 0;
      }
      plan_arming(fd, *registration);
      return result == -ECANCELED ? 0 : -result;  // cancelled by the kernel: the thread that armed it ended
    }
    auto bits = static_cast<unsigned>(result);
    // The kernel tells of a half-closed peer whether asked for or not, and a one-shot poll would do so again at once, for ever. Who
    // only writes does not want to know, so such a descriptor is armed to answer changes only.
    if (!includes(registration->interest, Interest::readable)) bits &= ~kPollHalfClosed;
    if (bits == 0) {
      if (more) return 0;
      plan_arming(fd, *registration);
      registration->half_closed = true;
      return 0;
    }
    registration->bits |= bits;
    if (registration->state == State::ready) return 0;
    ready_.push_back(key);
    registration->state = State::ready;
    return 0;
  }

  /// Reports what is ready, first come first served, and plans its arming. The rest stays for the next wait.
  [[nodiscard]] std::size_t deliver(std::span<ReadyEvent> out, bool& woken) {
    std::size_t count = 0;
    std::size_t taken = 0;
    for (; taken < ready_.size() && count < out.size(); ++taken) {
      const Key key = ready_[taken];
      Registration* registration = find_key(key);
      if (registration == nullptr || registration->state != State::ready) continue;  // removed or modified since
      if (fd_of(key) == waker_->fd()) {
        waker_->drain();
        woken = true;
      } else {
        out[count++] = {registration->token, from_poll_bits(registration->bits)};
      }
      if (registration->in_kernel) cancels_.push_back(key);
      plan_arming(fd_of(key), *registration);
    }
    ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(taken));
    return count;
  }

  void drop_outdated_ready() {
    std::erase_if(ready_, [this](Key key) {
      const Registration* registration = find_key(key);
      return registration == nullptr || registration->state != State::ready;
    });
  }

  static constexpr int kAttemptsMax = 16;

  IoUringSetup setup_;
  std::unique_ptr<Ring> ring_;  // null: the next wait makes one
  std::shared_ptr<EventFdWaker> waker_;
  UniqueFd window_;                          // what wait_fd() shows
  bool window_open_ = false;                 // this ring is in it
  bool foreign_ = false;                     // another loop waits for us now and then
  std::vector<Registration> registrations_;  // by descriptor number
  std::size_t live_ = 0;
  std::vector<Key> arming_;   // to arm, oldest first; some outdated
  std::vector<Key> cancels_;  // armed polls of the past
  std::vector<Key> ready_;    // completed and not yet reported, oldest first; some outdated
  int enter_errno_ = 0;
};

}  // namespace

Result<std::unique_ptr<Poller>> make_io_uring_poller(IoUringSetup setup) {
  // Made now so that a refusal comes now. The first wait replaces it if it happens on another thread.
  std::unique_ptr<Ring> ring;
  if (const int error = -Ring::open(setup, true, ring); error > 0) return fail(ring_refused(error));
  auto waker = EventFdWaker::make();
  if (!waker) return fail(std::move(waker.error()));
  UniqueFd window{::epoll_create1(EPOLL_CLOEXEC)};
  if (!window) return fail(Error::from_errno(errno, "epoll_create1"));
  return std::make_unique<IoUringPoller>(setup, std::move(ring), *std::move(waker), std::move(window));
}

Result<std::unique_ptr<Poller>> make_io_uring_poller() { return make_io_uring_poller(IoUringSetup{}); }

}  // namespace millrace
