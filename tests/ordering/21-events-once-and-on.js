// events.once() and events.on() with a target: when their promises go on, among microtasks and ticks.
const { once, on } = require('node:events');
const target = new EventTarget();
const fire = (detail) => target.dispatchEvent(new CustomEvent('x', { detail }));
once(target, 'x').then(([event]) => console.log('once', event.detail));
const iterator = on(target, 'x');
(async () => {
  for await (const [event] of iterator) {
    console.log('on', event.detail);
    if (event.detail === 3) break;
  }
  console.log('on ends');
})();
queueMicrotask(() => { fire(1); console.log('microtask'); });
process.nextTick(() => { fire(2); console.log('tick'); });
setImmediate(() => { fire(3); console.log('immediate'); });
setImmediate(() => console.log('next immediate'));
