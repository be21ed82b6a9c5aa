// Species that give a buffer too small, the same one, a detached one, or none at all.
// outcome: output
const gone = new Uint8Array(10);
structuredClone(gone.buffer, { transfer: [gone.buffer] });
const source = new Uint8Array([1, 2, 3, 4]);
for (const result of [new Uint8Array(1), source, new Float64Array(1), gone, {}, null, new Array(4), new BigInt64Array(4), new Proxy(new Uint8Array(4), {})]) {
  const bytes = new Uint8Array(source);
  bytes.constructor = { [Symbol.species]: function () { return result; } };
  for (const attempt of [() => bytes.slice(), () => bytes.map((value) => value), () => bytes.filter(() => true), () => bytes.subarray(1)]) {
    try { attempt(); } catch (error) { if (!(error instanceof TypeError)) console.log(error); }
  }
}
for (const result of [new ArrayBuffer(1), gone.buffer, {}, source.buffer]) {
  const buffer = new ArrayBuffer(10);
  buffer.constructor = { [Symbol.species]: function () { return result; } };
  try { buffer.slice(0); } catch (error) { if (!(error instanceof TypeError)) console.log(error); }
}
console.log(source.length);
