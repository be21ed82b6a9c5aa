// One operation of SubtleCrypto: what it is given, and what it came to.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "js/crypto/key.h"

namespace millrace::js::crypto {

/// What bounds one operation.
struct Bounds {
  std::uint32_t rsa_bits;    ///< of keys that are generated or imported
  std::uint64_t iterations;  ///< of PBKDF2, over all blocks; 0: any number, since they can be stopped
  std::uint64_t info_bytes;  ///< that HKDF reads, over all blocks; 0: any number, likewise
};
inline constexpr Bounds kBounds{.rsa_bits = kRsaBitsMax, .iterations = 0, .info_bytes = 0};
/// Some seconds of a processor at most.
inline constexpr Bounds kSandboxBounds{.rsa_bits = 4096, .iterations = 4'000'000, .info_bytes = std::uint64_t{256} << 20U};

struct Request {
  std::string operation;  ///< one of perform()'s
  std::string variant;    ///< the hash, or the kind of key (key.h)
  std::array<double, 2> numbers{};
  std::array<KeyRef, 2> keys{};
  std::vector<Bytes> inputs{};
  JwkMembers members{};
};

/// Each operation fills what it has.
struct Outcome {
  Bytes bytes{};
  double number = 0;
  std::array<KeyRef, 2> keys{};
  JwkMembers members{};
};

/// Does what the table in request.cpp says of the operation. Inputs, keys and numbers that are not there are empty or 0.
/// Thread    any. Errors: OperationError or DataError, also for an operation that it does not know.
[[nodiscard]] Answer<Outcome> perform(const Request& request, const Bounds& bounds, const Stop& stop = {});

}  // namespace millrace::js::crypto
