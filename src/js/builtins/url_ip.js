// IP addresses in URLs: IPv4 in all the forms that a host may have (URL Standard, 3.5), IPv6 in brackets.
'use strict';

const {
  ArrayPrototypePush, NumberPrototypeToString, RegExpPrototypeExec, StringPrototypeEndsWith, StringPrototypeSlice, StringPrototypeSplit,
  bareArray, parseInt,
} = primordials;

const numberAtEnd = /(?:^|\.)(?:\d+|0x[\da-f]*)\.?$/;
const number = /^(?:0x([\da-f]*)|0([0-7]*)|([1-9]\d*))$/;

/// Whether a domain, lower-case, has to be an IPv4 address because its last label is a number.
const endsInNumber = (domain) => RegExpPrototypeExec(numberAtEnd, domain) !== null;

// The number that decimal, octal or hexadecimal digits mean, or -1.
function numberOf(text) {
  const found = RegExpPrototypeExec(number, text);
  if (found === null) return -1;
  const { 1: hex, 2: octal, 3: decimal } = found;
  if (decimal !== undefined) return parseInt(decimal, 10);
  const digits = hex ?? octal;
  return digits === '' ? 0 : parseInt(digits, hex === undefined ? 8 : 16);
}

/// `127.1` as `127.0.0.1`; null when it is no address.
function parseIPv4(domain) {
  if (StringPrototypeEndsWith(domain, '.')) domain = StringPrototypeSlice(domain, 0, -1);
  const parts = StringPrototypeSplit(domain, '.');
  if (parts.length > 4) return null;
  let address = 0;
  for (let i = 0; i < parts.length; i++) {
    const value = numberOf(parts[i]);
    // The last number fills all the bytes that are left.
    const isLast = i === parts.length - 1;
    if (value < 0 || value >= (isLast ? 256 ** (4 - i) : 256)) return null;
    address += value * (isLast ? 1 : 256 ** (3 - i));
  }
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

const piece = /^[\da-fA-F]{1,4}$/;
const dotted = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

// The two 16-bit pieces of an IPv4 address in an IPv6 one, where it is written in one way only; null when it is none.
function piecesOfIPv4(text) {
  const found = RegExpPrototypeExec(dotted, text);
  if (found === null) return null;
  for (let i = 1; i <= 4; i++) if (+found[i] > 255 || (found[i].length > 1 && found[i][0] === '0')) return null;
  return [found[1] * 256 + +found[2], found[3] * 256 + +found[4]];
}

// Adds the 16-bit pieces of a part between colons; an IPv4 address may stand at the very end.
function addPieces(pieces, text, atEnd) {
  if (text === '') return true;
  const parts = StringPrototypeSplit(text, ':');
  for (let i = 0; i < parts.length; i++) {
    const pair = atEnd && i === parts.length - 1 ? piecesOfIPv4(parts[i]) : null;
    if (pair !== null) {
      ArrayPrototypePush(pieces, pair[0]);
      ArrayPrototypePush(pieces, pair[1]);
    } else {
      if (RegExpPrototypeExec(piece, parts[i]) === null) return false;
      ArrayPrototypePush(pieces, parseInt(parts[i], 16));
    }
  }
  return true;
}

/// The eight numbers of an IPv6 address, without brackets, or null.
function parseIPv6(text) {
  const sides = StringPrototypeSplit(text, '::');
  if (sides.length > 2) return null;
  const pieces = bareArray();
  if (!addPieces(pieces, sides[0], sides.length === 1)) return null;
  if (sides.length === 1) return pieces.length === 8 ? pieces : null;
  const after = bareArray();
  if (!addPieces(after, sides[1], true)) return null;
  const zeros = 8 - pieces.length - after.length;
  if (zeros < 1) return null;
  for (let i = 0; i < zeros; i++) ArrayPrototypePush(pieces, 0);
  for (let i = 0; i < after.length; i++) ArrayPrototypePush(pieces, after[i]);
  return pieces;
}

/// With the first of the longest runs of zeros, two at least, written as `::`.
function serializeIPv6(pieces) {
  let from = -1, longest = 1;
  for (let i = 0; i < 8; i++) {
    let n = 0;
    while (i + n < 8 && pieces[i + n] === 0) n++;
    if (n > longest) {
      from = i;
      longest = n;
    }
    i += n;
  }
  let text = '';
  for (let i = 0; i < 8; i++) {
    if (i === from) {
      text += i === 0 ? '::' : ':';
      i += longest - 1;
    } else {
      text += NumberPrototypeToString(pieces[i], 16);
      if (i < 7) text += ':';
    }
  }
  return text;
}

module.exports = { endsInNumber, parseIPv4, parseIPv6, serializeIPv6 };
