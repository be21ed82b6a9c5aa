// The names of a policy on Object.prototype: nothing reads them there.
// outcome: output
for (const name of ['eval', 'web_assembly', 'modules', 'files', 'wall_time', 'heap', 'output', 'timers', 'network', 'workers', 'allowed', 'allow']) {
  Object.defineProperty(Object.prototype, name, { __proto__: null, value: true, writable: true, configurable: true });
}
for (const attempt of [() => require('node:fs'), () => Function('return 1'), () => (0, globalThis.eval)('1')]) {
  try { attempt(); console.log('gave'); } catch (error) { console.log(error.code ?? error.name); }
}
