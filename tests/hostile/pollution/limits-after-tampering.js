// Limits of counts and sizes after the functions that could check them were replaced.
// outcome: output
// policy: {"timers":5,"string_length":1000000,"buffer_bytes":1000000,"array_length":100000}
const { log } = console;
Math.min = Math.max = Math.floor = Math.trunc = () => 0;
Number.isInteger = Number.isSafeInteger = isNaN = () => true;
Number.prototype.valueOf = () => 0;
globalThis.Number = () => 0;
Reflect.apply = Reflect.construct = () => { throw 'mine'; };
Function.prototype.call = Function.prototype.apply = () => { throw 'mine'; };
const attempts = [
  () => { for (let i = 0; i < 10; i++) setTimeout(() => {}, 1); }, () => 'xy'.repeat(1 << 20), () => ''.padEnd(1 << 21), () => new Uint8Array(1 << 21),
  () => new ArrayBuffer(1 << 21), () => new Array(1 << 20),
];
for (const attempt of attempts) {
  try { attempt(); log('gave'); } catch (error) { log(error.code ?? error); }
}
