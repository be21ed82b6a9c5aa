// A handler of unhandled rejections that rejects.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
process.on('unhandledRejection', () => { Promise.reject(1); process.nextTick(() => {}); });
Promise.reject(0);
