// AES in the four modes of the Web Cryptography API. Keys are 16, 24 or 32 bytes.
#pragma once

#include "js/crypto/ssl.h"

namespace millrace::js::crypto {

enum class Direction : bool { decrypt, encrypt };

/// The last `counter_bits` of the block, 1 to 128, count; they begin anew after 2^counter_bits blocks, of which there are no more than that.
[[nodiscard]] Answer<Bytes> aes_ctr(View key, View data, View block, unsigned counter_bits, const Stop& stop = {});
[[nodiscard]] Answer<Bytes> aes_cbc(Direction direction, View key, View data, View iv, const Stop& stop = {});
/// What is encrypted ends with its tag.
[[nodiscard]] Answer<Bytes> aes_gcm(Direction direction, View key, View data, View iv, View additional, std::size_t tag_bytes,
                                    const Stop& stop = {});
/// RFC 3394.
[[nodiscard]] Answer<Bytes> aes_kw(Direction direction, View key, View data);

}  // namespace millrace::js::crypto
