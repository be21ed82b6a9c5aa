// console.log of an error whose stack is a getter that does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
console.log(Object.defineProperty(new Error('x'), 'stack', { get() { for (;;) {} } }));
