// Digests, HMAC, and the two functions that derive bits from them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "js/crypto/ssl.h"

namespace millrace::js::crypto {

/// As OpenSSL and the Web Cryptography API call them.
inline constexpr std::string_view kHashes[] = {"SHA-1", "SHA-256", "SHA-384", "SHA-512"};

/// Thread    any, all of these. Errors: OperationError for what OpenSSL refuses, as a name it does not know, and after a stop.
[[nodiscard]] Answer<Bytes> digest(std::string_view hash, View data, const Stop& stop = {});
[[nodiscard]] Answer<Bytes> hmac(std::string_view hash, View key, View data, const Stop& stop = {});
/// RFC 5869. Errors: more than 255 blocks of the hash; more than `info_max` bytes of `info` over all blocks, where that is not 0.
[[nodiscard]] Answer<Bytes> hkdf(std::string_view hash, View key, View salt, View info, std::size_t bytes,
                                 std::uint64_t info_max = 0, const Stop& stop = {});
/// RFC 8018, 5.2, with HMAC. Written out over one context, so that it can be stopped between iterations.
/// Errors    more than `work_max` iterations over all blocks, where that is not 0.
[[nodiscard]] Answer<Bytes> pbkdf2(std::string_view hash, View password, View salt, std::uint32_t iterations, std::size_t bytes,
                                   std::uint64_t work_max, const Stop& stop = {});

}  // namespace millrace::js::crypto
