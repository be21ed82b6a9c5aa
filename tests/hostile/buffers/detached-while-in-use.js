// A buffer given away by what a function of the engine calls while it uses it.
// outcome: output
const give = (bytes) => structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
const attempts = {
  fill: (bytes) => bytes.fill({ valueOf() { give(bytes); return 1; } }),
  copyWithin: (bytes) => bytes.copyWithin(0, { valueOf() { give(bytes); return 1; } }),
  set: (bytes) => bytes.set([1, { valueOf() { give(bytes); return 1; } }, 3]),
  setArray: (bytes) => bytes.set({ get length() { give(bytes); return 3; }, 0: 1 }),
  sort: (bytes) => bytes.sort((a, b) => { if (!bytes.buffer.detached) give(bytes); return a - b; }),
  map: (bytes) => bytes.map((value, i) => { if (i === 2) give(bytes); return value; }),
  slice: (bytes) => bytes.slice({ valueOf() { give(bytes); return 0; } }),
  subarray: (bytes) => bytes.subarray({ valueOf() { give(bytes); return 0; } }),
  indexOf: (bytes) => bytes.indexOf(1, { valueOf() { give(bytes); return 0; } }),
  includes: (bytes) => bytes.includes(undefined, { valueOf() { give(bytes); return 0; } }),
  join: (bytes) => bytes.join({ toString() { give(bytes); return '-'; } }).length,
  from: (bytes) => Uint8Array.from(bytes, (value, i) => { if (i === 2) give(bytes); return value; }),
  with: (bytes) => bytes.with(0, { valueOf() { give(bytes); return 1; } }),
  toSorted: (bytes) => bytes.toSorted((a, b) => { if (!bytes.buffer.detached) give(bytes); return a - b; }),
  view: (bytes) => new DataView(bytes.buffer).setUint8(0, { valueOf() { give(bytes); return 1; } }),
  construct: (bytes) => new Uint8Array(bytes.buffer, { valueOf() { give(bytes); return 0; } }),
  sliceBuffer: (bytes) => bytes.buffer.slice({ valueOf() { give(bytes); return 0; } }),
  iterate: (bytes) => { for (const value of bytes) if (value === 2) give(bytes); },
  lastIndexOf: (bytes) => bytes.lastIndexOf(1, { valueOf() { give(bytes); return 5; } }),
  transferTwice: (bytes) => structuredClone({ get a() { give(bytes); return bytes; } }, { transfer: [bytes.buffer] }),
};
for (const [name, attempt] of Object.entries(attempts)) {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i);
  try { attempt(bytes); } catch (error) { if (!(error instanceof TypeError || error instanceof RangeError || error instanceof DOMException)) console.log(name, error); }
  console.log(name, bytes.length);
}
