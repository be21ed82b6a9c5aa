// The text of the call that failed, for `assert.ok(x)` without words of its own: what stands in the program, as far as its line goes.
'use strict';

const {
  ErrorCaptureStackTrace, RegExpPrototypeExec, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeSplit,
} = primordials;
const { parseFrame } = require('inspect_stack');

const kLineMax = 100_000; // not the whole of minified code

const knownCallee = /(?:assert|ok|strict|\])$/i;
const wordCharacter = /[\w$\u0080-\uffff]/;
const isWord = (text, at) => at >= 0 && RegExpPrototypeExec(wordCharacter, text[at]) !== null;

// Where the brackets that end at `at` begin. Quotes are not looked into: a key is rarely a bracket.
function openingOf(text, at) {
  for (let depth = 0; at >= 0; at--) {
    if (StringPrototypeIncludes(')]', text[at])) depth++;
    else if (StringPrototypeIncludes('([', text[at]) && --depth === 0) return at;
  }
  return 0;
}

// Where the callee begins whose arguments open at `at`: names, dots and keys in brackets.
function calleeStart(text, at) {
  let start = at;
  for (;;) {
    let before = start - 1;
    while (before >= 0 && text[before] === ' ') before--;
    if (before < 0) return start;
    if (text[before] === ']') start = openingOf(text, before);
    else if (text[before] === '.') start = text[before - 1] === '?' ? before - 1 : before;
    else if (isWord(text, before) && (start === at || text[start] !== ' ') && !isWord(text, start)) {
      while (isWord(text, before)) before--;
      start = before + 1;
    } else return start;
  }
}

// One past the bracket that closes the one at `at`, or the end of the line.
function closingOf(text, at) {
  let depth = 0;
  let quote = '';
  for (; at < text.length; at++) {
    const c = text[at];
    if (c === '\\') at++;
    else if (quote !== '') {
      if (c === quote) quote = '';
    } else if (StringPrototypeIncludes('\'"`', c)) quote = c;
    else if (StringPrototypeIncludes('([{', c)) depth++;
    else if (StringPrototypeIncludes(')]}', c) && --depth === 0) return at + 1;
  }
  return text.length;
}

/// undefined when the place or its text is not known. `calledFunction` is the one that was called.
function callText(calledFunction) {
  const holder = { __proto__: null };
  ErrorCaptureStackTrace(holder, calledFunction);
  if (typeof holder.stack !== 'string') return undefined;
  const end = StringPrototypeIndexOf(holder.stack, '\n');
  const frame = parseFrame(end < 0 ? holder.stack : StringPrototypeSlice(holder.stack, 0, end));
  if (frame === null || frame.file === '') return undefined;
  const line = StringPrototypeSplit(native.sourceOf(frame.file) ?? '', '\n')[frame.line - 1];
  // The engine names the opening bracket of the arguments.
  const at = frame.column - 1;
  if (line === undefined || line.length > kLineMax || line[at] !== '(') return undefined;
  const start = calleeStart(line, at);
  // In strict mode `return assert.ok(x)` leaves no frame behind, and this is the call before: say nothing rather than something wrong.
  if (RegExpPrototypeExec(knownCallee, StringPrototypeSlice(line, start, at)) === null) return undefined;
  return StringPrototypeSlice(line, start, closingOf(line, at));
}

module.exports = { callText };
