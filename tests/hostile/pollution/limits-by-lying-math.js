// Math and Number replaced by functions that give objects, which become another number each time that they are used.
// outcome: output
const lie = () => { let turn = 0; return { valueOf: () => (turn++ ? 2 ** 29 : 1), toString: () => '1', [Symbol.toPrimitive]: () => (turn++ ? 2 ** 29 : 1) }; };
for (const name of Object.getOwnPropertyNames(Math)) if (typeof Math[name] === 'function') Math[name] = lie;
Number.isNaN = globalThis.isNaN = () => false;
const number = Number;
globalThis.Number = lie;
number.prototype.valueOf = lie;
const attempts = {
  repeat: () => 'xy'.repeat(5).length, padStart: () => 'x'.padStart(5).length, padEnd: () => 'x'.padEnd(5, 'ab').length, buffer: () => new ArrayBuffer(5).byteLength,
  bytes: () => new Uint8Array(5).length, floats: () => new Float64Array(5).byteLength, array: () => new Array(5).length, resizable: () => new ArrayBuffer(1, { maxByteLength: 5 }).maxByteLength,
  transfer: () => new ArrayBuffer(1).transfer(5).byteLength, join: () => [1, 2].join('-').length,
};
for (const [name, attempt] of Object.entries(attempts)) {
  try { console.log(name, attempt()); } catch (error) { console.log(name, error.name); }
}
