// Recursion that passes through the engine's own functions at each level.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const ways = {
  map: (f) => [1].map(f), sort: (f) => [1, 2].sort(f), replace: (f) => 'a'.replace('a', f), parse: (f) => JSON.parse('1', f), stringify: (f) => JSON.stringify({ toJSON: f }),
  from: (f) => Array.from([1], f), reduce: (f) => [1, 2].reduce(f), forEach: (f) => new Map([[1, 1]]).forEach(f), apply: (f) => Reflect.apply(f, null, []),
  construct: (f) => Reflect.construct(f, []), call: (f) => f.call(null), flatMap: (f) => [1].flatMap(f), find: (f) => [1].findLast(f), getter: (f) => Object.defineProperty({}, 'x', { get: f }).x,
  typedSort: (f) => new Uint8Array(2).sort(f), replaceAll: (f) => 'aa'.replaceAll(/a/g, f), groupBy: (f) => Object.groupBy([1], f), assign: (f) => Object.assign({}, Object.defineProperty({}, 'x', { get: f, enumerable: true })),
};
const results = [];
for (const [name, way] of Object.entries(ways)) {
  const deep = function () { return way(deep); };
  try { deep(); results.push(name); } catch (error) { if (!(error instanceof RangeError)) results.push([name, error]); }
}
console.log(results);
