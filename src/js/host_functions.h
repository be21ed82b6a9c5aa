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
/// (a Uint8Array of ours, or nothing for the scratch), numbers: encoding without those of decodeText + 64 if malformed input is an error + 128 if
/// more follows, end, state -> string; undefined for malformed. numbers: -, bytes left over at the end, state.
Local decode_legacy_text(HostCall& call);
/// (anything) -> the length of a Uint8Array; -1 for anything else.
Local uint8_length(HostCall& call);
/// (string) -> string; undefined when a character is no byte.
Local encode_base64(HostCall& call);
/// (string) -> string; undefined for a character that is not Base64, null for a length that is not.
Local decode_base64(HostCall& call);

// host_machine.cpp
/// () -> the language of the environment's locale, as in `de-DE`.
Local language(HostCall& call);
/// () -> how many processors this process may run on.
Local processors(HostCall& call);

// host_random.cpp
/// numbers: bytes wanted. Fills the start of the scratch from getrandom(2).
Local random_bytes(HostCall& call);
/// () -> a UUID of version 4.
Local random_uuid(HostCall& call);

// host_compression.cpp. A codec's input and output go through the scratch; which arguments are numbers, is said first.
/// numbers: format (0 deflate, 1 deflate-raw, 2 gzip) + 4 to decompress -> [codec, its memory as a
/// Uint8Array, to be kept as long]. Freed when nobody refers to them.
Local make_codec(HostCall& call);
/// (codec), numbers: bytes of input in the scratch. Only when all input before was taken.
Local put_into_codec(HostCall& call);
/// (codec), numbers: 1 if there is no more input -> bytes of output in the scratch; numbers 1: 0 goes on, 1 ended, 2 malformed; 2: input left over.
Local take_from_codec(HostCall& call);
/// (codec): nothing is put in or taken out any more.
Local close_codec(HostCall& call);

// host_subtle.cpp: one operation of SubtleCrypto is a job. The last four are for one that is fulfilled, and has not failed.
/// () -> a job.
Local subtle_job(HostCall& call);
/// (job, n) -> a Uint8Array over the job's next input, of n bytes, to be filled before it starts; undefined for 0.
Local subtle_input(HostCall& call);
/// (job, operation, variant, number, number, key, key, members...) -> a promise of nothing; crypto/request.h says what each means.
Local subtle_start(HostCall& call);
/// (job) -> undefined, or the name and the message of a DOMException.
Local subtle_failure(HostCall& call);
/// (job) -> a Uint8Array over what it came to; undefined for no bytes.
Local subtle_bytes(HostCall& call);
/// (job) -> number.
Local subtle_number(HostCall& call);
/// (job, 0 or 1) -> a key.
Local subtle_key(HostCall& call);
/// (job) -> strings.
Local subtle_members(HostCall& call);

}  // namespace millrace::js
