// The decoders of the Encoding Standard for what the web had before UTF-8. https://encoding.spec.whatwg.org/#legacy-single-byte-encodings
// and what follows there.
#pragma once

#include <cstddef>
#include <string_view>

#include "js/legacy_index.h"

namespace millrace::js {

struct LegacyDecoded {
  std::size_t units;  ///< written
  std::size_t tail;   ///< bytes at the end that more bytes may complete; decoded only with them
  unsigned state;     ///< for the chunk behind this one; 0 at the start of a text
  bool malformed;     ///< something was replaced
};

/// Decodes with U+FFFD for what is malformed. `more`: other bytes follow, to be given after the tail of these.
/// `to` has room for bytes.size() units; `state` is what the chunk before left.
/// Errors    those of LegacyIndexes, before anything is written.
/// Cost      linear; the first use of an encoding makes its index, 1 to 10 ms.
LegacyDecoded decode_legacy(LegacyIndexes& indexes, LegacyEncoding encoding, std::string_view bytes, unsigned state, bool more,
                            char16_t* to);

}  // namespace millrace::js
