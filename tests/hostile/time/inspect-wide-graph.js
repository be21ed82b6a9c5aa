// console.log of a graph where every node knows every other: 40 levels would have more paths than there are atoms.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const nodes = Array.from({ length: 40 }, () => ({}));
for (const node of nodes) nodes.forEach((other, i) => { node['n' + i] = other; });
console.dir(nodes[0], { depth: Infinity });
for (;;) {}
