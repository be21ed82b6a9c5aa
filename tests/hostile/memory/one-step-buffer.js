// Buffers beyond the limit of one step, by every constructor.
// outcome: output
// policy: {"buffer_bytes":1000000}
const attempts = {
  ArrayBuffer: () => new ArrayBuffer(1 << 20),
  resizable: () => new ArrayBuffer(1, { maxByteLength: 1 << 20 }),
  Uint8Array: () => new Uint8Array(1 << 20),
  Float64Array: () => new Float64Array(1 << 17),
  BigInt64Array: () => new BigInt64Array(1 << 17),
  fromLength: () => new Uint8Array({ length: 1 << 20 }),
  from: () => Uint8Array.from({ length: 1 << 20 }),
  small: () => new Uint8Array(10),
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    console.log(name, 'made', attempt().byteLength);
  } catch (error) {
    console.log(name, error.name, error.code);
  }
}
