// Resizable buffers that are made small and grow.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (;;) {
  const buffer = new ArrayBuffer(0, { maxByteLength: 4 << 20 });
  buffer.resize(4 << 20);
  new Uint8Array(buffer).fill(1);
  all.push(buffer);
}
