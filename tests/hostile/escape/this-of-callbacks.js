// What callbacks are given as `this`: the timer that the program has, or nothing.
// outcome: output
'use strict';
function show(name) { return function () { console.log(name, this === undefined ? 'nothing' : this === timer ? 'the timer' : this?.constructor?.name); }; }
const timer = setTimeout(show('timeout'), 1);
setImmediate(show('immediate'));
process.nextTick(show('tick'));
queueMicrotask(show('microtask'));
new FinalizationRegistry(show('registry'));
const controller = new AbortController();
controller.signal.addEventListener('abort', show('abort'));
controller.abort();
