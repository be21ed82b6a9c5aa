// Views of a buffer that has become too small for them, and of one that grows under them.
// outcome: output
const buffer = new ArrayBuffer(100, { maxByteLength: 200 });
const fixed = new Uint8Array(buffer, 50, 50);
const tracking = new Uint8Array(buffer, 50);
const view = new DataView(buffer, 50, 50);
for (const size of [60, 10, 100, 200, 0, 100]) {
  buffer.resize(size);
  let read;
  try { read = view.getUint8(10); } catch (error) { read = error.name; }
  console.log(size, fixed.length, tracking.length, fixed[10], tracking[49], read);
}
