// Buffers beyond the limit of one step, made by the host's functions.
// outcome: output
// policy: {"buffer_bytes":1000000}
const attempts = {
  encode: () => new TextEncoder().encode('x'.repeat(1 << 20)).byteLength,
  encodeWide: () => new TextEncoder().encode('€'.repeat(400_000)).byteLength,
  small: () => new TextEncoder().encode('€').byteLength,
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    console.log(name, 'made', attempt());
  } catch (error) {
    console.log(name, error.name, error.code);
  }
}
