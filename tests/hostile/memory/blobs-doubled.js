// Blobs made of themselves: each has twice the pieces of the one before. Their number has a limit, and many that are at it have one together.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
let blob = new Blob(['x'.repeat(1 << 16)]);
const all = [];
for (;;) {
  try {
    blob = new Blob([blob, blob]);
    all.push(blob);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    blob = new Blob(['x'.repeat(1 << 16)]);
  }
}
