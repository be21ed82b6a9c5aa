// A small input that becomes a large output, all of which is kept.
// outcome: limit heap
// policy: {"heap":"24MiB","cpu_time":"10s","wall_time":"30s"}
const zeros = new Uint8Array(65536);
const source = new ReadableStream({ pull(controller) { controller.enqueue(zeros); } });
const all = [];
source.pipeThrough(new CompressionStream('deflate')).pipeThrough(new DecompressionStream('deflate')).pipeTo(new WritableStream({ write(chunk) { all.push(chunk); } }));
