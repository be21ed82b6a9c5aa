// setTimeout, setInterval and their handles (docs/semantics.md, rules 6-14, 16-18 and 29); setImmediate is in immediates.js.
//
// All timers live here, in lists by duration under one heap; C++ sees only the earliest deadline, in `state`, and arms one native
// timer for it. So a thousand timers cost one crossing to start a pass, and none each.
// Order is by (deadline in ms, sequence). A list is sorted by that already, so the heap holds lists, keyed by their first timer.
'use strict';

const {
  ArrayPrototypePush, NumberIsNaN, ObjectDefineProperty, ReflectApply, SafeMap, Symbol, SymbolDispose, SymbolFor, SymbolToPrimitive, bareArray, restOf,
} = primordials;
const { clock, performanceNow, state } = native; // clock(): whole milliseconds since the runtime began
const { context, enter } = require('async_context');
const { drain } = require('task_queues');
const { kFrame, kInspect, kRef, kSite, follow, handleDefaults, requireCallback, slowCallbacks } = require('timer_handles');
const immediates = require('immediates');
const { clearImmediate, setImmediate } = immediates;

// Slots of `state`, shared with C++ (src/js/runtime_state.h).
const kNextDeadline = 0;
const kTimerRefs = 1;
const kImmediateRefs = 3;
const kSlowAfter = 9; // milliseconds; Infinity: nobody wants to know
const kSites = 10; // of what is made one in so many remembers where; 0: none
const kTimersRan = 11;
const kFollows = 14;
const kTellsTimers = 16; // not 0: C++ wants to know of each operation

const kTimeoutMax = 2 ** 31 - 1;
const kListsKept = 256;
const kDescribedMax = 10_000; // timers of one list that describeLists() counts
const kTimeMax = 2 ** 52;
const kList = Symbol('list');
const kSequence = Symbol('sequence');
const kId = Symbol('id'); // few handles have one of their own
const kPromisify = SymbolFor('nodejs.util.promisify.custom');

let nextId = 1;
let nextSequence = 1;
let onThrow = null;
let firing = null; // the timer whose callback runs
let warnedNegative = false;
let warnedNaN = false;
let told = null; // see teller()
let waiting = 0; // timers in the lists
let waitingMax = Infinity;
const lists = SafeMap(); // duration in ms -> TimerList
const knownById = SafeMap(); // only timers that were turned into a number
const heap = bareArray(); // of TimerList, by (expiry, sequence)
let recent = null; // the list used last: a program's timers mostly have few durations

// Only while state[kTellsTimers] is not 0; most programs never load it.
function teller() {
  told ??= require('timers_told');
  return told;
}

class TimerList {
  first = null; // fields are defined: no setter on Object.prototype is asked
  last = null;
  index = -1;
  expiry = 0; // of the first, and its sequence, so that the heap reads lists only
  sequence = 0;
  duration;

  constructor(duration) {
    this.duration = duration;
  }
}

function before(a, b) {
  return a.expiry < b.expiry || (a.expiry === b.expiry && a.sequence < b.sequence);
}

function takeKey(list) {
  const { first } = list;
  const start = first._idleStart;
  // Of a handle that a program wrote nonsense into: due at once.
  list.expiry = typeof start === 'number' && start >= 0 && start <= kTimeMax ? start + list.duration : 0;
  list.sequence = first[kSequence];
}

function siftUp(list, index) {
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const other = heap[parent];
    if (!before(list, other)) break;
    heap[index] = other;
    other.index = index;
    index = parent;
  }
  heap[index] = list;
  list.index = index;
}

function siftDown(list, index) {
  const size = heap.length;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= size) break;
    if (child + 1 < size && before(heap[child + 1], heap[child])) child++;
    const other = heap[child];
    if (!before(other, list)) break;
    heap[index] = other;
    other.index = index;
    index = child;
  }
  heap[index] = list;
  list.index = index;
}

function heapRemove(list) {
  const index = list.index;
  const lastIndex = heap.length - 1;
  const last = heap[lastIndex];
  heap.length = lastIndex;
  list.index = -1;
  if (last === list) return;
  siftUp(last, index);
  if (last.index === index) siftDown(last, index);
}

function publishDeadline() {
  state[kNextDeadline] = heap.length === 0 ? Infinity : heap[0].expiry;
}

function listOf(duration) {
  if (recent !== null && recent.duration === duration) return recent;
  let list = lists.get(duration);
  if (list === undefined) lists.set(duration, (list = new TimerList(duration)));
  return (recent = list);
}

function insert(timer, start) {
  const list = listOf(timer._idleTimeout | 0); // truncated; coerceDelay() has seen to the range
  timer._idleStart = start;
  timer[kSequence] = nextSequence++;
  timer[kList] = list;
  // Almost always the end; an interval re-armed from its start belongs before timers that its own callback created.
  let previous = list.last;
  while (previous !== null && previous._idleStart > start) previous = previous._idlePrev;
  const next = previous === null ? list.first : previous._idleNext;
  timer._idlePrev = previous;
  timer._idleNext = next;
  if (previous === null) list.first = timer;
  else previous._idleNext = timer;
  if (next === null) list.last = timer;
  else next._idlePrev = timer;
  if (previous === null) {
    takeKey(list);
    siftUp(list, list.index === -1 ? heap.length : list.index);
    publishDeadline();
  }
  waiting++;
  if (timer[kRef]) state[kTimerRefs]++;
}

function remove(timer) {
  const list = timer[kList];
  if (list === null) return;
  const previous = timer._idlePrev;
  const next = timer._idleNext;
  if (previous === null) list.first = next;
  else previous._idleNext = next;
  if (next === null) list.last = previous;
  else next._idlePrev = previous;
  timer[kList] = timer._idlePrev = timer._idleNext = null;
  waiting--;
  if (timer[kRef]) state[kTimerRefs]--;
  if (previous !== null) return;
  if (next === null) {
    heapRemove(list);
    // An empty list is kept for the next timer of this duration, unless a program uses very many durations.
    if (lists.size > kListsKept) {
      lists.delete(list.duration);
      if (recent === list) recent = null;
    }
  } else {
    takeKey(list);
    siftDown(list, list.index);
  }
  publishDeadline();
}

function warn(name, message) {
  native.process.emitWarning(message, name);
}

function coerceDelay(delay) {
  if (delay === undefined) return 1;
  delay *= 1; // a BigInt or Symbol throws its TypeError here
  if (delay >= 1 && delay <= kTimeoutMax) return delay;
  if (delay > kTimeoutMax) {
    warn('TimeoutOverflowWarning', `${delay} does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.`);
  } else if (delay < 0 && !warnedNegative) {
    warnedNegative = true;
    warn('TimeoutNegativeWarning', `${delay} is a negative number.\nTimeout duration was set to 1.`);
  } else if (NumberIsNaN(delay) && !warnedNaN) {
    warnedNaN = true;
    warn('TimeoutNaNWarning', `${delay} is not a number.\nTimeout duration was set to 1.`);
  }
  return 1;
}

class Timeout {
  constructor(callback, delay, args, repeat) {
    this._idleTimeout = coerceDelay(delay);
    this._idlePrev = null;
    this._idleNext = null;
    this._idleStart = null;
    this._onTimeout = callback;
    this._timerArgs = args;
    this._repeat = repeat ? this._idleTimeout : null;
    this._destroyed = false;
    this[kRef] = true;
    this[kList] = null;
    this[kSequence] = 0;
    if (context.frame !== null) this[kFrame] = context.frame;
    // Never runs. The engine makes room inside an object for the names that its constructor assigns, symbols not counted, rounded up to a
    // size it has: 8 names are 80 bytes and what is beyond goes into a second allocation, 9 are 112 bytes with room for 12.
    if (callback === undefined) this._room = undefined;
  }
  ref() {
    setRef(this, true);
    return this;
  }
  unref() {
    setRef(this, false);
    return this;
  }
  hasRef() {
    return this[kRef];
  }
  refresh() {
    if (this._idleTimeout < 0) return this; // cleared
    remove(this);
    this._destroyed = false;
    insert(this, clock());
    if (state[kTellsTimers] !== 0) teller().refreshed(this, this[kFrame]);
    return this;
  }
  close() {
    clearTimeout(this);
    return this;
  }
  [SymbolDispose]() {
    clearTimeout(this);
  }
  [SymbolToPrimitive]() {
    if (this[kId] === 0) this[kId] = nextId++;
    knownById.set(this[kId], this);
    return this[kId];
  }
  [kInspect](depth, options, inspect) {
    return inspect(this, { ...options, depth: 0, customInspect: false });
  }
}

function setRef(timer, ref) {
  if (timer[kRef] === ref) return;
  timer[kRef] = ref;
  if (timer[kList] !== null) state[kTimerRefs] += ref ? 1 : -1;
}

// What a program with too many timers gets in place of another.
function refusal(delay, repeats) {
  if (state[kTellsTimers] !== 0) teller().rejected(delay, repeats);
  return native.sandbox.over('timers', 'timers that wait');
}

function start(timer) {
  if (state[kSites] !== 0) timer[kSite] = slowCallbacks().siteHere();
  insert(timer, clock());
  if (state[kTellsTimers] !== 0) teller().created(timer, timer[kFrame]);
  return timer;
}

function setTimeout(callback, after) {
  requireCallback(callback);
  if (waiting >= waitingMax) throw refusal(after, false);
  return start(new Timeout(callback, after, arguments.length > 2 ? restOf(arguments, 2) : undefined, false));
}

function setInterval(callback, repeat) {
  requireCallback(callback);
  if (waiting >= waitingMax) throw refusal(repeat, true);
  return start(new Timeout(callback, repeat, arguments.length > 2 ? restOf(arguments, 2) : undefined, true));
}

function forget(timer) {
  if (timer[kId] !== 0) knownById.delete(timer[kId]);
}

function isGoingToFire(timer) {
  return timer[kList] !== null || (timer === firing && timer._repeat !== null && !timer._destroyed);
}

function clearTimeout(timer) {
  if (typeof timer === 'number' || typeof timer === 'string') {
    timer = knownById.get(+timer);
    if (timer === undefined) return;
  }
  if (timer?._onTimeout === undefined || timer[kList] === undefined) return;
  if (state[kTellsTimers] !== 0 && isGoingToFire(timer)) teller().cancelled(timer, timer[kFrame], false);
  remove(timer);
  forget(timer);
  timer._destroyed = true;
  timer._idleTimeout = -1; // tells an interval in its own callback, and refresh(), that this is final
  timer._onTimeout = null;
}

function clearInterval(timer) {
  clearTimeout(timer);
}

function callTimer(timer) {
  const args = timer._timerArgs;
  if (args === undefined) timer._onTimeout();
  else ReflectApply(timer._onTimeout, timer, args);
}

function fire(timer) {
  const frame = timer[kFrame];
  if (context.frame !== frame) enter(frame);
  if (state[kTellsTimers] !== 0) teller().fired(timer, frame);
  if (frame !== null && state[kFollows] !== 0) follow(callTimer, timer, 0, timer._idleStart + timer._idleTimeout);
  else callTimer(timer);
}

// After its callback, thrown or not.
function finish(timer, start) {
  firing = null;
  if (timer[kList] !== null) return; // refreshed by its own callback
  if (timer._repeat !== null && timer._idleTimeout !== -1) {
    timer._idleTimeout = timer._repeat;
    insert(timer, start === undefined ? clock() : start);
  } else if (!timer._destroyed) {
    timer._destroyed = true;
    forget(timer);
  }
}

// One pass: what is due at `now` and was armed before. A checkpoint follows each callback; returns what drain() said of the last one, or
// undefined when it is left to the caller.
// After a handled throw the next due timer runs first, and ticks and microtasks drain after that one (rule 18).
function runTimers(now) {
  const end = nextSequence;
  let checkpointDue = false;
  let complete;
  let began = -1; // of the callback whose checkpoint is due, while somebody wants to know
  let timer;
  for (;;) {
    if (checkpointDue) {
      if (native.drainInside) complete = drain(false);
      if (began >= 0) slowCallbacks().tellIfSlow(0, began, timer[kSite], timer[kFrame]);
      if (!native.drainInside) return undefined;
      checkpointDue = false;
    }
    if (heap.length === 0) return complete;
    const list = heap[0];
    if (list.expiry > now || list.sequence >= end) return complete;
    complete = undefined;
    timer = list.first;
    remove(timer);
    firing = timer;
    state[kTimersRan]++;
    const start = timer._repeat === null ? undefined : clock(); // an interval counts from before its callback
    began = state[kSlowAfter] === Infinity ? -1 : performanceNow();
    try {
      fire(timer);
      checkpointDue = true;
    } catch (error) {
      onThrow(error);
    } finally {
      finish(timer, start);
    }
    if (!checkpointDue && began >= 0) slowCallbacks().tellIfSlow(0, began, timer[kSite], timer[kFrame]);
  }
}

// What keeps the loop running, by name. A timer counts until its callback has returned.
function activeResources() {
  const names = [];
  const timers = state[kTimerRefs] + (firing !== null && firing[kRef] && firing[kList] === null && !firing._destroyed ? 1 : 0);
  for (let i = 0; i < timers; i++) ArrayPrototypePush(names, 'Timeout');
  for (let i = 0; i < state[kImmediateRefs]; i++) ArrayPrototypePush(names, 'Immediate');
  return names;
}

handleDefaults(Timeout.prototype);
ObjectDefineProperty(Timeout.prototype, kId, { __proto__: null, value: 0, writable: true });

for (const [from, name] of [[setTimeout, 'setTimeout'], [setImmediate, 'setImmediate']]) {
  ObjectDefineProperty(from, kPromisify, {
    __proto__: null, enumerable: true, get: () => require('timers/promises')[name],
  });
}

module.exports = {
  setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate,
  get promises() {
    return require('timers/promises');
  },
};

// A timer of the built-ins' own: it keeps no loop alive, and no program sees it. `delay` at most kTimeoutMax.
function armBackground(callback, delay) {
  if (waiting >= waitingMax) throw refusal(delay, false);
  const timer = new Timeout(callback, delay < 1 ? 1 : delay, undefined, false);
  timer[kRef] = false;
  insert(timer, clock());
  if (state[kTellsTimers] !== 0) teller().created(timer, timer[kFrame]);
  return timer;
}

// A timer for timers_web.js: after exactly `delay`, 0 included, and then as an interval if it repeats. It keeps the loop alive.
function arm(callback, delay, repeats) {
  if (waiting >= waitingMax) throw refusal(delay, repeats);
  const timer = new Timeout(callback, 1, undefined, false);
  timer._idleTimeout = delay;
  if (repeats) timer._repeat = delay;
  return start(timer);
}

// What waits, for a host that shows it: five numbers for each of at most `max` lists, that of the timer due next first, the others in no order.
// Duration, when its first timer is due from now on, and how many of its timers there are, are referenced, and are intervals.
function describeLists(max) {
  const numbers = bareArray();
  const now = clock();
  for (let i = 0; i < heap.length && i < max; i++) {
    const list = heap[i];
    let timers = 0;
    let referenced = 0;
    let intervals = 0;
    for (let timer = list.first; timer !== null && timers < kDescribedMax; timer = timer._idleNext) {
      timers++;
      if (timer[kRef]) referenced++;
      if (timer._repeat !== null) intervals++;
    }
    const at = numbers.length;
    numbers[at] = list.duration;
    numbers[at + 1] = list.expiry - now;
    numbers[at + 2] = timers;
    numbers[at + 3] = referenced;
    numbers[at + 4] = intervals;
  }
  return numbers;
}

// A callback was ended in the middle: its timer is over, an interval, too.
function abandon() {
  if (firing === null) return;
  const timer = firing;
  if (state[kTellsTimers] !== 0 && timer[kList] === null && isGoingToFire(timer)) teller().cancelled(timer, timer[kFrame], true);
  firing = null;
  if (timer[kList] !== null) return; // refreshed by its own callback
  timer._destroyed = true;
  forget(timer);
}

// The program has ended: what still waits never fires.
function tellEnded() {
  if (firing !== null && firing[kList] === null && isGoingToFire(firing)) teller().cancelled(firing, firing[kFrame], true);
  for (let i = 0; i < heap.length; i++)
    for (let timer = heap[i].first; timer !== null; timer = timer._idleNext) teller().cancelled(timer, timer[kFrame], true);
}

// For the other built-ins; not visible to programs, which replace what require('timers') gives them.
native.timerInternals = {
  abandon, activeResources, describeLists, runTimers, tellEnded, arm, armBackground, clearTimeout,
  addImmediate: immediates.addImmediate, runImmediates: immediates.runImmediates,
  connect(hooks) {
    onThrow = hooks.onThrow;
    immediates.connect(hooks);
  },
  limit(timers, tasks) {
    waitingMax = timers;
    immediates.limit(tasks);
  },
};
