// Nobody can catch what ends a script for its memory, and go on with what is left.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (;;) {
  try {
    for (;;) all.push(new Array(1000).fill(1.5));
  } catch {
    continue;
  } finally {
    all.push(all.slice());
  }
}
