// The next-tick queue, queueMicrotask, and the checkpoint that drains both together with promise jobs (docs/semantics.md, rules 1-5,
// 19, 20, 22-24, 34). Everything runs on this side of the border: a checkpoint with a thousand ticks crosses it once or twice.
//
// Native tasks share these queues: a token stands for `n` of them, and `native.runCovered(queue, n)` runs exactly those.
'use strict';

const { ObjectDefineProperty, Promise, PromiseResolve, ReflectApply, restOf } = primordials;
const { runMicrotasks, runCovered, state } = native;
const { ERR_INVALID_ARG_TYPE } = require('errors');
const { context, enter } = require('async_context');

const kTicks = 0;
const kMicrotasks = 1;
// Slots of `state`, see src/js/runtime_state.h.
const kTicksRan = 13;
const kCheckpointEdges = 15;

// A singly linked list: no method of a prototype that user code could replace is on this path.
let head = null;
let tail = null;
let waiting = 0;
let waitingMax = Infinity;
let onThrow = null; // (error) => void; returns only when somebody handled it
let onIdle = null; // () => boolean: rejections; true when it ran listeners, which may have queued more

function append(entry) {
  if (tail === null) head = entry;
  else tail.next = entry;
  tail = entry;
}

function nextTick(callback, a) {
  if (typeof callback !== 'function') throw new ERR_INVALID_ARG_TYPE('callback', 'function', callback);
  if (native.process._exiting) return;
  if (waiting >= waitingMax) throw native.sandbox.over('tasks', 'next-ticks that wait');
  waiting++;
  const count = arguments.length;
  append({ callback, count, a, args: count > 2 ? restOf(arguments, 1) : null, frame: context.frame, covered: 0, next: null });
}

function runTick(tick) {
  if (context.frame !== tick.frame) enter(tick.frame);
  if (tick.args !== null) ReflectApply(tick.callback, undefined, tick.args);
  else if (tick.count === 2) (0, tick.callback)(tick.a);
  else (0, tick.callback)();
}

// True when the queue is empty; false when a tick threw and the rest must wait for a later phase (rule 19).
function runTicks() {
  while (head !== null) {
    const tick = head;
    head = tick.next;
    if (head === null) tail = null;
    if (tick.covered > 0) {
      runCovered(kTicks, tick.covered);
      continue;
    }
    state[kTicksRan]++;
    waiting--;
    try {
      runTick(tick);
    } catch (error) {
      onThrow(error);
      return false;
    }
  }
  return true;
}

function drainAll(microtasksFirst) {
  for (;;) {
    if (!microtasksFirst && !runTicks()) return false;
    microtasksFirst = false;
    runMicrotasks();
    if (head === null && !onIdle()) return true;
  }
}

// The checkpoint. `microtasksFirst` continues one that was interrupted after its ticks. False: a tick threw, and jobs are left.
function drain(microtasksFirst) {
  state[kCheckpointEdges]++;
  const done = drainAll(microtasksFirst);
  if (context.frame !== null) enter(null); // nothing is on the stack: whatever is next has a frame of its own
  state[kCheckpointEdges]++;
  return done;
}

// For engines that can only drain when no JavaScript is on the stack: true when another round of ticks and jobs is due.
function anotherRound() {
  return head !== null || onIdle();
}

// A settled promise that asks nobody: its `then` is its own, and with its own `constructor` undefined the derived promise is of the engine's class,
// whatever a program did to Promise and its prototype. One job each, and no more of an asynchronous function than is needed.
const settled = PromiseResolve();
ObjectDefineProperty(settled, 'constructor', { __proto__: null, value: undefined });
ObjectDefineProperty(settled, 'then', { __proto__: null, value: Promise.prototype.then });

// A method, since functions of Web IDL are no constructors.
const { queueMicrotask } = {
  queueMicrotask(callback) {
    if (typeof callback !== 'function') throw new ERR_INVALID_ARG_TYPE('callback', 'function', callback);
    const { frame } = context;
    settled.then(() => {
      if (context.frame !== frame) enter(frame);
      try {
        callback();
      } catch (error) {
        onThrow(error);
      }
    });
  },
};

// `await` of a primitive queues exactly one job and looks at nothing that user code can reach: no `then`, no `constructor`.
async function coverMicrotasks(count) {
  await undefined;
  runCovered(kMicrotasks, count);
}

function coverTicks(count) {
  append({ callback: null, count: 0, a: undefined, args: null, frame: null, covered: count, next: null });
}

// What ran was ended in the middle, and all that waits here with it; C++ covers its own tasks anew.
function abandon() {
  head = tail = null;
  waiting = 0;
}

module.exports = {
  abandon, anotherRound, coverMicrotasks, coverTicks, drain, nextTick, queueMicrotask, runTicks,
  connect(hooks) {
    ({ onThrow, onIdle } = hooks);
  },
  limit(tasks) {
    waitingMax = tasks;
  },
};
