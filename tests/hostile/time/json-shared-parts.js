// Thirty objects whose text has 2^30 parts.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
let node = { leaf: 1 };
for (let i = 0; i < 30; i++) node = { left: node, right: node };
JSON.stringify(node);
