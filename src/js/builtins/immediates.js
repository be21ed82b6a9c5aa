// setImmediate and its handles (docs/semantics.md, rules 13 to 15 and 29): two linked lists, the one that fills and the one that runs. C++ sees how many
// wait, in `state`, and arms one native immediate for them.
'use strict';

const { ReflectApply, SymbolDispose, restOf } = primordials;
const { performanceNow, state } = native;
const { context, enter } = require('async_context');
const { drain } = require('task_queues');
const { kFrame, kInspect, kRef, kSite, follow, handleDefaults, requireCallback, slowCallbacks } = require('timer_handles');

// Slots of `state`, shared with C++ (src/js/runtime_state.h).
const kImmediates = 2;
const kImmediateRefs = 3;
const kSlowAfter = 9; // milliseconds; Infinity: nobody wants to know
const kSites = 10; // of what is made one in so many remembers where; 0: none
const kImmediatesRan = 12;
const kFollows = 14;

let onThrow = null;
let immediatesMax = Infinity;
let filling = { first: null, last: null };
let running = null;

class Immediate {
  constructor(callback, args) {
    this._idlePrev = null;
    this._idleNext = null;
    this._onImmediate = callback;
    this._argv = args;
    this._destroyed = false;
    this[kRef] = true;
    if (context.frame !== null) this[kFrame] = context.frame;
  }
  ref() {
    if (!this[kRef] && !this._destroyed) state[kImmediateRefs]++;
    this[kRef] = true;
    return this;
  }
  unref() {
    if (this[kRef] && !this._destroyed) state[kImmediateRefs]--;
    this[kRef] = false;
    return this;
  }
  hasRef() {
    return this[kRef];
  }
  [SymbolDispose]() {
    clearImmediate(this);
  }
  [kInspect](depth, options, inspect) {
    return inspect(this, { ...options, depth: 0, customInspect: false });
  }
}

function setImmediate(callback) {
  requireCallback(callback);
  if (state[kImmediates] >= immediatesMax) throw native.sandbox.over('tasks', 'immediates that wait');
  return addImmediate(callback, arguments.length > 1 ? restOf(arguments, 1) : undefined);
}

function addImmediate(callback, args) {
  const immediate = new Immediate(callback, args);
  if (state[kSites] !== 0) immediate[kSite] = slowCallbacks().siteHere();
  immediate._idlePrev = filling.last;
  if (filling.last === null) filling.first = immediate;
  else filling.last._idleNext = immediate;
  filling.last = immediate;
  state[kImmediates]++;
  state[kImmediateRefs]++;
  return immediate;
}

function clearImmediate(immediate) {
  if (immediate?._onImmediate === undefined || immediate._destroyed) return;
  retire(immediate);
  const { _idlePrev: previous, _idleNext: next } = immediate;
  if (previous !== null) previous._idleNext = next;
  else if (running === immediate) running = next;
  else filling.first = next;
  if (next !== null) next._idlePrev = previous;
  else if (filling.last === immediate) filling.last = previous;
  immediate._idlePrev = immediate._idleNext = immediate._onImmediate = null;
  immediate._argv = undefined;
}

function retire(immediate) {
  immediate._destroyed = true;
  state[kImmediates]--;
  if (immediate[kRef]) state[kImmediateRefs]--;
}

function callImmediate(immediate) {
  const args = immediate._argv;
  if (args === undefined) immediate._onImmediate();
  else ReflectApply(immediate._onImmediate, immediate, args);
}

// The immediates queued before this phase. What a thrown exception left over runs in the same phase, without a checkpoint first. Returns
// what runTimers() does.
function runImmediates() {
  if (running === null) {
    running = filling.first;
    filling = { first: null, last: null };
  }
  let checkpointDue = false;
  let complete;
  let began = -1; // as in runTimers()
  let immediate;
  for (;;) {
    if (checkpointDue) {
      if (native.drainInside) complete = drain(false);
      if (began >= 0) slowCallbacks().tellIfSlow(1, began, immediate[kSite], immediate[kFrame]);
      if (!native.drainInside) return undefined;
      checkpointDue = false;
    }
    if (running === null) return complete;
    complete = undefined;
    immediate = running;
    running = immediate._idleNext;
    if (running !== null) running._idlePrev = null;
    immediate._idleNext = null;
    state[kImmediatesRan]++;
    retire(immediate);
    const frame = immediate[kFrame];
    if (context.frame !== frame) enter(frame);
    began = state[kSlowAfter] === Infinity ? -1 : performanceNow();
    try {
      if (frame !== null && state[kFollows] !== 0) follow(callImmediate, immediate, 1);
      else callImmediate(immediate);
      checkpointDue = true;
    } catch (error) {
      onThrow(error);
    }
    immediate._onImmediate = null;
    if (!checkpointDue && began >= 0) slowCallbacks().tellIfSlow(1, began, immediate[kSite], immediate[kFrame]);
  }
}

handleDefaults(Immediate.prototype);

module.exports = {
  addImmediate, clearImmediate, runImmediates, setImmediate,
  connect(hooks) {
    onThrow = hooks.onThrow;
  },
  limit(tasks) {
    immediatesMax = tasks;
  },
};
