// How an uncaught error is shown: where, the line with a mark under it, the error with its stack and causes.
'use strict';

const {
  MathMin, String, StringPrototypeIndexOf, StringPrototypeReplace, StringPrototypeSlice, StringPrototypeSplit,
  StringPrototypeStartsWith,
} = primordials;
const { inspect } = require('inspect');
const { parseFrame } = require('inspect_stack');
const { isNativeError } = require('util_types');

const kLineMax = 160; // minified code must not fill the screen

// { file, line, column } of the first frame that is the program's, or of a syntax error's own position; null when unknown.
function positionOf(error) {
  const { stack } = error;
  if (typeof stack === 'string') {
    const lines = StringPrototypeSplit(stack, '\n');
    for (let i = 0; i < lines.length; i++) {
      const frame = i === 0 && StringPrototypeIndexOf(lines[0], ': ') > 0 ? null : parseFrame(lines[i]); // a header may come first
      if (frame !== null && frame.file !== '') return frame;
    }
  }
  const { sourceURL, line, column } = error;
  if (typeof sourceURL !== 'string' || typeof line !== 'number' || StringPrototypeStartsWith(sourceURL, 'node:')) return null;
  return { file: sourceURL, line, column: typeof column === 'number' ? column : 0 };
}

// The text that positions in `file`, a path or a URL, refer to.
function sourceOf(file) {
  if (!StringPrototypeStartsWith(file, 'file://')) return native.sourceOf(file);
  try {
    return native.sourceOf(require('esm_urls').pathOfUrl(file)) ?? native.sourceOf(file);
  } catch {
    return undefined; // not a path
  }
}

/// `file:line`, and below it that line with a mark.
function excerptOf({ file, line, column }) {
  const where = `${file}:${line}\n`;
  const source = sourceOf(file);
  if (source === undefined) return where;
  const text = StringPrototypeSplit(source, '\n')[line - 1];
  if (text === undefined) return where;
  const from = column > kLineMax ? column - 80 : 0;
  const shown = StringPrototypeSlice(text, from, from + kLineMax);
  if (column === 0) return `${where}${shown}\n\n`;
  const before = StringPrototypeSlice(shown, 0, MathMin(column - 1 - from, shown.length));
  return `${where}${shown}\n${StringPrototypeReplace(before, /[^\t]/g, ' ')}^\n\n`;
}

function excerpt(error) {
  const place = positionOf(error);
  return place === null ? '' : excerptOf(place);
}

// Never throws, whatever was thrown: null, a revoked Proxy, an error whose getters throw.
function describe(error, fromPromise = false) {
  let head = '';
  if (isNativeError(error)) {
    try {
      head = excerpt(error);
    } catch {
      // A hostile `stack`: the error itself is still shown below.
    }
    return `${head}${inspect(error)}\n\nMillrace v${native.start.version}\n`;
  }
  const what = fromPromise ? `(in promise) ${inspect(error)}\n(the reason` : `${inspect(error)}\n(what was thrown`;
  return `Uncaught ${what} is not an Error, so where it came from is not known)\n\nMillrace v${native.start.version}\n`;
}

function textOf(error, key) {
  try {
    const value = error[key];
    return value === undefined ? '' : String(value);
  } catch {
    return '';
  }
}

// [name, message, stack, correlationId, file, line, column] for C++, as texts.
function summary(error) {
  if (!isNativeError(error)) return ['', inspect(error), '', '', '', '', ''];
  let place = null;
  try {
    place = positionOf(error);
  } catch {
    // A hostile `stack`.
  }
  return [
    textOf(error, 'name'), textOf(error, 'message'), textOf(error, 'stack'), textOf(error, 'correlationId'),
    place === null ? '' : place.file, place === null ? '' : `${place.line}`, place === null ? '' : `${place.column}`,
  ];
}

module.exports = { describe, excerptOf, summary };
