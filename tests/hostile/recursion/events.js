// Listeners that dispatch, and signals that abort, in a circle.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const target = new EventTarget();
let depth = 0;
target.addEventListener('x', () => { depth++; target.dispatchEvent(new Event('x')); });
process.on('uncaughtException', (error) => { if (!(error instanceof RangeError)) console.log(error); });
try { target.dispatchEvent(new Event('x')); } catch (error) { if (!(error instanceof RangeError)) console.log(error); }
const controller = new AbortController();
controller.signal.addEventListener('abort', () => controller.abort());
controller.abort();
try { process.on('mine', function mine() { process.emit('mine'); }).emit('mine'); } catch (error) { console.log(error instanceof RangeError); }
setTimeout(() => console.log(depth > 10, controller.signal.aborted), 1);
