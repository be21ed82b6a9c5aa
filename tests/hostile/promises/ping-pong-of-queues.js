// Two queues that keep each other busy, with a timer that is due all the while.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
setTimeout(() => console.log('this must not run'), 1);
const ping = () => process.nextTick(pong);
const pong = () => queueMicrotask(ping);
ping();
