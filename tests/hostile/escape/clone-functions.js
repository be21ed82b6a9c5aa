// structuredClone must not give a function, a handle, or an object of another world.
// outcome: output
for (const value of [() => {}, process, setTimeout, Symbol('x'), new WeakMap(), new Proxy({}, {}), { deep: [() => {}] }, Promise.resolve(), require, globalThis]) {
  try {
    const made = structuredClone(value);
    console.log('cloned', typeof made, Object.getPrototypeOf(made) === Object.prototype);
  } catch (error) {
    console.log(error.name, error instanceof DOMException);
  }
}
const clone = structuredClone({ error: new RangeError('x'), date: new Date(0), bytes: new Uint8Array(2), map: new Map([[1, {}]]) });
console.log(clone.error instanceof RangeError, clone.date instanceof Date, clone.bytes instanceof Uint8Array, Object.getPrototypeOf(clone.map.get(1)) === Object.prototype);
