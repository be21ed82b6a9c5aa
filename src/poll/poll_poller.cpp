// poll(2) behind the Poller seam: POSIX alone, for systems without epoll and for telling whether a fault is epoll's or ours.
//
// Two arrays side by side, watched_ (what poll reads) and tokens_, dense and in no order: adding appends, removing moves the last one
// into the gap. index_ finds a descriptor's place by its number. Place 0 is the wake pipe and never moves.
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <vector>

#include <millrace/poller.h>

#include "base/timespec.h"
#include "poll/pipe_waker.h"
#include "poll/poll_bits.h"
#include "poll/refusals.h"
#include "poll/wait_deadline.h"

namespace millrace {
namespace {

class PollPoller final : public Poller {
 public:
  explicit PollPoller(std::shared_ptr<PipeWaker> waker) : waker_(std::move(waker)) {
    insert(waker_->fd(), Interest::readable, kReservedToken);
  }

  [[nodiscard]] std::string_view name() const noexcept override { return "poll"; }

  [[nodiscard]] Result<void> add(int fd, Interest interest, std::uint64_t token) override {
    if (auto checked = check_token("add", token); !checked) return checked;
    if (auto checked = check_descriptor("add", fd); !checked) return checked;
    if (place_of(fd) != kNowhere) return fail(already_registered("add", fd));
    insert(fd, interest, token);
    return {};
  }

  [[nodiscard]] Result<void> modify(int fd, Interest interest, std::uint64_t token) override {
    if (auto checked = check_token("modify", token); !checked) return checked;
    const std::size_t place = place_of_users(fd);
    if (place == kNowhere) return fail(not_registered("modify", fd));
    watched_[place].events = static_cast<short>(to_poll_bits(interest));
    tokens_[place] = token;
    return {};
  }

  [[nodiscard]] Result<void> remove(int fd) override {
    const std::size_t place = place_of_users(fd);
    if (place == kNowhere) return fail(not_registered("remove", fd));
    erase(place);
    return {};
  }

  [[nodiscard]] Result<std::size_t> wait(std::span<ReadyEvent> out, std::optional<Duration> timeout) override {
    if (out.empty()) return fail(Error::from_errno(EINVAL, "wait: no room for events"));
    const WaitDeadline deadline{timeout};
    for (;;) {
      const int count = poll_once(timeout ? std::optional{deadline.next_nap()} : std::nullopt);
      if (count < 0) {
        if (errno == EINTR) return 0;  // the loop looks at its clock again and recomputes what is left
        return fail(Error::from_errno(errno, "poll"));
      }
      if (count > 0) {
        const bool woken = watched_[0].revents != 0;
        if (woken) waker_->drain();
        const std::size_t ready = collect(out, static_cast<std::size_t>(count) - (woken ? 1 : 0));
        if (ready > 0 || woken) return ready;
      }
      // Nothing to tell: what answered was closed without remove(), or a day has passed.
      if (deadline.passed()) return 0;
    }
  }

  [[nodiscard]] std::shared_ptr<Waker> waker() override { return waker_; }

 private:
  static constexpr std::size_t kNowhere = ~std::size_t{0};

  [[nodiscard]] std::size_t place_of(int fd) const noexcept {
    return fd >= 0 && static_cast<std::size_t>(fd) < index_.size() ? index_[static_cast<std::size_t>(fd)] : kNowhere;
  }
  /// As place_of(), and blind to the wake pipe, which nobody outside registered.
  [[nodiscard]] std::size_t place_of_users(int fd) const noexcept {
    const std::size_t place = place_of(fd);
    return place == 0 ? kNowhere : place;
  }

  void insert(int fd, Interest interest, std::uint64_t token) {
    const auto number = static_cast<std::size_t>(fd);
    if (number >= index_.size()) index_.resize(number + 1, kNowhere);
    tokens_.push_back(token);
    try {
      watched_.push_back({.fd = fd, .events = static_cast<short>(to_poll_bits(interest)), .revents = 0});
    } catch (...) {
      tokens_.pop_back();
      throw;
    }
    index_[number] = watched_.size() - 1;
  }

  void erase(std::size_t place) noexcept {
    index_[static_cast<std::size_t>(watched_[place].fd)] = kNowhere;
    if (place != watched_.size() - 1) {
      watched_[place] = watched_.back();
      tokens_[place] = tokens_.back();
      index_[static_cast<std::size_t>(watched_[place].fd)] = place;
    }
    watched_.pop_back();
    tokens_.pop_back();
  }

  /// Tells of up to `answered` descriptors, from where the previous scan ran out of room, once around.
  [[nodiscard]] std::size_t collect(std::span<ReadyEvent> out, std::size_t answered) {
    const std::size_t users = watched_.size() - 1;
    std::size_t ready = 0;
    bool any_closed = false;
    for (std::size_t step = 0; step < users && answered > 0 && ready < out.size(); ++step) {
      if (++scanned_ >= watched_.size()) scanned_ = 1;
      const auto bits = static_cast<unsigned short>(watched_[scanned_].revents);
      if (bits == 0) continue;
      --answered;
      if ((bits & POLLNVAL) != 0)
        any_closed = true;
      else
        out[ready++] = {tokens_[scanned_], from_poll_bits(bits)};
    }
    // Closed without remove(): forgotten, as the number may soon be somebody else's. Backwards, because erasing moves the last one.
    if (any_closed)
      for (std::size_t place = watched_.size() - 1; place > 0; --place)
        if ((watched_[place].revents & POLLNVAL) != 0) erase(place);
    return ready;
  }

  [[nodiscard]] int poll_once(std::optional<Duration> nap) noexcept {
    const auto count = static_cast<nfds_t>(watched_.size());
#ifdef MILLRACE_HAVE_PPOLL
    const timespec time = to_timespec(nap.value_or(Duration::zero()));
    return ::ppoll(watched_.data(), count, nap ? &time : nullptr, nullptr);
#else
    // Rounded up, or a timer would be looked at early.
    return ::poll(watched_.data(), count, nap ? static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(*nap).count()) : -1);
#endif
  }

  std::shared_ptr<PipeWaker> waker_;
  std::vector<pollfd> watched_;
  std::vector<std::uint64_t> tokens_;
  std::vector<std::size_t> index_;  // by descriptor number
  std::size_t scanned_ = 0;         // the place looked at last
};

}  // namespace

Result<std::unique_ptr<Poller>> make_poll_poller() {
  auto waker = PipeWaker::make();
  if (!waker) return fail(std::move(waker.error()));
  return std::make_unique<PollPoller>(*std::move(waker));
}

}  // namespace millrace
