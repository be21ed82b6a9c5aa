// What every file here uses of OpenSSL: memory that is wiped, owners, and how a failure is told.
#pragma once

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <cstddef>
#include <expected>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <vector>

namespace millrace::js::crypto {

/// Wipes what it gives back, also when a vector grows.
template <typename T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() noexcept = default;
  template <typename U>
  WipingAllocator(const WipingAllocator<U>&) noexcept {}  // NOLINT(google-explicit-constructor): as allocators are
  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* memory, std::size_t count) noexcept {
    OPENSSL_cleanse(memory, count * sizeof(T));
    std::allocator<T>().deallocate(memory, count);
  }
  bool operator==(const WipingAllocator&) const noexcept = default;
};
/// Keys, what is encrypted, and all else that comes from a program or goes to one.
using Bytes = std::vector<unsigned char, WipingAllocator<unsigned char>>;
using View = std::span<const unsigned char>;

template <auto free>
struct Freeing {
  template <typename T>
  void operator()(T* object) const noexcept {
    free(object);
  }
};
template <typename T, auto free>
using Owned = std::unique_ptr<T, Freeing<free>>;

using Pkey = Owned<EVP_PKEY, EVP_PKEY_free>;
using PkeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using CipherContext = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using Cipher = Owned<EVP_CIPHER, EVP_CIPHER_free>;
using Digest = Owned<EVP_MD, EVP_MD_free>;

/// What a program sees: the name of a DOMException and its message. Both are literals.
struct Failure {
  std::string_view name;
  std::string_view text;
};
template <typename T>
using Answer = std::expected<T, Failure>;

[[nodiscard]] inline std::unexpected<Failure> operation_error(std::string_view text) {
  ERR_clear_error();  // what OpenSSL noted belongs to this thread, and nobody reads it
  return std::unexpected(Failure{"OperationError", text});
}
[[nodiscard]] inline std::unexpected<Failure> data_error(std::string_view text) {
  ERR_clear_error();
  return std::unexpected(Failure{"DataError", text});
}

/// Whether nobody waits for the outcome any more. Long computations ask now and then.
class Stop {
 public:
  Stop() noexcept = default;
  Stop(bool (*asked)(const void*), const void* whom) noexcept : asked_(asked), whom_(whom) {}
  [[nodiscard]] bool operator()() const noexcept { return asked_ != nullptr && asked_(whom_); }

 private:
  bool (*asked_)(const void*) = nullptr;
  const void* whom_ = nullptr;
};
inline constexpr std::string_view kStopped = "The operation was stopped";

}  // namespace millrace::js::crypto
