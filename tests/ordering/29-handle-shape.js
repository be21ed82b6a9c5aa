// Timers are handle objects with ref, unref, hasRef, refresh, close and Symbol.toPrimitive.
const timeout = setTimeout(() => {}, 10);
const interval = setInterval(() => {}, 10);
const immediate = setImmediate(() => {});
for (const handle of [timeout, interval, immediate]) {
  console.log(handle.constructor.name, typeof handle);
  for (const name of ['ref', 'unref', 'hasRef', 'refresh', 'close', Symbol.toPrimitive, Symbol.dispose]) {
    console.log(' ', String(name), typeof handle[name]);
  }
}
console.log(timeout.constructor === interval.constructor, timeout.constructor === immediate.constructor);
clearTimeout(timeout);
clearInterval(interval);
clearImmediate(immediate);
