// An unref'd interval ticks along and stops with the loop.
let n = 0;
setInterval(() => n++, 5).unref();
setTimeout(() => console.log('ticked several times:', n >= 3), 300);
