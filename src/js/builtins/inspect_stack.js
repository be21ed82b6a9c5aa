// Turns the engine's stacks into Node-like text. JSC's `err.stack` is bare lines such as `func@file:line:col`,
// without a header; shown is `Name: message` and `    at func (file:line:col)`. Frames of built-ins (source
// `node:...`) are left out. A stack that is not in the engine's form was written by somebody: it is passed through
// unchanged.
const {
  RegExpPrototypeExec, StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith,
} = primordials;

const engineLine = /^(?:[^@]*@)?(?:\[native code\]|.+:\d+:\d+|)$/;
const position = /:(\d+):(\d+)$/;
const nodeLine = /^ {4}at (?:(.+) \((.*)\)|(.*))$/;
const anonymousDefault = /^\$m_*default$/; // what the transform of ES modules calls `export default function () {}`
const codeKind = /^(?:global|module|eval) code$/;

// The lines of an engine stack, or null when the text is not one.
function engineLines(stack) {
  const lines = StringPrototypeSplit(stack, '\n');
  for (let i = 0; i < lines.length; i++) {
    if (StringPrototypeStartsWith(lines[i], '    at ')) return null;
    if (RegExpPrototypeExec(engineLine, lines[i]) === null) return null;
  }
  return lines;
}

// { name, file, line, column } of one line of a stack, the engine's or a Node-like one; file is '' for native code. Null: not worth
// showing, because it is ours or says nothing. Names of the host's own functions start with a percent sign.
function parseFrame(line) {
  const node = RegExpPrototypeExec(nodeLine, line);
  const at = node === null ? StringPrototypeIndexOf(line, '@') : -1;
  // A function's name holds no '@', but a path may (node_modules/@scope): the first one separates.
  let name = node === null ? (at < 0 ? '' : StringPrototypeSlice(line, 0, at)) : node[1] ?? '';
  const place = node === null ? StringPrototypeSlice(line, at + 1) : node[2] ?? node[3];
  if (place === '' || StringPrototypeStartsWith(place, 'node:') || StringPrototypeStartsWith(name, '%')) return null;
  if (RegExpPrototypeExec(codeKind, name) !== null) name = name === 'eval code' ? 'eval' : '';
  const found = RegExpPrototypeExec(position, place);
  if (found === null) return name === '' ? null : { name, file: '', line: 0, column: 0 };
  const file = StringPrototypeSlice(place, 0, found.index);
  const lineNumber = +found[1];
  const column = +found[2];
  if (node !== null) return { name, file, line: lineNumber, column };
  const shown = require('source_positions').original(file, lineNumber, column);
  if (RegExpPrototypeExec(anonymousDefault, name) !== null) name = 'default';
  return shown === null ? null : { name, file, line: shown.line, column: shown.column };
}

function frame(line) {
  const parsed = parseFrame(line);
  if (parsed === null) return '';
  const place = parsed.file === '' ? '<anonymous>' : `${parsed.file}:${parsed.line}:${parsed.column}`;
  return parsed.name === '' ? `    at ${place}` : `    at ${parsed.name} (${place})`;
}

const isNativeFrame = (line) => StringPrototypeEndsWith(line, '[native code]');

// A function of the language that a built-in of ours called is a detail of ours.
function calledByBuiltin(lines, i) {
  while (i < lines.length && isNativeFrame(lines[i])) i++;
  return i < lines.length && StringPrototypeIncludes(lines[i], '@node:');
}

/// The `    at ...` lines of an engine stack as one string (each led by a newline), or null when it is not an engine
/// stack.
function formatFrames(stack) {
  const lines = engineLines(stack);
  if (lines === null) return null;
  let text = '';
  for (let i = 0; i < lines.length; i++) {
    if (isNativeFrame(lines[i]) && calledByBuiltin(lines, i)) continue;
    const shown = frame(lines[i]);
    if (shown !== '') text += `\n${shown}`;
  }
  return text;
}

// Property reads of a stranger's error: a getter that throws counts as absent.
function read(error, key) {
  try { return error[key]; } catch { return undefined; }
}

function text(value) {
  if (typeof value === 'string') return value;
  try { return `${value}`; } catch { return ''; }
}

// Where an error was thrown: the file of the first frame that is the program's.
function fileOf(error) {
  const stack = read(error, 'stack');
  const lines = typeof stack === 'string' ? engineLines(stack) : null;
  for (let i = 0; lines !== null && i < lines.length; i++) {
    const file = parseFrame(lines[i])?.file;
    if (file) return file;
  }
  return '';
}

/// `Name: message` as Error.prototype.toString would say, and never throws.
function header(error) {
  const name = read(error, 'name');
  const message = read(error, 'message');
  const shownName = name === undefined ? 'Error' : text(name);
  let shownMessage = message === undefined ? '' : text(message);
  if (StringPrototypeIncludes(shownMessage, '$m')) shownMessage = require('source_positions').restoreWords(shownMessage, fileOf(error));
  if (shownName === '') return shownMessage;
  return shownMessage === '' ? shownName : `${shownName}: ${shownMessage}`;
}

/// Node-like text of an error's stack; only the header when it has no stack.
function formatStack(error) {
  const stack = read(error, 'stack');
  if (typeof stack !== 'string') return header(error);
  const frames = formatFrames(stack);
  return frames === null ? stack : header(error) + frames;
}

/// The stack of one of our coded errors: `TypeError [CODE]: message` and the frames, unless Error.stackTraceLimit asks for none.
function codedStack(error, code) {
  return `${error.name} [${code}]: ${error.message}${(typeof error.stack === 'string' ? formatFrames(error.stack) : null) ?? ''}`;
}

module.exports = { parseFrame, codedStack, formatFrames, formatStack, header };
