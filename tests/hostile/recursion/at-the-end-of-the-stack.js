// At the very end of the stack the program calls whatever the host offers: each works or fails, and none is broken afterwards.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const attempts = [() => setTimeout(() => {}, 1), () => queueMicrotask(() => {}), () => process.nextTick(() => {}), () => structuredClone([1]), () => new URL('a:b'),
  () => atob('YQ=='), () => new TextDecoder().decode(new Uint8Array(2)), () => crypto.randomUUID(), () => new EventTarget().dispatchEvent(new Event('x')),
  () => AbortSignal.abort(), () => performance.now(), () => { try { require('node:fs'); } catch (error) { if (error.code !== 'ERR_DENIED') throw error; } },
  () => new AbortController().abort(), () => process.emit('mine'), () => setImmediate(() => {}), () => new DOMException('x').code, () => console.assert(true)];
function deep(attempt) {
  try { deep(attempt); } catch { try { attempt(); } catch {} }
}
for (const attempt of attempts) {
  deep(attempt);
  try { attempt(); } catch (error) { console.log(String(attempt), error); }
}
setTimeout(() => console.log('still here'), 5);
