// indexOf looks for what is not there, inside the engine.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 'x');
