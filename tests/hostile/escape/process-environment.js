// The host's environment: HOSTILE_SECRET is set by who runs this, and is not to be seen.
// outcome: output
console.log(Object.keys(process.env).length, process.env.HOSTILE_SECRET, process.env.PATH, 'HOME' in process.env);
console.log(JSON.stringify(process.env), Reflect.ownKeys(process.env).length);
try { process.env.LD_PRELOAD = '/x.so'; } catch {}
delete process.env.PATH;
process.env = { PATH: 'mine' };
const seen = new Set();
(function look(value, depth) {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value) || depth > 6) return;
  seen.add(value);
  for (const { value: found } of Object.values(Object.getOwnPropertyDescriptors(value))) {
    if (typeof found === 'string' && found.includes("the host's " + 'own')) console.log('found it');
    look(found, depth + 1);
  }
})({ process, globalThis, module, require }, 0);
