// A buffer made small, and large again, by what a function of the engine calls while it uses it.
// outcome: output
const attempts = {
  fill: (bytes, shrink) => bytes.fill(1, shrink), copyWithin: (bytes, shrink) => bytes.copyWithin(100, shrink), set: (bytes, shrink) => bytes.set([1, shrink, 3], 500),
  slice: (bytes, shrink) => bytes.slice(shrink), subarray: (bytes, shrink) => bytes.subarray(shrink).length, indexOf: (bytes, shrink) => bytes.indexOf(7, shrink),
  sort: (bytes, shrink) => bytes.sort((a, b) => { shrink.valueOf(); return b - a; }), map: (bytes, shrink) => bytes.map((value) => { shrink.valueOf(); return value; }),
  with: (bytes, shrink) => bytes.with(999, shrink), at: (bytes, shrink) => bytes.at(shrink), view: (bytes, shrink) => new DataView(bytes.buffer).setFloat64(900, shrink),
  construct: (bytes, shrink) => new Uint8Array(bytes.buffer, 500, shrink), sliceBuffer: (bytes, shrink) => bytes.buffer.slice(0, shrink), toReversed: (bytes, shrink) => { shrink.valueOf(); bytes.toReversed(); },
  clone: (bytes, shrink) => structuredClone({ get a() { shrink.valueOf(); return bytes; } }), decode: (bytes, shrink) => new TextDecoder().decode(bytes, { get stream() { shrink.valueOf(); return false; } }),
  destructure: (bytes, shrink) => { const [a = shrink.valueOf(), ...rest] = bytes; }, filter: (bytes, shrink) => bytes.filter(() => shrink.valueOf()), forEach: (bytes, shrink) => bytes.forEach(() => shrink.valueOf()),
};
for (const [name, attempt] of Object.entries(attempts)) {
  const buffer = new ArrayBuffer(1000, { maxByteLength: 2000 });
  const bytes = new Uint8Array(buffer);
  let turn = 0;
  try {
    attempt(bytes, { valueOf() { buffer.resize(turn++ % 2 ? 2000 : 10); return 5; } });
  } catch (error) { if (!(error instanceof TypeError || error instanceof RangeError)) console.log(name, error); }
}
console.log('done');
