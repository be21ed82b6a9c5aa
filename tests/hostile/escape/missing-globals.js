// What the strict default does not have at all, and what no program should have.
// outcome: output
const names = `WebAssembly SharedArrayBuffer Atomics ShadowRealm Worker SharedWorker fetch XMLHttpRequest WebSocket EventSource importScripts Bun Deno
  $vm $262 print load readFile read quit run gc edenGC fullGC describe transferArrayBuffer loadString checkModuleSyntax createGlobalObject evalScript
  java std os host native internalBinding primordials localStorage sessionStorage indexedDB caches Buffer window self frames parent document`.split(/\s+/);
for (const name of names) if (name in globalThis) console.log(name);
// What is there, but says nothing of the machine.
if (navigator.hardwareConcurrency !== 1 || navigator.language !== 'en-US' || navigator.platform !== '') console.log(navigator);
console.log('done');
