// Sizes that no buffer has, or none within the limit.
// outcome: output
for (const size of [-1, 2 ** 53, 2 ** 53 - 1, 2 ** 32, Infinity, NaN, 1.5, '1e3', 1n, {}, [], Symbol.iterator, { valueOf() { throw new Error('mine'); } }]) {
  for (const make of [(size) => new ArrayBuffer(size), (size) => new Uint8Array(size), (size) => new ArrayBuffer(1, { maxByteLength: size }), (size) => new Float64Array(size), (size) => new ArrayBuffer(8).resize(size)]) {
    try { const made = make(size); if ((made?.byteLength ?? 0) > 100_000) console.log(typeof size, made.byteLength); } catch (error) { if (!(error instanceof RangeError || error instanceof TypeError || error.message === 'mine')) console.log(error); }
  }
}
console.log('done');
