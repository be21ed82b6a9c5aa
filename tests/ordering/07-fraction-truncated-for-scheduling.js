// Delays 1.2 and 1.9 keep their fraction in the handle, and never fire before their truncated delay.
const start = Date.now();
const a = setTimeout(() => console.log('a', Date.now() - start >= 19), 20.2);
const b = setTimeout(() => console.log('b', Date.now() - start >= 99), 100.9);
console.log(a._idleTimeout, b._idleTimeout);
