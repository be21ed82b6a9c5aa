// What the handles of timers and of immediates have in common, and what is done around the callbacks of both.
'use strict';

const { ObjectDefineProperty, Symbol, SymbolFor } = primordials;
const { ERR_INVALID_ARG_TYPE } = require('errors');

const kRef = Symbol('ref');
const kFrame = Symbol('frame'); // of async_context.js
const kSite = Symbol('site'); // where it was made, as siteHere() of slow_callbacks.js has it
const kInspect = SymbolFor('nodejs.util.inspect.custom');

let slow = null; // see slowCallbacks()

// Few handles have these of their own; the prototypes have what all others would.
function handleDefaults(prototype) {
  ObjectDefineProperty(prototype, kFrame, { __proto__: null, value: null, writable: true });
  ObjectDefineProperty(prototype, kSite, { __proto__: null, value: undefined, writable: true });
}

// Only while somebody wants to know of slow callbacks; most programs never load it.
function slowCallbacks() {
  slow ??= require('slow_callbacks');
  return slow;
}

function requireCallback(callback) {
  if (typeof callback !== 'function') throw new ERR_INVALID_ARG_TYPE('callback', 'function', callback);
}

// Calls `call(made)` where C++ is told around it (WorkHook), which may give it a frame of its own. `kind`: 0 for timers, 1 for immediates.
function follow(call, made, kind, due) {
  if (!native.workBegins(kind, due)) return call(made);
  let completed = false;
  let error;
  try {
    call(made);
    completed = true;
  } catch (thrown) {
    error = thrown;
    throw thrown;
  } finally {
    if (completed) native.workEnds();
    else native.workEnds(error);
  }
}

module.exports = { kFrame, kInspect, kRef, kSite, follow, handleDefaults, requireCallback, slowCallbacks };
