// MessageLink: a channel between two runtimes, which may be on different threads. Each end has a queue of serialized messages; whoever holds an end
// may hand it to another runtime, with what waits in it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include <millrace/ingress.h>

namespace millrace::js {

class RuntimeCore;
class LinkState;

/// The bytes of an ArrayBuffer on their way. One runtime fills it, then another one's buffer is made of it, so it is copied once.
class Block {
 public:
  /// Zeroed. Throws std::bad_alloc.
  explicit Block(std::size_t size);
  [[nodiscard]] std::span<std::byte> bytes() const noexcept { return {memory_.get(), size_}; }

 private:
  struct Free {
    void operator()(std::byte* memory) const noexcept { std::free(memory); }
  };
  std::unique_ptr<std::byte, Free> memory_;
  std::size_t size_;
};

/// Who is told when something waits at an end: `runtime` on its loop's thread, which then takes one message.
struct LinkListener {
  Ingress door;
  std::weak_ptr<RuntimeCore> runtime;
  double id;  ///< what the runtime calls the end
};

struct Message;

/// One end of a link. Moving it hands over what waits there.
/// Thread    one at a time. Its other end may be used by another thread meanwhile.
/// Lifetime  destroying it closes it: the other end hears of that behind what waits there.
class LinkEnd {
 public:
  static constexpr std::size_t kMessagesMax = 65536;                        ///< that wait at one end
  static constexpr std::size_t kBytesMax = std::size_t{256} * 1024 * 1024;  ///< of these together; a single message may be larger

  LinkEnd() noexcept = default;
  LinkEnd(LinkEnd&& other) noexcept = default;
  LinkEnd& operator=(LinkEnd&& other) noexcept;
  LinkEnd(const LinkEnd&) = delete;
  LinkEnd& operator=(const LinkEnd&) = delete;
  ~LinkEnd() { close(); }
  [[nodiscard]] static std::array<LinkEnd, 2> make_pair();

  enum class Room : std::uint8_t { enough, messages_max, bytes_max };
  /// Whether the other end takes another message of that size. It only gets more until the next send().
  [[nodiscard]] Room room(std::size_t bytes) const noexcept;
  /// To the other end; dropped when that is closed, and when the message carries an end of this very link.
  void send(Message message);
  /// Puts a message into this end's own queue, `position` messages behind its beginning.
  void requeue(std::size_t position, Message message);

  struct Taken {
    std::unique_ptr<Message> message;  ///< null: none
    bool closed = false;               ///< the other end is, and nothing waits any more; told once
  };
  [[nodiscard]] Taken take();
  /// From now on the listener is told of each message that waits, one task for each.
  void listen(LinkListener listener);
  void stop_listening() noexcept;
  void close() noexcept;
  [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }

 private:
  LinkEnd(std::shared_ptr<LinkState> state, int side) noexcept;
  std::shared_ptr<LinkState> state_;  // null: moved from, or closed
  int side_ = 0;
};

struct Message {
  std::vector<std::byte> bytes;
  std::vector<std::shared_ptr<Block>> blocks;
  std::vector<LinkEnd> ports;
  [[nodiscard]] std::size_t size() const noexcept;
};

}  // namespace millrace::js
