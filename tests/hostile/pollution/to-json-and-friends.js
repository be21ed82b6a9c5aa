// Conversions on Object.prototype: what the host prints and clones is what was given.
// outcome: output
Object.defineProperty(Object.prototype, Symbol.toPrimitive, { value: () => { throw new Error('primitive'); }, configurable: true });
Object.defineProperty(Object.prototype, Symbol.toStringTag, { get() { return 'mine'; }, configurable: true });
Object.defineProperty(Object.prototype, 'toJSON', { value: () => 'mine', configurable: true });
setTimeout(() => console.log(structuredClone({ a: 1 }).a, Object.keys({ a: 1 })), 1);
process.nextTick(() => console.log([1, 'a', true]));
