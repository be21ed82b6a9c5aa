// Compression and decompression for the built-ins, by zlib. A stream of bytes is an object of its own; what goes in and comes out passes through the
// scratch, so nothing here sees memory of a program.
//
// A codec is `working` until its output has ended (`ended`: inflation saw the end, or deflation was told of it and has given everything) or its input
// turned out to be malformed (`failed`).
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <utility>

#include "js/host_functions.h"

namespace millrace::js {
namespace {

enum class Format : std::uint8_t { deflate, deflate_raw, gzip };  // as in compression_streams.js

constexpr int kWindowBits = 15;
constexpr int kGzip = 16;  // added to the window bits: a header and a trailer of gzip's
constexpr int kMemoryLevel = 8;

int window_bits_of(Format format) noexcept {
  if (format == Format::deflate_raw) return -kWindowBits;
  return format == Format::gzip ? kWindowBits + kGzip : kWindowBits;
}

/// What zlib 1.2 and 1.3 need for one stream; should another version need more, it comes from the heap.
constexpr std::size_t kDeflateBytes = std::size_t{288} << 10;
constexpr std::size_t kInflateBytes = std::size_t{48} << 10;

/// Takes at most one scratch of input at a time. Its memory is one block, which the engine is shown: so a collection, and the heap limit of a sandbox, know
/// what a stream that nobody uses any more holds outside of the heap.
class Codec {
 public:
  enum class State : std::uint8_t { working = 0, ended = 1, failed = 2 };

  Codec(Format format, bool inflates)
      : size_(Scratch::kBytes + (inflates ? kInflateBytes : kDeflateBytes)),
        memory_(std::make_unique_for_overwrite<std::byte[]>(size_)),
        inflates_(inflates) {
    stream_.zalloc = [](void* codec, uInt count, uInt size) {
      return static_cast<Codec*>(codec)->allocate(std::size_t{count} * size);
    };
    stream_.zfree = [](void* codec, void* memory) { static_cast<Codec*>(codec)->free(memory); };
    stream_.opaque = this;
    const int bits = window_bits_of(format);
    const int made = inflates_ ? inflateInit2(&stream_, bits)
                               : deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, bits, kMemoryLevel, Z_DEFAULT_STRATEGY);
    if (made != Z_OK) throw std::bad_alloc();
    open_ = true;
  }
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;
  ~Codec() { close(); }

  [[nodiscard]] std::span<std::byte> memory() noexcept { return {memory_.get(), size_}; }
  [[nodiscard]] State state() const noexcept { return state_; }
  /// Of the input, how much is still to be read; of a codec that ended, what followed the end.
  [[nodiscard]] std::size_t unread() const noexcept { return unread_; }

  /// After the last put() everything was taken.
  void put(std::span<const std::byte> bytes) noexcept {
    std::memcpy(memory_.get(), bytes.data(), bytes.size());
    at_ = 0;
    unread_ = bytes.size();
  }

  /// Writes what there is, and answers how much that is: less than `to` holds when more input is needed, or nothing more comes.
  std::size_t take(std::span<std::byte> to, bool no_more_input) noexcept {
    if (state_ != State::working || !open_) return 0;
    stream_.next_in = reinterpret_cast<Bytef*>(memory_.get() + at_);
    stream_.avail_in = static_cast<uInt>(unread_);
    stream_.next_out = reinterpret_cast<Bytef*>(to.data());
    stream_.avail_out = static_cast<uInt>(to.size());
    const int result = inflates_ ? inflate(&stream_, Z_NO_FLUSH) : deflate(&stream_, no_more_input ? Z_FINISH : Z_NO_FLUSH);
    at_ += unread_ - stream_.avail_in;
    unread_ = stream_.avail_in;
    const std::size_t written = to.size() - stream_.avail_out;
    // Z_BUF_ERROR says that nothing could be done now, which is no error.
    if (result == Z_STREAM_END)
      finish(State::ended);
    else if (result != Z_OK && result != Z_BUF_ERROR)
      finish(State::failed);
    return written;
  }

  void close() noexcept {
    if (!open_) return;
    open_ = false;
    if (inflates_)
      inflateEnd(&stream_);
    else
      deflateEnd(&stream_);
  }

 private:
  void finish(State state) noexcept {
    state_ = state;
    close();
  }

  void* allocate(std::size_t size) noexcept {
    constexpr std::size_t kAlignment = alignof(std::max_align_t);
    size = (size + kAlignment - 1) / kAlignment * kAlignment;
    if (size > size_ - used_) return std::malloc(size);
    return memory_.get() + std::exchange(used_, used_ + size);
  }
  void free(void* memory) noexcept {
    const auto* const at = static_cast<const std::byte*>(memory);
    if (std::less<>()(at, memory_.get()) || !std::less<>()(at, memory_.get() + size_)) std::free(memory);
  }

  std::size_t size_;
  std::unique_ptr<std::byte[]> memory_;  // the input, then what zlib asked for
  std::size_t used_ = Scratch::kBytes;
  z_stream stream_{};
  bool inflates_;
  bool open_ = false;
  State state_ = State::working;
  std::size_t at_ = 0;
  std::size_t unread_ = 0;
};

/// Two objects of JavaScript own a codec: its handle, and what shows its memory.
class CodecOwner final : public HostObject {
 public:
  explicit CodecOwner(std::shared_ptr<Codec> codec) noexcept : codec_(std::move(codec)) {}
  [[nodiscard]] Codec* codec() const noexcept { return codec_.get(); }

 private:
  std::shared_ptr<Codec> codec_;
};

Codec* codec_of(HostCall& call) noexcept {
  const auto* const owner = dynamic_cast<const CodecOwner*>(call.engine().host_of(call.at(0)));
  return owner == nullptr ? nullptr : owner->codec();
}

}  // namespace

Local make_codec(HostCall& call) {
  const std::int32_t flags = core_of(call).scratch().numbers[0];
  const auto format = static_cast<Format>(std::clamp(flags & 3, 0, 2));
  Engine& engine = call.engine();
  const auto codec = std::make_shared<Codec>(format, (flags & 4) != 0);
  const Local handle = engine.host_object(engine.null(), std::make_unique<CodecOwner>(codec));
  return engine.array(std::array{handle, engine.external_bytes(codec->memory(), std::make_unique<CodecOwner>(codec))});
}

Local put_into_codec(HostCall& call) {
  Codec* const codec = codec_of(call);
  MILLRACE_ASSERT(codec != nullptr && codec->unread() == 0);
  Scratch& scratch = core_of(call).scratch();
  const auto count = static_cast<std::size_t>(std::clamp(scratch.numbers[0], 0, static_cast<std::int32_t>(Scratch::kBytes)));
  codec->put(std::span(scratch.bytes).first(count));
  return {};
}

Local take_from_codec(HostCall& call) {
  Codec* const codec = codec_of(call);
  MILLRACE_ASSERT(codec != nullptr);
  Scratch& scratch = core_of(call).scratch();
  const std::size_t written = codec->take(scratch.bytes, scratch.numbers[0] != 0);
  scratch.numbers[1] = static_cast<std::int32_t>(codec->state());
  scratch.numbers[2] = static_cast<std::int32_t>(codec->unread());
  return call.engine().number(static_cast<double>(written));
}

Local close_codec(HostCall& call) {
  Codec* const codec = codec_of(call);
  MILLRACE_ASSERT(codec != nullptr);
  codec->close();
  return {};
}

}  // namespace millrace::js
