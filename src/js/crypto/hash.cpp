#include "js/crypto/hash.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <string>

namespace millrace::js::crypto {
namespace {

/// Between two looks whether to stop: some milliseconds.
constexpr std::size_t kHashPiece = std::size_t{4} << 20U;
constexpr std::uint32_t kIterationsPerLook = 4096;

using Mac = Owned<EVP_MAC, EVP_MAC_free>;
using MacContext = Owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;

/// HMAC with one key for many messages.
class Hmac {
 public:
  Hmac(std::string_view hash, View key) : hash_(hash) {
    const Mac mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    if (!mac) return;
    context_.reset(EVP_MAC_CTX_new(mac.get()));
    if (!context_) return;
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash_.data(), hash_.size()),
                                     OSSL_PARAM_construct_end()};
    static constexpr unsigned char kNothing[1] = {};  // a null pointer would mean: the key from before
    if (EVP_MAC_init(context_.get(), key.empty() ? kNothing : key.data(), key.size(), parameters) == 1)
      size_ = EVP_MAC_CTX_get_mac_size(context_.get());
  }
  /// 0: it cannot be used.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool begin() noexcept { return EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1; }
  [[nodiscard]] bool add(View part) noexcept { return EVP_MAC_update(context_.get(), part.data(), part.size()) == 1; }
  [[nodiscard]] bool end(std::span<unsigned char> to) noexcept {
    std::size_t written = 0;
    return EVP_MAC_final(context_.get(), to.data(), &written, to.size()) == 1 && written == size_;
  }

 private:
  std::string hash_;
  MacContext context_;
  std::size_t size_ = 0;
};

template <typename Add>
bool add_pieces(View data, const Stop& stop, Add add) {
  while (!data.empty()) {
    if (stop()) return false;
    const View piece = data.first(std::min(data.size(), kHashPiece));
    if (!add(piece)) return false;
    data = data.subspan(piece.size());
  }
  return true;
}

constexpr std::string_view kNoDigest = "The digest could not be computed";

}  // namespace

Answer<Bytes> digest(std::string_view hash, View data, const Stop& stop) {
  const Digest type(EVP_MD_fetch(nullptr, std::string(hash).c_str(), nullptr));
  const DigestContext context(EVP_MD_CTX_new());
  if (!type || !context || EVP_DigestInit_ex2(context.get(), type.get(), nullptr) != 1) return operation_error(kNoDigest);
  if (!add_pieces(data, stop, [&](View piece) { return EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1; }))
    return operation_error(kStopped);
  Bytes made(static_cast<std::size_t>(EVP_MD_get_size(type.get())));
  unsigned int written = 0;
  if (EVP_DigestFinal_ex(context.get(), made.data(), &written) != 1 || written != made.size()) return operation_error(kNoDigest);
  return made;
}

Answer<Bytes> hmac(std::string_view hash, View key, View data, const Stop& stop) {
  Hmac mac(hash, key);
  if (mac.size() == 0) return operation_error(kNoDigest);
  if (!add_pieces(data, stop, [&](View piece) { return mac.add(piece); })) return operation_error(kStopped);
  Bytes made(mac.size());
  if (!mac.end(made)) return operation_error(kNoDigest);
  return made;
}

Answer<Bytes> hkdf(std::string_view hash, View key, View salt, View info, std::size_t bytes, std::uint64_t info_max,
                   const Stop& stop) {
  const Answer<Bytes> extracted = hmac(hash, salt, key, stop);
  if (!extracted) return extracted;
  const std::size_t size = extracted->size();
  if (bytes > 255 * size) return operation_error("HKDF gives at most 255 blocks of its hash");
  const std::size_t blocks = (bytes + size - 1) / size;
  if (info_max != 0 && std::uint64_t{blocks} * info.size() > info_max)
    return operation_error("HKDF with so much info is over the sandbox's limit");
  Hmac mac(hash, *extracted);
  if (mac.size() == 0) return operation_error(kNoDigest);
  Bytes made(blocks * size);
  View before;
  for (std::size_t block = 0; block < blocks; ++block) {
    const auto number = static_cast<unsigned char>(block + 1);
    const std::span<unsigned char> to = std::span(made).subspan(block * size, size);
    if (!mac.begin() || !mac.add(before)) return operation_error(kNoDigest);
    if (!add_pieces(info, stop, [&](View piece) { return mac.add(piece); })) return operation_error(kStopped);
    if (!mac.add({&number, 1}) || !mac.end(to)) return operation_error(kNoDigest);
    before = to;
  }
  made.resize(bytes);
  return made;
}

Answer<Bytes> pbkdf2(std::string_view hash, View password, View salt, std::uint32_t iterations, std::size_t bytes,
                     std::uint64_t work_max, const Stop& stop) {
  if (iterations == 0) return operation_error("PBKDF2 needs at least one iteration");
  Hmac mac(hash, password);
  const std::size_t size = mac.size();
  if (size == 0) return operation_error(kNoDigest);
  const std::uint64_t blocks = (bytes + size - 1) / size;
  if (blocks > 0xffffffffU) return operation_error("PBKDF2 gives at most 2^32 - 1 blocks of its hash");
  if (work_max != 0 && blocks * iterations > work_max)
    return operation_error("PBKDF2 with so many iterations is over the sandbox's limit");
  Bytes made(static_cast<std::size_t>(blocks) * size);
  Bytes last(size);
  for (std::uint64_t block = 0; block < blocks; ++block) {
    const auto number = static_cast<std::uint32_t>(block + 1);
    const unsigned char suffix[] = {static_cast<unsigned char>(number >> 24U), static_cast<unsigned char>(number >> 16U),
                                    static_cast<unsigned char>(number >> 8U), static_cast<unsigned char>(number)};
    if (!mac.begin() || !mac.add(salt) || !mac.add(suffix) || !mac.end(last)) return operation_error(kNoDigest);
    const std::span<unsigned char> sum = std::span(made).subspan(static_cast<std::size_t>(block) * size, size);
    std::ranges::copy(last, sum.begin());
    for (std::uint32_t done = 1; done < iterations; ++done) {
      if (done % kIterationsPerLook == 0 && stop()) return operation_error(kStopped);
      if (!mac.begin() || !mac.add(last) || !mac.end(last)) return operation_error(kNoDigest);
      for (std::size_t i = 0; i < size; ++i) sum[i] ^= last[i];
    }
    if (stop()) return operation_error(kStopped);
  }
  made.resize(bytes);
  return made;
}

}  // namespace millrace::js::crypto
