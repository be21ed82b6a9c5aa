// With the right to WebAssembly: memories of 64 MiB, kept.
// outcome: limit heap
// policy: {"web_assembly":true,"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (;;) { const memory = new WebAssembly.Memory({ initial: 256 }); new Uint8Array(memory.buffer).fill(1); all.push(memory); }
