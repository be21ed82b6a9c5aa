// Views whose length, buffer and offsets are own properties that lie: the host reads the real ones.
// outcome: output
const bytes = new Uint8Array([104, 105]);
for (const name of ['length', 'byteLength', 'byteOffset', 'buffer']) Object.defineProperty(bytes, name, { get() { return name === 'buffer' ? null : 1e9; } });
console.log(new TextDecoder().decode(bytes));
console.log(new TextEncoder().encodeInto('xyz', bytes).written);
crypto.getRandomValues(bytes);
Object.setPrototypeOf(bytes, null);
console.log(structuredClone(bytes).length);
for (const fake of [Object.create(Uint8Array.prototype), new Proxy(bytes, {}), { buffer: bytes.buffer, byteLength: 2, byteOffset: 0, __proto__: Uint8Array.prototype }]) {
  for (const attempt of [() => new TextDecoder().decode(fake), () => crypto.getRandomValues(fake), () => new TextEncoder().encodeInto('x', fake)]) {
    try { attempt(); console.log('taken'); } catch (error) { console.log(error.name); }
  }
}
