// The console: createConsole({ stdoutFd, stderrFd, now }) and a ready-made `console` on descriptors 1 and 2. Every
// method is bound, so it can be detached, and makes at most one native.write: a whole message or none of it. Whatever
// is logged cannot make a method throw; a failing write is swallowed too, since logging must not end a program.
const {
  ArrayIsArray, ArrayPrototypeJoin, ArrayPrototypePush, ErrorCaptureStackTrace, Map, MapPrototypeDelete,
  MapPrototypeForEach, MapPrototypeGet, MapPrototypeHas, MapPrototypeSet, MathFloor, NumberPrototypeToFixed,
  ObjectAssign, ObjectDefineProperty, ObjectHasOwn, ObjectKeys, ReflectApply, SetPrototypeForEach, String,
  StringPrototypeIncludes, StringPrototypePadStart, StringPrototypeRepeat, StringPrototypeReplaceAll,
  StringPrototypeSlice, SymbolToStringTag, isObject,
} = primordials;

const { inspect } = require('inspect');
const { getStringWidth } = require('inspect_text');
const { formatArgs } = require('inspect_format');
const { formatFrames } = require('inspect_stack');
const { kindOf, unwrapProxy } = require('inspect_kind');

// FORCE_COLOR decides when set (0 and false mean no), then NO_COLOR and TERM=dumb forbid, then a terminal has colours.
function wantsColors(fd) {
  const env = native.env();
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return !env.NO_COLOR && env.TERM !== 'dumb' && native.isTTY(fd);
}

/// Node's timer text: 1.234ms, 1.234s, 1:02.003 (m:ss.mmm), 1:02:03 (h:mm:ss).
function durationText(ms) {
  const fixed = (value) => NumberPrototypeToFixed(value, 3);
  const two = (value) => StringPrototypePadStart(`${value}`, 2, '0');
  if (ms >= 3_600_000) {
    const minutes = MathFloor(ms / 60_000);
    const whole = NumberPrototypeToFixed((ms % 60_000) / 1000, 0);
    return `${MathFloor(minutes / 60)}:${two(minutes % 60)}:${two(whole === '60' ? 59 : whole)} (h:mm:ss)`;
  }
  if (ms >= 60_000) {
    return `${MathFloor(ms / 60_000)}:${StringPrototypePadStart(fixed((ms % 60_000) / 1000), 6, '0')} (m:ss.mmm)`;
  }
  if (ms >= 1000) return `${fixed(ms / 1000)}s`;
  return `${+fixed(ms)}ms`;
}

// ---- table --------------------------------------------------------------------------------------------------------

const leftAligned = (text, width) => ` ${text}${StringPrototypeRepeat(' ', width - getStringWidth(text) - 1)}`;

// Columns is a list of { head, cells }: cells are texts, a missing one is an empty cell.
function drawTable(columns, rowCount) {
  const rules = [], heads = [];
  const widths = [];
  for (let c = 0; c < columns.length; c++) {
    const { head, cells } = columns[c];
    let width = getStringWidth(head);
    for (let r = 0; r < rowCount; r++) {
      if (cells[r] === undefined) continue;
      const own = getStringWidth(cells[r]);
      if (own > width) width = own;
    }
    ArrayPrototypePush(widths, width + 2);
    ArrayPrototypePush(rules, StringPrototypeRepeat('─', width + 2));
    ArrayPrototypePush(heads, leftAligned(head, width + 2));
  }
  let text = `┌${ArrayPrototypeJoin(rules, '┬')}┐\n│${ArrayPrototypeJoin(heads, '│')}│\n`;
  text += `├${ArrayPrototypeJoin(rules, '┼')}┤\n`;
  for (let r = 0; r < rowCount; r++) {
    const row = [];
    for (let c = 0; c < columns.length; c++) ArrayPrototypePush(row, leftAligned(columns[c].cells[r] ?? '', widths[c]));
    text += `│${ArrayPrototypeJoin(row, '│')}│\n`;
  }
  return `${text}└${ArrayPrototypeJoin(rules, '┴')}┘`;
}

/// The text of console.table, or undefined when the data has no rows to speak of.
function tableText(data, filter, cellText) {
  const target = unwrapProxy(data);
  if (target === null) return undefined;
  const kind = kindOf(target);
  const index = { head: '(index)', cells: [] };
  if (kind === 'Map') {
    index.head = '(iteration index)';
    const columns = [index, { head: 'Key', cells: [] }, { head: 'Values', cells: [] }];
    let count = 0;
    MapPrototypeForEach(target, (value, key) => {
      columns[0].cells[count] = `${count}`;
      columns[1].cells[count] = cellText(key);
      columns[2].cells[count++] = cellText(value);
    });
    return drawTable(columns, count);
  }

  const rows = [];
  if (kind === 'Set') {
    index.head = '(iteration index)';
    SetPrototypeForEach(target, (value) => {
      ArrayPrototypePush(index.cells, `${rows.length}`);
      ArrayPrototypePush(rows, value);
    });
  } else {
    index.cells = ObjectKeys(target);
    for (let i = 0; i < index.cells.length; i++) ArrayPrototypePush(rows, read(target, index.cells[i]));
  }

  // Rows that are objects spread over named columns; the others go into one last column.
  const byName = new Map();
  const columns = [index];
  const values = { head: 'Values', cells: [] };
  let hasValues = false;
  const column = (name) => {
    let found = MapPrototypeGet(byName, name);
    if (found === undefined) {
      MapPrototypeSet(byName, name, found = { head: name, cells: [] });
      ArrayPrototypePush(columns, found);
    }
    return found;
  };
  if (filter !== undefined) for (let i = 0; i < filter.length; i++) column(String(filter[i]));
  for (let r = 0; r < rows.length; r++) {
    const row = isObject(rows[r]) ? unwrapProxy(rows[r]) : rows[r];
    if (!isObject(row) || kind === 'Set') {
      values.cells[r] = cellText(rows[r]);
      hasValues = true;
      continue;
    }
    const keys = filter === undefined ? ObjectKeys(row) : filter;
    for (let k = 0; k < keys.length; k++) {
      const name = String(keys[k]);
      if (ObjectHasOwn(row, name)) column(name).cells[r] = cellText(read(row, name));
    }
  }
  if (hasValues && (filter === undefined || kind === 'Set')) ArrayPrototypePush(columns, values);
  return drawTable(columns, rows.length);
}

// A getter that throws leaves undefined in its cell.
function read(object, key) {
  try { return object[key]; } catch { return undefined; }
}

// Where a program has replaced process.stdout.write or stderr.write, what is logged goes there too; otherwise straight to the descriptor.
function sendToProcess(fd, text) {
  const made = native.outputs?.[fd];
  if (made !== undefined && made.stream.write !== made.write) made.stream.write(text);
  else native.write(fd, text);
}

const isTTY = (fd) => {
  const made = native.outputs?.[fd];
  return made === undefined ? native.isTTY(fd) : made.stream.isTTY === true;
};

// ---- the console --------------------------------------------------------------------------------------------------

/// now() gives milliseconds. `send(fd, text)` and `hasColors(fd)` say where the text goes and what that place can show.
function createConsole(options = {}) {
  const { stdoutFd = 1, stderrFd = 2, now = native.now, send = sendToProcess, hasColors = wantsColors, step = '  ' } = options;
  const timers = new Map(), counts = new Map();
  const colorOptions = { __proto__: null };                                // per descriptor, decided at its first use
  let indent = '';

  function write(fd, text) {
    if (indent !== '') {
      if (StringPrototypeIncludes(text, '\n')) text = StringPrototypeReplaceAll(text, '\n', `\n${indent}`);
      text = indent + text;
    }
    try { send(fd, `${text}\n`); } catch { /* a closed pipe must not end the program */ }
  }

  function optionsFor(fd) {
    return colorOptions[fd] ??= { colors: hasColors(fd) };
  }

  // The common calls are strings and numbers: those need no options and no inspect.
  function print(fd, args) {
    let text;
    try {
      text = args.length === 1 && typeof args[0] === 'string' ? args[0] :
        formatArgs(optionsFor(fd), args);
    } catch {
      text = '<value could not be formatted>';
    }
    write(fd, text);
  }

  const labelText = (label) => `${label}`; // a symbol throws, as the standard wants
  // The process module sets `emitWarning`, so that these go the way of all warnings; before that, to stderr.
  const warn = (text) => {
    if (typeof module.exports.emitWarning === 'function') module.exports.emitWarning(text);
    else print(stderrFd, ['%s', `Warning: ${text}`]);
  };

  function elapsed(label, args, method) {
    const start = MapPrototypeGet(timers, label);
    if (start === undefined) {
      warn(`No such label '${label}' for console.${method}()`);
      return false;
    }
    const parts = ['%s: %s', label, durationText(now() - start)];
    for (let i = 0; i < args.length; i++) ArrayPrototypePush(parts, args[i]);
    print(stdoutFd, parts);
    return true;
  }

  const console = {
    __proto__: {}, // a namespace object has one of its own
    log(...args) { print(stdoutFd, args); },
    warn(...args) { print(stderrFd, args); },
    dir(object, options) {
      const chosen = { customInspect: false };
      // Options with a throwing getter count as far as they were read.
      try { ObjectAssign(chosen, optionsFor(stdoutFd), options); } catch { /* see above */ }
      write(stdoutFd, inspect(object, chosen));
    },
    time(label = 'default') {
      label = labelText(label);
      if (MapPrototypeHas(timers, label)) return warn(`Label '${label}' already exists for console.time()`);
      MapPrototypeSet(timers, label, now());
    },
    timeEnd(label = 'default') {
      label = labelText(label);
      if (elapsed(label, [], 'timeEnd')) MapPrototypeDelete(timers, label);
    },
    timeLog(label = 'default', ...data) { elapsed(labelText(label), data, 'timeLog'); },
    trace(...args) {
      const holder = {};
      ErrorCaptureStackTrace(holder, trace);
      let message = '';
      try { message = formatArgs(optionsFor(stderrFd), args); } catch { /* the stack is still worth showing */ }
      write(stderrFd, `Trace${message === '' ? '' : `: ${message}`}${formatFrames(holder.stack) ?? ''}`);
    },
    assert(condition, ...args) {
      if (condition) return;
      if (typeof args[0] === 'string') args[0] = `Assertion failed: ${args[0]}`;
      else {
        const rest = args;
        args = ['Assertion failed'];
        for (let i = 0; i < rest.length; i++) ArrayPrototypePush(args, rest[i]);
      }
      print(stderrFd, args);
    },
    clear() {
      // To the home position, then erase what follows; nothing when the output is a file.
      if (!isTTY(stdoutFd) || native.env().TERM === 'dumb') return;
      try { send(stdoutFd, '\u001b[1;1H\u001b[0J'); } catch { /* as in write */ }
    },
    count(label = 'default') {
      label = labelText(label);
      const count = (MapPrototypeGet(counts, label) ?? 0) + 1;
      MapPrototypeSet(counts, label, count);
      print(stdoutFd, ['%s', `${label}: ${count}`]);
    },
    countReset(label = 'default') {
      label = labelText(label);
      if (!MapPrototypeDelete(counts, label)) warn(`Count for '${label}' does not exist`);
    },
    group(...args) {
      if (args.length > 0) print(stdoutFd, args);
      indent += step;
    },
    groupEnd() { indent = StringPrototypeSlice(indent, 0, indent.length - step.length); },
    table(data, filter) {
      if (filter !== undefined && !ArrayIsArray(filter)) {
        const { ERR_INVALID_ARG_TYPE } = require('errors');
        throw new ERR_INVALID_ARG_TYPE('properties', 'Array', filter);
      }
      if (data === null || typeof data !== 'object') return print(stdoutFd, [data]);
      const cellText = (value) => {
        // A cell stays short: an object of more than two properties is only named.
        const target = value !== null && typeof value === 'object' ? unwrapProxy(value) : null;
        const large = target !== null && !ArrayIsArray(target) && ObjectKeys(target).length > 2;
        return inspect(value,
          { maxArrayLength: 3, breakLength: Infinity, depth: large ? -1 : 0, ...optionsFor(stdoutFd) });
      };
      let text;
      try { text = tableText(data, filter, cellText); } catch { /* shown plainly instead */ }
      if (text === undefined) print(stdoutFd, [data]); else write(stdoutFd, text);
    },
    timeStamp() {},
    profile() {},
    profileEnd() {},
  };
  const { trace } = console;
  // An alias is its own function with its own name, as programs that wrap or print methods expect.
  const alias = (name, method) => {
    console[name] = { [name](...args) { return ReflectApply(method, undefined, args); } }[name];
  };
  alias('debug', console.log);
  alias('info', console.log);
  alias('dirxml', console.log);
  alias('error', console.warn);
  alias('groupCollapsed', console.group);
  ObjectDefineProperty(console, SymbolToStringTag, {
    __proto__: null, value: 'console', writable: false, enumerable: false, configurable: true,
  });
  return console;
}

/// Node's `new Console(stdout, stderr)` or `new Console({ stdout, stderr, colorMode })`: a console on objects that
/// have write().
function Console(first, second) {
  const options = first !== null && typeof first === 'object' && typeof first.write !== 'function' ? first :
    { stdout: first, stderr: second };
  const { stdout, stderr = stdout, colorMode = 'auto', groupIndentation = 2 } = options;
  if (typeof stdout?.write !== 'function' || typeof stderr?.write !== 'function') {
    const { ERR_INVALID_ARG_TYPE } = require('errors');
    const bad = typeof stdout?.write !== 'function' ? 'stdout' : 'stderr';
    throw new ERR_INVALID_ARG_TYPE(bad, 'Stream', options[bad]);
  }
  require('errors').validateInteger(groupIndentation, 'groupIndentation', 0, 1000);
  const stream = (fd) => fd === 1 ? stdout : stderr;
  return createConsole({
    step: StringPrototypeRepeat(' ', groupIndentation),
    send: (fd, text) => { stream(fd).write(text); },
    hasColors: (fd) => colorMode === 'auto' ? stream(fd).isTTY === true : colorMode === true,
  });
}

const console = createConsole();
ObjectDefineProperty(console, 'Console', {
  __proto__: null, value: Console, writable: true, enumerable: false, configurable: true,
});

module.exports = { Console, console, createConsole, sendToProcess, emitWarning: undefined };
