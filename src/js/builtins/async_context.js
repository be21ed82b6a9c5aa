// Where the values of AsyncLocalStorage are while JavaScript runs: in a frame, which whatever is scheduled takes along and has again when it
// runs. Without a store anywhere there is no frame, and all that this costs is comparing null with null.
//
// A frame never changes, so taking it along is taking a reference. Who schedules reads `context.frame`, who runs calls enter() with it:
// timers.js and task_queues.js for theirs, the `then` below for promises, and for `await` what the transform of a program's text puts around
// it (src/js/transform), as the engine offers no way to be told of it.
'use strict';

const { ObjectDefineProperty, Promise, ReflectApply, bareArray, uncurryThis } = primordials;
const { state } = native;

const kFrame = 7; // a slot of `state`, see src/js/runtime_state.h

const context = {
  __proto__: null,
  frame: null, // where JavaScript runs now
  followed: false, // whether promises take it along, once a program uses it
};

let frames = 0;

class Frame {
  id = ++frames;
  entries; // store, value, store, value ...
  native; // the loop's context that goes with it (C++), or null

  constructor(entries, carried) {
    this.entries = entries;
    this.native = carried;
  }
}

function enter(frame) {
  context.frame = frame;
  state[kFrame] = frame === null ? 0 : frame.id; // how C++ sees that it changed
}

function find(frame, store) {
  if (frame === null) return -1;
  const { entries } = frame;
  for (let i = 0; i < entries.length; i += 2) if (entries[i] === store) return i;
  return -1;
}

/// A frame as `frame`, with `value` for `store`.
function withValue(frame, store, value) {
  const entries = bareArray();
  const at = find(frame, store);
  if (frame !== null) for (let i = 0; i < frame.entries.length; i++) entries[i] = frame.entries[i];
  const index = at === -1 ? entries.length : at;
  entries[index] = store;
  entries[index + 1] = value;
  return new Frame(entries, frame === null ? null : frame.native);
}

/// A frame as `frame`, in which `store` has no value.
function without(frame, store) {
  const at = find(frame, store);
  if (at === -1) return frame;
  if (frame.entries.length === 2 && frame.native === null) return null;
  const entries = bareArray();
  for (let i = 0; i < frame.entries.length; i++) if (i !== at && i !== at + 1) entries[entries.length] = frame.entries[i];
  return new Frame(entries, frame.native);
}

/// Calls `callback` in `frame`, then goes back.
function runIn(frame, callback, self, args) {
  const before = context.frame;
  enter(frame);
  try {
    return ReflectApply(callback, self, args);
  } finally {
    enter(before);
  }
}

/// What the transform puts behind an `await`, with the frame of before it: the value goes through.
function resume(frame, value) {
  if (context.frame !== frame) enter(frame);
  return value;
}

// A reaction in the frame in which it was asked for. Each job sets its own, so none sees what another left behind.
function reaction(callback, frame) {
  if (typeof callback !== 'function') return callback;
  return (value) => {
    if (context.frame !== frame) enter(frame);
    return callback(value);
  };
}

/// From here on promises take the frame along. Not before a program asks: `then` is slower with it.
function follow() {
  if (context.followed) return;
  context.followed = true;
  const { prototype } = Promise;
  const original = uncurryThis(prototype.then); // a program's own, if it has put one there
  const { then } = { // a method, so no constructor, as the engine's own
    then(onFulfilled, onRejected) {
      const { frame } = context;
      return original(this, reaction(onFulfilled, frame), reaction(onRejected, frame));
    },
  };
  ObjectDefineProperty(prototype, 'then', { __proto__: null, value: then, writable: true, enumerable: false, configurable: true });
}

module.exports = { Frame, context, enter, find, follow, resume, runIn, withValue, without };
