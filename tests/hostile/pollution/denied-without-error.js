// The errors of a refusal replaced, frozen and made to throw: there is an error still, and never a result.
// outcome: output
const { log } = console;
globalThis.Error = globalThis.EvalError = globalThis.TypeError = globalThis.RangeError = function () { return { allowed: true }; };
Object.defineProperty = Object.create = Object.assign = () => { throw 'mine'; };
for (const attempt of [() => require('node:fs'), () => (() => {}).constructor('return 1'), () => (0, eval)('1')]) {
  let refused = false;
  try { attempt(); } catch { refused = true; }
  log(refused);
}
