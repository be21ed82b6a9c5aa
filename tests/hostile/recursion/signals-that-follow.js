// A signal that follows a signal, fifty thousand long.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const controller = new AbortController();
let last = controller.signal;
for (let i = 0; i < 50_000; i++) last = AbortSignal.any([last]);
let told = 0;
last.addEventListener('abort', () => told++);
controller.abort();
console.log(last.aborted, told);
