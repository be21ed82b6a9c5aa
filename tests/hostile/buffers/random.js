// What to fill with random numbers: too much, nothing, what is no integer, what has gone.
// outcome: output
for (const take of [() => new Uint8Array(65_537), () => new Float64Array(1), () => new DataView(new ArrayBuffer(1)), () => new ArrayBuffer(1), () => [1], () => null, () => ({ length: 5 })]) {
  try { crypto.getRandomValues(take()); console.log('filled'); } catch (error) { console.log(error.name); }
}
const buffer = new ArrayBuffer(16, { maxByteLength: 32 });
const bytes = new Uint8Array(buffer);
buffer.resize(0);
console.log(crypto.getRandomValues(bytes).length);
buffer.resize(32);
console.log(crypto.getRandomValues(bytes).some((byte) => byte !== 0));
