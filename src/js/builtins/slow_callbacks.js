// Which callbacks of timers and immediates took long, and where they were made: for observe::SlowCallbacks (C++), which says in two slots of
// `state` what it wants to know. Loaded when it wants something; until then each callback costs one comparison, and so does each timer.
'use strict';

const { Error, StringPrototypeSplit } = primordials;
const { performanceNow, state } = native;
const { context, enter } = require('async_context');

// Slots of `state`, shared with C++ (src/js/runtime_state.h).
const kSlowAfter = 9; // milliseconds; Infinity: nobody wants to know
const kSites = 10; // of what is made one in so many remembers where; 0: none

const kFramesMax = 12; // ours come first; behind them one of the program's is enough

let random = 0x2545f491;
let until = 1;

// One in `state[kSites]`, at distances that no pattern of a program meets.
function chosen() {
  const span = 2 * state[kSites] - 1;
  if (until > span) until = span; // it was larger before
  if (--until > 0) return false;
  random ^= random << 13;
  random ^= random >>> 17;
  random ^= random << 5;
  until = 1 + ((random >>> 0) % span);
  return true;
}

function stackHere() {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = kFramesMax;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  return stack;
}

/// Where the program is that calls what calls this, as { name, file, line, column }; undefined when this one is not chosen. Only while `state[kSites]` is not 0.
function siteHere() {
  if (!chosen()) return undefined;
  try {
    const stack = stackHere(); // throws when a program has frozen Error
    if (typeof stack !== 'string') return undefined;
    const { parseFrame } = require('inspect_stack');
    const lines = StringPrototypeSplit(stack, '\n');
    for (let i = 0; i < lines.length; i++) {
      const found = parseFrame(lines[i]); // null for ours
      if (found !== null && found.file !== '') return found;
    }
  } catch {
    // Then nobody learns where it was made.
  }
  return undefined;
}

/// The callback of a timer (kind 0) or immediate (1) that was made at `site` began at `began` and is over, with the jobs after it.
function tellIfSlow(kind, began, site, frame) {
  const took = performanceNow() - began;
  if (took < state[kSlowAfter]) return;
  const before = context.frame;
  if (frame !== before) enter(frame); // so that C++ has the context that goes with it
  if (site === undefined) native.slowCallback(kind, took);
  else native.slowCallback(kind, took, site.file, site.line, site.column, site.name);
  if (context.frame !== before) enter(before);
}

module.exports = { siteHere, tellIfSlow };
