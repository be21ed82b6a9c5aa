// Ways to get back what was removed: descriptors, prototypes, Reflect, and what other globals remember.
// outcome: output
const places = [];
for (const name of Reflect.ownKeys(globalThis)) {
  let value;
  try { value = globalThis[name]; } catch { continue; }
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) continue;
  for (const key of Reflect.ownKeys(value)) {
    if (/^(WebAssembly|SharedArrayBuffer|Atomics|Worker|ShadowRealm)$/.test(String(key))) places.push(String(name) + '.' + String(key));
  }
}
console.log(places, Reflect.get(globalThis, 'WebAssembly'), globalThis.__lookupGetter__('WebAssembly'));
