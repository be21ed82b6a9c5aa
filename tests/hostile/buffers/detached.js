// A buffer given away: what looks at it afterwards sees nothing, and what was about to write to it writes nowhere.
// outcome: output
const bytes = new Uint8Array(1000).fill(1);
structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
console.log(bytes.length, bytes.buffer.detached, bytes[0]);
for (const attempt of [() => new TextDecoder().decode(bytes), () => crypto.getRandomValues(bytes), () => new TextEncoder().encodeInto('text', bytes).written, () => structuredClone(bytes),
  () => bytes.fill(1), () => bytes.set([1]), () => new DataView(bytes.buffer), () => bytes.slice(), () => bytes.buffer.slice(0), () => bytes.sort(), () => bytes.join(), () => new Uint8Array(bytes.buffer)]) {
  try { const made = attempt(); console.log(typeof made, made?.length ?? made?.byteLength ?? made); } catch (error) { console.log(error.name); }
}
