// join of undefined values with nothing between them: the text stays empty.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Array.prototype.join.call({ length: 2 ** 53 - 1 }, '');
