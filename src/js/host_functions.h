// Functions of the `native` object that have files of their own, and what all of them use. host_table.cpp has the rest and the list.
#pragma once

#include "js/host_support.h"

namespace millrace::js {

// host_text.cpp: text and bytes. What is short goes through the scratch (scratch.h).
/// () -> the scratch as a Uint8Array, its numbers behind its bytes.
Local scratch(HostCall& call);
/// (string) -> its bytes in UTF-8: their number when they are in the scratch, else a Uint8Array.
Local encode_text(HostCall& call);
/// (string), numbers: units to skip, room in bytes -> units read * 2^15 + bytes written to the scratch.
Local encode_text_part(HostCall& call);
/// (a Uint8Array of ours, or nothing for the scratch), numbers: encoding + 8 if malformed input is an error, end, start -> string;
/// undefined for malformed.
Local decode_text(HostCall& call);
/// (anything) -> the length of a Uint8Array; -1 for anything else.
Local uint8_length(HostCall& call);
/// (string) -> string; undefined when a character is no byte.
Local encode_base64(HostCall& call);
/// (string) -> string; undefined for a character that is not Base64, null for a length that is not.
Local decode_base64(HostCall& call);

// host_random.cpp
/// numbers: bytes wanted. Fills the start of the scratch from getrandom(2).
Local random_bytes(HostCall& call);
/// () -> a UUID of version 4.
Local random_uuid(HostCall& call);

}  // namespace millrace::js
