#include "js/crypto/aes.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <string>

namespace millrace::js::crypto {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kCipherPiece = std::size_t{4} << 20U;  // OpenSSL counts in int; and between two looks whether to stop
constexpr std::string_view kNoCipher = "The cipher job failed";

/// One run of a cipher.
class Run {
 public:
  Run(Direction direction, View key, std::string_view mode) : direction_(direction) {
    const std::string name = "AES-" + std::to_string(key.size() * 8) + "-" + std::string(mode);
    cipher_.reset(EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr));
    context_.reset(EVP_CIPHER_CTX_new());
  }
  [[nodiscard]] bool start(View key, const unsigned char* iv, const OSSL_PARAM* parameters = nullptr) {
    return cipher_ && context_ &&
           EVP_CipherInit_ex2(context_.get(), cipher_.get(), key.data(), iv, direction_ == Direction::encrypt ? 1 : 0,
                              parameters) == 1;
  }
  /// The same cipher goes on, with what it was told of the size of its nonce.
  [[nodiscard]] bool take_key(View key, View iv) {
    return EVP_CipherInit_ex2(context_.get(), nullptr, key.data(), iv.data(), -1, nullptr) == 1;
  }
  [[nodiscard]] bool authenticate(View data, const Stop& stop) {
    return in_pieces(data, stop, [&](View piece) {
      int written = 0;
      return EVP_CipherUpdate(context_.get(), nullptr, &written, piece.data(), static_cast<int>(piece.size())) == 1;
    });
  }
  /// Appends to `made`.
  [[nodiscard]] bool add(View data, Bytes& made, const Stop& stop) {
    std::size_t at = made.size();
    made.resize(at + data.size() + 2 * kBlock);
    const bool done = in_pieces(data, stop, [&](View piece) {
      int written = 0;
      if (EVP_CipherUpdate(context_.get(), made.data() + at, &written, piece.data(), static_cast<int>(piece.size())) != 1)
        return false;
      at += static_cast<std::size_t>(written);
      return true;
    });
    made.resize(at);
    return done;
  }
  [[nodiscard]] bool finish(Bytes& made) {
    std::array<unsigned char, 2 * kBlock> rest{};
    int written = 0;
    const bool done = EVP_CipherFinal_ex(context_.get(), rest.data(), &written) == 1;
    if (done) made.insert(made.end(), rest.begin(), rest.begin() + written);
    OPENSSL_cleanse(rest.data(), rest.size());
    return done;
  }
  [[nodiscard]] EVP_CIPHER_CTX* context() const noexcept { return context_.get(); }

 private:
  template <typename Take>
  static bool in_pieces(View data, const Stop& stop, Take take) {
    while (!data.empty()) {
      if (stop()) return false;
      const View piece = data.first(std::min(data.size(), kCipherPiece));
      if (!take(piece)) return false;
      data = data.subspan(piece.size());
    }
    return true;
  }

  Direction direction_;
  Cipher cipher_;
  CipherContext context_;
};

/// The blocks from this one on until the counter begins anew; more than there is memory for when that is far away.
std::size_t blocks_until_wrap(View block, unsigned bits) {
  constexpr unsigned kFar = 60;
  std::uint64_t below = 0;  // what the counter lacks to its end, minus one
  for (unsigned bit = bits; bit-- > 0;) {
    const bool set = (block[kBlock - 1 - bit / 8] >> (bit % 8U) & 1U) != 0;
    if (bit >= kFar) {
      if (!set) return std::size_t{1} << kFar;
      continue;
    }
    if (!set) below |= std::uint64_t{1} << bit;
  }
  return below + 1;
}

bool run_ctr(View key, View data, View block, Bytes& made, const Stop& stop) {
  Run run(Direction::encrypt, key, "CTR");
  return run.start(key, block.data()) && run.add(data, made, stop) && run.finish(made);
}

}  // namespace

Answer<Bytes> aes_ctr(View key, View data, View block, unsigned counter_bits, const Stop& stop) {
  if (block.size() != kBlock || counter_bits == 0 || counter_bits > 8 * kBlock) return operation_error(kNoCipher);
  const std::size_t blocks = (data.size() + kBlock - 1) / kBlock;
  if (counter_bits < 60 && blocks > std::size_t{1} << counter_bits)
    return operation_error("The data has more blocks than the counter can count");
  Bytes made;
  made.reserve(data.size() + 2 * kBlock);
  // OpenSSL counts with all 128 bits: where the counter begins anew, so does it.
  const std::size_t first = std::min(data.size(), std::min(blocks, blocks_until_wrap(block, counter_bits)) * kBlock);
  if (!run_ctr(key, data.first(first), block, made, stop)) return operation_error(stop() ? kStopped : kNoCipher);
  if (first < data.size()) {
    std::array<unsigned char, kBlock> zero{};
    std::ranges::copy(block, zero.begin());
    for (unsigned bit = 0; bit < counter_bits; ++bit) zero[kBlock - 1 - bit / 8] &= static_cast<unsigned char>(~(1U << (bit % 8U)));
    if (!run_ctr(key, data.subspan(first), zero, made, stop)) return operation_error(stop() ? kStopped : kNoCipher);
  }
  return made;
}

Answer<Bytes> aes_cbc(Direction direction, View key, View data, View iv, const Stop& stop) {
  Run run(direction, key, "CBC");
  Bytes made;
  if (iv.size() != kBlock || !run.start(key, iv.data()) || !run.add(data, made, stop) || !run.finish(made))
    return operation_error(stop() ? kStopped : kNoCipher);
  return made;
}

Answer<Bytes> aes_gcm(Direction direction, View key, View data, View iv, View additional, std::size_t tag_bytes, const Stop& stop) {
  Run run(direction, key, "GCM");
  std::size_t iv_bytes = iv.size();
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_size_t(OSSL_CIPHER_PARAM_AEAD_IVLEN, &iv_bytes),
                                   OSSL_PARAM_construct_end()};
  // The size of the nonce comes first.
  if (iv.empty() || tag_bytes == 0 || tag_bytes > kBlock || !run.start({}, nullptr, parameters) || !run.take_key(key, iv))
    return operation_error(kNoCipher);
  std::array<unsigned char, kBlock> tag{};
  if (direction == Direction::decrypt) {
    if (data.size() < tag_bytes) return operation_error("The data is shorter than its tag");
    std::ranges::copy(data.last(tag_bytes), tag.begin());
    data = data.first(data.size() - tag_bytes);
    if (EVP_CIPHER_CTX_ctrl(run.context(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_bytes), tag.data()) != 1)
      return operation_error(kNoCipher);
  }
  Bytes made;
  made.reserve(data.size() + 3 * kBlock);
  if (!run.authenticate(additional, stop) || !run.add(data, made, stop) || !run.finish(made))
    return operation_error(stop() ? kStopped : kNoCipher);
  if (direction == Direction::encrypt) {
    if (EVP_CIPHER_CTX_ctrl(run.context(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_bytes), tag.data()) != 1)
      return operation_error(kNoCipher);
    made.insert(made.end(), tag.begin(), tag.begin() + static_cast<std::ptrdiff_t>(tag_bytes));
  }
  return made;
}

Answer<Bytes> aes_kw(Direction direction, View key, View data) {
  // What OpenSSL takes in one piece, and no key is longer.
  constexpr std::size_t kMost = std::size_t{1} << 20U;
  const std::size_t least = direction == Direction::encrypt ? 16 : 24;
  if (data.size() % 8 != 0 || data.size() < least || data.size() > kMost) return operation_error("The data cannot be wrapped so");
  Run run(direction, key, "WRAP");
  EVP_CIPHER_CTX_set_flags(run.context(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  Bytes made;
  if (!run.start(key, nullptr) || !run.add(data, made, {}) || !run.finish(made)) return operation_error(kNoCipher);
  return made;
}

}  // namespace millrace::js::crypto
