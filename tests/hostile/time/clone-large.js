// structuredClone of a large graph, over and over.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const graph = Array.from({ length: 50_000 }, (_, i) => ({ i }));
for (const node of graph) node.all = graph;
for (;;) structuredClone(graph);
