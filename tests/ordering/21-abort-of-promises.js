// An abort rejects what waits, in the order in which it began to wait.
const { once } = require('node:events');
const { setTimeout: wait, setImmediate: immediate } = require('node:timers/promises');
const controller = new AbortController();
const { signal } = controller;
const show = (label) => (error) => console.log(label, error.name, error.code, error.cause);
signal.addEventListener('abort', () => console.log('first listener'));
wait(1000, null, { signal }).catch(show('timer'));
immediate(null, { signal }).catch(show('immediate'));
once(new EventTarget(), 'x', { signal }).catch(show('once'));
signal.addEventListener('abort', (event) => { console.log('last listener'); event.stopImmediatePropagation(); });
process.nextTick(() => console.log('tick'));
queueMicrotask(() => console.log('microtask'));
controller.abort('why');
console.log('returned');
