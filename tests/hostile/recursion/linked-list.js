// A list of a million nodes, and a tree of as many, left to the collector.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
for (let round = 0; round < 3; round++) {
  let list = null;
  for (let i = 0; i < 300_000; i++) list = { list, weak: i % 100 ? null : new WeakRef({ list }) };
  let map = new Map();
  for (let i = 0; i < 50_000; i++) map = new Map([[i, map]]);
}
const keep = [];
for (let i = 0; i < 200; i++) keep.push(new Array(10_000).fill(i));
console.log(keep.length);
