#include <millrace/observe/ring_sink.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <mutex>

#include "observe/log/json_record.h"

namespace millrace::observe {

/// Words in a circle, and an entry for each line that lies in them.
///   An entry is free (sequence 0), being written (odd) or holds line n (2n + 2). Writers hold the mutex; dump() holds nothing: it copies
///   a piece of a line, then looks whether the entry is still the same one, and only then passes the piece on.
///   Entries of lines that are about to be overwritten are freed first, so an entry that is still the same has untouched words.
struct RingSink::Ring {
  struct Entry {
    std::atomic<std::uint64_t> sequence{0};
    std::atomic<std::uint64_t> first_word{0};  ///< counted from the beginning of time; modulo `words` it is the place
    std::atomic<std::uint64_t> bytes{0};
  };
  using Word = std::uint64_t;

  Ring(std::size_t records_max, std::size_t bytes_max)
      : records(std::max<std::size_t>(records_max, 1)),
        words(std::max<std::size_t>(bytes_max / sizeof(Word), 1)),
        entries(std::make_unique<Entry[]>(records)),
        memory(std::make_unique<std::atomic<Word>[]>(words)) {}

  void put(std::string_view line);
  /// Copies bytes [from, from + count) of the entry's line; false when it is not line `number` any more.
  [[nodiscard]] bool copy(std::uint64_t number, std::size_t from, char* to, std::size_t count) const noexcept;
  [[nodiscard]] std::size_t size_of(std::uint64_t number) const noexcept;
  [[nodiscard]] static std::uint64_t sequence_of(std::uint64_t number) noexcept { return 2 * number + 2; }
  [[nodiscard]] Entry& entry(std::uint64_t number) const noexcept { return entries[number % records]; }

  const std::size_t records;
  const std::size_t words;
  std::unique_ptr<Entry[]> entries;
  std::unique_ptr<std::atomic<Word>[]> memory;
  std::mutex mutex;                               // leaf
  std::uint64_t next_word = 0;                    // under the mutex
  std::atomic<std::uint64_t> oldest{0}, next{0};  // lines [oldest, next) are kept
};

void RingSink::Ring::put(std::string_view line) {
  const std::size_t needed = (line.size() + sizeof(Word) - 1) / sizeof(Word);
  const std::uint64_t number = next.load(std::memory_order_relaxed);
  std::uint64_t first = oldest.load(std::memory_order_relaxed);
  while (first < number &&
         (number - first >= records || next_word + needed - entry(first).first_word.load(std::memory_order_relaxed) > words)) {
    entry(first).sequence.store(0, std::memory_order_relaxed);  // ordered by the words stored below
    oldest.store(++first, std::memory_order_relaxed);
  }
  Entry& mine = entry(number);
  mine.sequence.store(sequence_of(number) - 1, std::memory_order_relaxed);
  mine.first_word.store(next_word, std::memory_order_release);  // pairs with copy(), as the words do
  mine.bytes.store(line.size(), std::memory_order_relaxed);
  for (std::size_t i = 0; i < needed; ++i) {
    Word word = 0;
    std::memcpy(&word, line.data() + i * sizeof word, std::min(sizeof word, line.size() - i * sizeof word));
    // Release; pairs with copy(): who reads this word also sees that the entry it overwrites is not the same any more.
    memory[(next_word + i) % words].store(word, std::memory_order_release);
  }
  next_word += needed;
  mine.sequence.store(sequence_of(number), std::memory_order_release);  // pairs with copy() and size_of()
  next.store(number + 1, std::memory_order_release);                    // pairs with dump()
}

std::size_t RingSink::Ring::size_of(std::uint64_t number) const noexcept {
  const Entry& found = entry(number);
  if (found.sequence.load(std::memory_order_acquire) != sequence_of(number)) return 0;
  return static_cast<std::size_t>(found.bytes.load(std::memory_order_relaxed));
}

bool RingSink::Ring::copy(std::uint64_t number, std::size_t from, char* to, std::size_t count) const noexcept {
  const Entry& found = entry(number);
  if (found.sequence.load(std::memory_order_acquire) != sequence_of(number)) return false;
  const std::uint64_t first = found.first_word.load(std::memory_order_acquire);  // pairs with put()
  for (std::size_t done = 0; done < count;) {
    const std::size_t at = from + done;
    const Word word = memory[(first + at / sizeof(Word)) % words].load(std::memory_order_acquire);  // pairs with put()
    const std::size_t skipped = at % sizeof(Word);
    const std::size_t taken = std::min(sizeof(Word) - skipped, count - done);
    std::memcpy(to + done, reinterpret_cast<const char*>(&word) + skipped, taken);
    done += taken;
  }
  return found.sequence.load(std::memory_order_relaxed) == sequence_of(number);
}

RingSink::RingSink(std::size_t records_max, std::size_t bytes_max) : ring_(std::make_unique<Ring>(records_max, bytes_max)) {}
RingSink::~RingSink() = default;

Result<void> RingSink::write(const LogRecord& record) {
  const std::string_view line = detail::json_line(record);
  if (line.size() > ring_->words * sizeof(Ring::Word))
    return fail(Error(Errc::full, "the line is larger than the ring").with("bytes", std::to_string(line.size())));
  const std::scoped_lock lock(ring_->mutex);
  ring_->put(line);
  return {};
}

std::vector<std::string> RingSink::lines() const {
  const std::scoped_lock lock(ring_->mutex);
  std::vector<std::string> lines;
  const std::uint64_t end = ring_->next.load(std::memory_order_relaxed);
  for (std::uint64_t number = ring_->oldest.load(std::memory_order_relaxed); number < end; ++number) {
    std::string line(ring_->size_of(number), '\0');
    static_cast<void>(ring_->copy(number, 0, line.data(), line.size()));  // nobody writes meanwhile
    line.pop_back();
    lines.push_back(std::move(line));
  }
  return lines;
}

std::size_t RingSink::dump(int fd) const noexcept {
  constexpr std::size_t kPiece = 1024;  // of the stack, which may be a small one: that of a signal handler
  const int before = errno;
  const auto write_all = [fd](const char* data, std::size_t size) {
    while (size > 0) {
      const ssize_t taken = ::write(fd, data, size);
      if (taken < 0 && errno == EINTR) continue;
      if (taken <= 0) return false;
      data += taken;
      size -= static_cast<std::size_t>(taken);
    }
    return true;
  };
  std::size_t lines = 0;
  bool works = true;
  const std::uint64_t end = ring_->next.load(std::memory_order_acquire);  // pairs with put()
  for (std::uint64_t number = ring_->oldest.load(std::memory_order_relaxed); number < end && works; ++number) {
    const std::size_t size = ring_->size_of(number);
    std::size_t done = 0;
    while (done < size && works) {
      std::array<char, kPiece> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): copy() writes it
      const std::size_t count = std::min(kPiece, size - done);
      if (!ring_->copy(number, done, piece.data(), count)) {
        if (done > 0) works = write_all("\n", 1);
        break;
      }
      works = write_all(piece.data(), count);
      done += count;
    }
    if (works && size > 0 && done == size) ++lines;
  }
  errno = before;
  return lines;
}

}  // namespace millrace::observe
