// The formats %s and %d convert their values.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
console.log('%d %s', { valueOf() { for (;;) {} }, toString() { for (;;) {} }, [Symbol.toPrimitive]() { for (;;) {} } }, {
  toString() { for (;;) {} },
});
for (;;) {}
