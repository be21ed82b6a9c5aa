// Where a text stops being JSON. The engine's messages say what is wrong but not where; this scan runs only after a
// parse has failed, so it is written for clarity, not speed.
'use strict';

const { JSONParse, RegExp, RegExpPrototypeExec, StringPrototypeStartsWith } = primordials;

const kDepthMax = 5000;       // beyond it the position is only that of the nesting, as recursion must end somewhere

const space = new RegExp('[ \\t\\n\\r]*', 'y');
const string = new RegExp('"(?:[^"\\\\\\u0000-\\u001f]|\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4}))*"', 'y');
const number = new RegExp('-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?', 'y');

/// { position, line, column } of the first error; line and column count from 1.
function findJsonError(text) {
  let at = 0;
  let failed = false;

  const take = (pattern) => {
    pattern.lastIndex = at;
    const match = RegExpPrototypeExec(pattern, text);
    if (match === null) return false;
    at += match[0].length;
    return true;
  };
  const skipSpace = () => take(space);
  const fail = () => { failed = true; };

  function value(depth) {
    skipSpace();
    const first = text[at];
    if (depth > kDepthMax) fail();
    else if (first === '{') members(depth);
    else if (first === '[') items(depth);
    else if (first === '"') {
      if (!take(string)) fail();
    } else if (StringPrototypeStartsWith(text, 'true', at) || StringPrototypeStartsWith(text, 'null', at)) {
      at += 4;
    } else if (StringPrototypeStartsWith(text, 'false', at)) {
      at += 5;
    } else if (!take(number)) {
      fail();
    }
    if (!failed) skipSpace();
  }

  // After '[' or '{': elements up to `end`; element() reads one.
  function sequence(end, element) {
    at++;
    skipSpace();
    if (text[at] === end) {
      at++;
      return;
    }
    for (;;) {
      element();
      if (failed) return;
      if (text[at] === end) {
        at++;
        return;
      }
      if (text[at] !== ',') return fail();
      at++;
    }
  }

  function items(depth) {
    sequence(']', () => value(depth + 1));
  }

  function members(depth) {
    sequence('}', () => {
      skipSpace();
      if (!take(string)) return fail();
      skipSpace();
      if (text[at] !== ':') return fail();
      at++;
      value(depth + 1);
    });
  }

  value(0);
  let line = 1;
  let start = 0;
  for (let i = 0; i < at; i++) {
    if (text[i] === '\n') {
      line++;
      start = i + 1;
    }
  }
  return { position: at, line, column: at - start + 1 };
}

/// JSON.parse() whose error says where: `name` is the file or URL.
function parseJson(text, name) {
  try {
    return JSONParse(text);
  } catch (error) {
    const { position, line, column } = findJsonError(text);
    error.message = `${name}: ${error.message} at position ${position} (line ${line} column ${column})`;
    throw error;
  }
}

module.exports = { parseJson };
