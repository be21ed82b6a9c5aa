// Ten thousand ticks and ten thousand microtasks run in order in one checkpoint.
const seen = [];
for (let i = 0; i < 10000; i++) {
  queueMicrotask(() => seen.push(10000 + i));
  process.nextTick(() => seen.push(i));
}
setImmediate(() => {
  let inOrder = true;
  for (let i = 0; i < seen.length; i++) if (seen[i] !== i) inOrder = false;
  console.log(`${seen.length} jobs, in order: ${inOrder}`);
});
