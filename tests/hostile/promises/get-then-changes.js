// `then` is another function each time that it is read.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
let reads = 0;
const shifting = { get then() { reads++; return (resolve) => resolve(shifting); } };
Promise.resolve(shifting);
