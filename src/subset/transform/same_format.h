// A permutation of texts of one format: what digits and letters are replaced with, so that different values stay different.
#pragma once

#include <cstdint>
#include <span>

#include "subset/transform/keyed_hash.h"

namespace millrace::subset {

/// One place of a text: a digit of 0 to 9 or a letter of 0 to 25.
struct Symbol {
  std::uint8_t value;
  std::uint8_t radix;
};

/// Replaces `symbols` by others of the same radices: a Feistel network in the manner of NIST's FF1, whose round function is the keyed hash, adding place by place. For one key and
/// `tweak` it is one-to-one among texts with the same radices, so a UNIQUE column stays so. It is no encryption: a format with few members has few answers, and who may ask for
/// many masks of his own values finds out about those of others.
/// Cost      linear in the symbols: ten rounds of the hash for each 64 of them; nothing is allocated.
void permute(const KeyedHash& key, std::uint64_t tweak, std::span<Symbol> symbols) noexcept;

}  // namespace millrace::subset
