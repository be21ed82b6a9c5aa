// setTimeout and setInterval as HTML has them, for the profile web (docs/semantics.md, rules 6 to 8, 18 and 29). Lists, order and the clock are
// those of timers.js; what differs is said here: handles are numbers, a delay of 0 is 0 ms, and timers that set timers are slowed down.
'use strict';

const { ReflectApply, SafeMap, globalThis, restOf } = primordials;
const { ConversionError, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { report } = require('web_errors');
const { arm, clearTimeout: disarm } = native.timerInternals;

const kNestingMax = 5; // timers nested deeper than this ...
const kNestedDelayMin = 4; // ... wait at least so many milliseconds

const timers = SafeMap(); // by handle: { handle, timer, callback, args, delay, repeats, level }
let lastHandle = 0;
let level = 0; // the nesting level of the timer whose task runs, its microtasks included; 0 in any other task

function requireGlobal(self) {
  if (self !== undefined && self !== null && self !== globalThis) throw new ERR_INVALID_THIS('nullish or must be the global object');
}

// HTML, timer initialisation steps: `surrounding` is the nesting level of the task that sets the timer.
function delayAt(surrounding, delay) {
  return surrounding > kNestingMax && delay < kNestedDelayMin ? kNestedDelayMin : delay;
}

function deeper(surrounding) {
  return surrounding > kNestingMax ? surrounding : surrounding + 1; // deeper levels are all the same
}

// What it throws is reported here, so that timers.js sees a callback that returned: the checkpoint follows, then the next timer.
function fire(entry) {
  level = entry.level;
  try {
    ReflectApply(entry.callback, globalThis, entry.args);
  } catch (error) {
    report(error);
  }
  if (!entry.repeats) {
    timers.delete(entry.handle);
    return;
  }
  // An interval is set again by its own task, and so nested ever deeper. A cleared one is not set again whatever this says.
  entry.timer._repeat = delayAt(entry.level, entry.delay);
  entry.level = deeper(entry.level);
}

function set(name, callback, timeout, args, repeats) {
  if (args.length === 0) throw new ERR_MISSING_ARGS('handler');
  // HTML would compile anything else as the text of a script.
  if (typeof callback !== 'function')
    throw new ConversionError(`${name}: the handler must be a function; text is never compiled`);
  const number = +timeout | 0; // a WebIDL long; a BigInt or Symbol throws its TypeError here
  const delay = number < 0 ? 0 : number;
  const handle = ++lastHandle;
  const entry = { handle, timer: null, callback, args: restOf(args, 2), delay, repeats, level: deeper(level) };
  entry.timer = arm(() => fire(entry), delayAt(level, delay), repeats);
  timers.set(handle, entry);
  return handle;
}

function clear(id) {
  const handle = +id | 0;
  const entry = timers.get(handle);
  if (entry === undefined) return;
  timers.delete(handle);
  disarm(entry.timer);
}

// Methods, so that none is a constructor.
const globals = {
  setTimeout(handler, timeout = undefined) {
    requireGlobal(this);
    return set('setTimeout', handler, timeout, arguments, false);
  },
  setInterval(handler, timeout = undefined) {
    requireGlobal(this);
    return set('setInterval', handler, timeout, arguments, true);
  },
  clearTimeout(id = 0) {
    requireGlobal(this);
    clear(id);
  },
  clearInterval(id = 0) {
    requireGlobal(this);
    clear(id);
  },
};

module.exports = {
  globals, requireGlobal,
  /// The task is over, with its checkpoint: what runs next is nested in no timer.
  leaveTask() {
    level = 0;
  },
};
