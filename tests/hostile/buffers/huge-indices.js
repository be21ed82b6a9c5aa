// Indices at the borders of what the engine keeps them in.
// outcome: output
const bytes = new Uint8Array(16);
let wrote = 0;
for (const index of [-1, -0, 16, 2 ** 31, 2 ** 32, 2 ** 32 - 1, 2 ** 53, 1e300, NaN, '-0', '1.5', '16', 'Infinity']) {
  bytes[index] = 255;
  if (bytes[index] === 255 || index in bytes) wrote++;
  for (const name of ['fill', 'copyWithin', 'subarray', 'slice', 'indexOf', 'lastIndexOf', 'includes', 'at', 'with']) {
    try { bytes[name](index, index, index); } catch (error) { if (!(error instanceof RangeError)) console.log(error); }
  }
  for (const name of ['getUint8', 'setUint8', 'getFloat64', 'setBigInt64']) {
    try { new DataView(bytes.buffer)[name](index, name === 'setBigInt64' ? 1n : 1); } catch (error) { if (!(error instanceof RangeError)) console.log(error); }
  }
}
console.log(wrote, bytes.length);
