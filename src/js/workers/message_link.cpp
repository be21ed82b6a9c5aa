#include "js/workers/message_link.h"

#include <algorithm>
#include <new>
#include <utility>

#include "js/runtime_core.h"

namespace millrace::js {

Block::Block(std::size_t size) : memory_(static_cast<std::byte*>(std::calloc(std::max<std::size_t>(size, 1), 1))), size_(size) {
  if (memory_ == nullptr) throw std::bad_alloc();
}

std::size_t Message::size() const noexcept {
  std::size_t sum = bytes.size();
  for (const std::shared_ptr<Block>& block : blocks) sum += block->bytes().size();
  return sum;
}

/// What both ends share. The mutex is a leaf: nothing is called, posted or destroyed under it.
class LinkState : public std::enable_shared_from_this<LinkState> {
 public:
  struct Side {
    std::deque<Message> queue;
    std::size_t bytes = 0;
    bool closed = false;                   ///< by whoever held it
    bool told = false;                     ///< that the other one is closed
    std::optional<LinkListener> listener;  ///< nobody: what comes waits
    std::uint64_t generation = 0;          ///< of listeners: a task of an earlier one does nothing
    bool scheduled = false;                ///< a task is on its way to the listener, or runs
  };
  std::mutex mutex;
  std::array<Side, 2> sides;  // guarded by mutex

  /// Sends a task to the listener of `side`, if there is one, something to tell, and no task under way.
  void wake(int side) {
    std::optional<Ingress> door;
    std::uint64_t generation = 0;
    {
      const std::lock_guard lock(mutex);
      Side& mine = sides[static_cast<std::size_t>(side)];
      const bool news = !mine.queue.empty() || (sides[static_cast<std::size_t>(1 - side)].closed && !mine.told);
      if (!mine.listener || mine.scheduled || mine.closed || !news) return;
      mine.scheduled = true;
      generation = mine.generation;
      door = mine.listener->door;
    }
    Task task([state = shared_from_this(), side, generation] { state->deliver(side, generation); });
    // One task for each end waits at most, so the door has room; a loop that is closed runs no JavaScript.
    static_cast<void>(door->post_internal(task));
  }

 private:
  void deliver(int side, std::uint64_t generation) {
    std::shared_ptr<RuntimeCore> runtime;
    double id = 0;
    Side& mine = sides[static_cast<std::size_t>(side)];
    {
      const std::lock_guard lock(mutex);
      if (mine.generation != generation || !mine.listener) return;
      runtime = mine.listener->runtime.lock();
      id = mine.listener->id;
    }
    if (runtime == nullptr) return;
    runtime->deliver_message(id);
    {
      const std::lock_guard lock(mutex);
      if (mine.generation != generation) return;
      mine.scheduled = false;
    }
    wake(side);
  }
};

LinkEnd::LinkEnd(std::shared_ptr<LinkState> state, int side) noexcept : state_(std::move(state)), side_(side) {}

LinkEnd& LinkEnd::operator=(LinkEnd&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::move(other.state_);
    side_ = other.side_;
  }
  return *this;
}

std::array<LinkEnd, 2> LinkEnd::make_pair() {
  const auto state = std::make_shared<LinkState>();
  return {LinkEnd(state, 0), LinkEnd(state, 1)};
}

LinkEnd::Room LinkEnd::room(std::size_t bytes) const noexcept {
  if (state_ == nullptr) return Room::enough;
  const std::lock_guard lock(state_->mutex);
  const LinkState::Side& other = state_->sides[static_cast<std::size_t>(1 - side_)];
  if (other.queue.size() >= kMessagesMax) return Room::messages_max;
  return other.bytes > 0 && (bytes > kBytesMax || other.bytes > kBytesMax - bytes) ? Room::bytes_max : Room::enough;
}

void LinkEnd::send(Message message) {
  if (state_ == nullptr) return;
  for (const LinkEnd& port : message.ports)
    if (port.state_ == state_) return;
  {
    const std::lock_guard lock(state_->mutex);
    LinkState::Side& other = state_->sides[static_cast<std::size_t>(1 - side_)];
    if (other.closed) return;
    other.bytes += message.size();
    other.queue.push_back(std::move(message));
  }
  state_->wake(1 - side_);
}

void LinkEnd::requeue(std::size_t position, Message message) {
  if (state_ == nullptr) return;
  const std::lock_guard lock(state_->mutex);
  LinkState::Side& mine = state_->sides[static_cast<std::size_t>(side_)];
  mine.bytes += message.size();
  const auto at = static_cast<std::ptrdiff_t>(std::min(position, mine.queue.size()));
  mine.queue.insert(mine.queue.begin() + at, std::move(message));
}

LinkEnd::Taken LinkEnd::take() {
  if (state_ == nullptr) return {};
  auto message = std::make_unique<Message>();
  const std::lock_guard lock(state_->mutex);
  LinkState::Side& mine = state_->sides[static_cast<std::size_t>(side_)];
  if (!mine.queue.empty()) {
    *message = std::move(mine.queue.front());
    mine.queue.pop_front();
    mine.bytes -= message->size();
    return {.message = std::move(message)};
  }
  if (!state_->sides[static_cast<std::size_t>(1 - side_)].closed || mine.told) return {};
  mine.told = true;
  return {.message = nullptr, .closed = true};
}

void LinkEnd::listen(LinkListener listener) {
  if (state_ == nullptr) return;
  {
    const std::lock_guard lock(state_->mutex);
    LinkState::Side& mine = state_->sides[static_cast<std::size_t>(side_)];
    mine.listener = std::move(listener);
    ++mine.generation;
    mine.scheduled = false;
  }
  state_->wake(side_);
}

void LinkEnd::stop_listening() noexcept {
  if (state_ == nullptr) return;
  std::optional<LinkListener> gone;
  const std::lock_guard lock(state_->mutex);
  LinkState::Side& mine = state_->sides[static_cast<std::size_t>(side_)];
  gone.swap(mine.listener);
  ++mine.generation;
  mine.scheduled = false;
}

void LinkEnd::close() noexcept {
  if (state_ == nullptr) return;
  const std::shared_ptr<LinkState> state = std::exchange(state_, nullptr);
  std::deque<Message> dropped;  // with ends of other links
  std::optional<LinkListener> gone;
  {
    const std::lock_guard lock(state->mutex);
    LinkState::Side& mine = state->sides[static_cast<std::size_t>(side_)];
    mine.closed = true;
    mine.bytes = 0;
    dropped.swap(mine.queue);
    gone.swap(mine.listener);
    ++mine.generation;
  }
  try {
    state->wake(1 - side_);
  } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; the other end hears of it with its next message
  }
}

}  // namespace millrace::js
