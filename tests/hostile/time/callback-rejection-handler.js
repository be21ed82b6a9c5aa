// The handler of unhandled rejections makes the next rejection, and then does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
process.on('unhandledRejection', () => { Promise.reject(1); for (;;) {} });
Promise.reject(0);
