// The names by which TextDecoder knows its encodings: https://encoding.spec.whatwg.org/#names-and-labels
'use strict';

const { SafeMap, StringPrototypeSplit, StringPrototypeToLowerCase } = primordials;

// In the order of the numbers that host_text.cpp gives them.
const encodings = [
  ['utf-8', 'unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8'],
  ['utf-16le', 'csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le'],
  ['utf-16be', 'unicodefffe utf-16be'],
  ['windows-1252', 'ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 ' +
    'iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252'],
];
const numbers = new SafeMap();
for (let number = 0; number < encodings.length; number++) {
  const labels = StringPrototypeSplit(encodings[number][1], ' ');
  for (let i = 0; i < labels.length; i++) numbers.set(labels[i], number);
}

const isSpace = (c) => c === ' ' || c === '\t' || c === '\n' || c === '\f' || c === '\r';

function trimmed(label) {
  let start = 0;
  let end = label.length;
  while (start < end && isSpace(label[start])) start++;
  while (end > start && isSpace(label[end - 1])) end--;
  let text = '';
  for (let i = start; i < end; i++) text += label[i];
  return text;
}

/// The number of the encoding, or undefined when it is not known.
function encodingOf(label) {
  // The letters K and s have look-alikes beyond ASCII whose lower case is k and s: those are not meant.
  const known = numbers.get(label);
  if (known !== undefined) return known;
  let ascii = true;
  const text = trimmed(label);
  for (let i = 0; i < text.length; i++) if (text[i] > '\x7f') ascii = false;
  return ascii ? numbers.get(StringPrototypeToLowerCase(text)) : undefined;
}

const nameOf = (number) => encodings[number][0];

module.exports = { encodingOf, nameOf };
