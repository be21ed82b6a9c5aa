// UTF-8 for built-ins that own the bytes. What C++ looks into here is never a program's buffer, so nothing is copied for that.
'use strict';

const {
  Int32Array, MathMin, ObjectSetPrototypeOf, SafeTypedArrayPrototype, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetLength, Uint8Array,
} = primordials;

const scratch = ObjectSetPrototypeOf(native.scratch(), SafeTypedArrayPrototype);
const scratchBuffer = TypedArrayPrototypeGetBuffer(scratch);
const kScratchBytes = TypedArrayPrototypeGetLength(scratch) - 16;
const numbers = new Int32Array(scratchBuffer, kScratchBytes); // arguments of host functions
const kUtf8 = 0;
const kCountMax = 2 ** 31 - 1; // of a number in the scratch; longer than any text

/// In a sandbox, throws when no buffer may be that large.
function checkBytes(count) {
  if (native.sandbox !== undefined) native.sandbox.checkBytes(count);
}

/// The text in UTF-8, in a buffer of its own. A lone surrogate becomes U+FFFD.
function encodeUtf8(text) {
  const encoded = native.encodeText(text);
  checkBytes(typeof encoded === 'number' ? encoded : TypedArrayPrototypeGetLength(encoded));
  return typeof encoded === 'number' ? new Uint8Array(new Uint8Array(scratchBuffer, 0, encoded)) : encoded;
}

/// The text of `bytes`; what is malformed becomes U+FFFD. Throws when no text can be that long.
function decodeUtf8(bytes, keepsMark = false) {
  const length = MathMin(TypedArrayPrototypeGetLength(bytes), kCountMax);
  if (length === 0) return '';
  const marked = !keepsMark && length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  numbers[0] = kUtf8;
  numbers[1] = length;
  numbers[2] = marked ? 3 : 0;
  if (length > kScratchBytes) return native.decodeText(bytes);
  scratch.set(bytes);
  return native.decodeText();
}

module.exports = { checkBytes, decodeUtf8, encodeUtf8 };
