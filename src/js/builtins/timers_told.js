// What C++ is told of each timer of JavaScript, for a loop with a TimerHook: it says so in a slot of `state`. Loaded then; until then each operation
// costs one comparison.
'use strict';

const { SafeWeakMap, isObject } = primordials;
const { tellTimer } = native;
const { context, enter } = require('async_context');

// As tell_timer() of host_observe.cpp has them.
const kCreated = 0;
const kFired = 1;
const kRefreshed = 2;
const kCancelled = 3;
const kRejected = 4;

const numbers = SafeWeakMap(); // not on the handles, where a program could give its timers other numbers
let last = 0;

// In the frame that the timer was made in, so that C++ has the context that goes with it.
function tell(operation, timer, frame, number, due, byClosing) {
  const before = context.frame;
  if (frame !== before) enter(frame);
  tellTimer(operation, number, timer._idleTimeout, timer._repeat !== null, due, byClosing);
  if (context.frame !== before) enter(before);
}

function tellKnown(operation, timer, frame, due, byClosing = false) {
  const number = isObject(timer) ? numbers.get(timer) : undefined;
  if (number !== undefined) tell(operation, timer, frame, number, due, byClosing);
}

const dueAt = (timer) => timer._idleStart + timer._idleTimeout;

module.exports = {
  created(timer, frame) {
    numbers.set(timer, ++last);
    tell(kCreated, timer, frame, last, dueAt(timer), false);
  },
  fired(timer, frame) {
    tellKnown(kFired, timer, frame, dueAt(timer));
  },
  refreshed(timer, frame) {
    tellKnown(kRefreshed, timer, frame, dueAt(timer));
  },
  /// It is going to fire, and will not. `byClosing`: its program has not asked for that.
  cancelled(timer, frame, byClosing) {
    tellKnown(kCancelled, timer, frame, undefined, byClosing);
  },
  rejected(delay, repeats) {
    tellTimer(kRejected, 0, typeof delay === 'number' ? delay : 1, repeats, undefined, false);
  },
};
