// A thenable that resolves with a new thenable: the promise never settles, and the queue never empties.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const thenable = () => ({ then(resolve) { resolve(thenable()); } });
Promise.resolve(thenable());
