// Where the engine's positions stand in a program's own text: module loaders give the engine texts with a head of their own and other words
// here and there. The maps are described in src/js/transform/text.js.
'use strict';

const {
  MathAbs, ObjectDefineProperty, RegExpPrototypeExec, RegExpPrototypeSymbolReplace, SafeMap, StringPrototypeIncludes,
  StringPrototypeSlice, StringPrototypeSplit,
} = primordials;

const maps = new SafeMap(); // file -> text of its map, or the numbers once somebody asked
const words = new SafeMap(); // file -> what stands for imported names in its text: see restoreWords()

/// `map`: numbers as text, separated by commas. `imports`: { local, cell } each, where the text has $m<cell>.v for `local`.
function remember(file, map, imports) {
  if (map === undefined) { // a script of the same name may have had one
    maps.delete(file);
    return;
  }
  maps.set(file, map);
  if (imports !== undefined) words.set(file, imports);
}

// $mr($mc.frame,await x): the call's parentheses go with its name.
const resumed = /\$m_*r\(\$m_*c\.frame,/;

function withoutResume(message) {
  for (let found = null; (found = RegExpPrototypeExec(resumed, message)) !== null;) {
    const start = found.index;
    const from = start + found[0].length;
    let end = from; // of what was in the parentheses; the engine cuts long texts
    for (let depth = 1; end < message.length; end++) {
      const letter = message[end];
      if (letter === '(') depth++;
      else if (letter === ')' && --depth === 0) break;
    }
    message = StringPrototypeSlice(message, 0, start) + StringPrototypeSlice(message, from, end) + StringPrototypeSlice(message, end + 1);
  }
  return message;
}

const ours = /\(0,\$m_*(\d+)\.v\)|\$m_*(\d+)\.[vn]\b|\$m_*\.(meta|import)\b/g;

/// The engine's messages quote source text: what the transform wrote becomes again what the program has. `file` is where it was thrown.
function restoreWords(message, file) {
  const imports = words.get(file);
  if (imports === undefined || !StringPrototypeIncludes(message, '$m')) return message;
  return RegExpPrototypeSymbolReplace(ours, withoutResume(message), (found, called, read, own) => {
    if (own !== undefined) return own === 'meta' ? 'import.meta' : 'import';
    const cell = +(called ?? read);
    for (let i = 0; i < imports.length; i++) if (imports[i].cell === cell) return imports[i].local;
    return found;
  });
}

function mapOf(file) {
  const map = maps.get(file);
  if (typeof map !== 'string') return map;
  const parts = StringPrototypeSplit(map, ',');
  for (let i = 0; i < parts.length; i++) parts[i] = +parts[i];
  maps.set(file, parts);
  return parts;
}

/// { line, column } in the program's text, or null for a place in what the loader added.
function original(file, line, column) {
  const map = mapOf(file);
  // The head of a CommonJS module's function shares the first line with the program's text.
  if (map === undefined) return { line, column: line === 1 ? column - native.firstLineShift(file) : column };
  let low = 0;
  let high = map.length / 4 - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const at = middle * 4;
    if (map[at] < line || (map[at] === line && map[at + 1] <= column)) low = middle;
    else high = middle - 1;
  }
  const at = low * 4;
  const fromLine = map[at + 2];
  const fromColumn = map[at + 3];
  if (fromLine === 0) return null;
  if (fromColumn < 0) return { line: fromLine, column: MathAbs(fromColumn) };
  return { line: fromLine + line - map[at], column: line === map[at] ? fromColumn + column - map[at + 1] : column };
}

/// A syntax error that the engine found in the text of `file` gets the position it has in the program's.
function correct(error, file) {
  if (typeof error?.line !== 'number' || error.sourceURL !== file) return error;
  const place = original(file, error.line, typeof error.column === 'number' ? error.column : 1);
  if (place !== null) {
    ObjectDefineProperty(error, 'line', { __proto__: null, value: place.line, writable: true, configurable: true });
    ObjectDefineProperty(error, 'column', { __proto__: null, value: place.column, writable: true, configurable: true });
  }
  return error;
}

module.exports = { correct, original, remember, restoreWords };
