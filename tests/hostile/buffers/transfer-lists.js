// Lists of what to transfer that name things twice, change while they are read, or never end.
// outcome: output
const attempts = [
  () => { const buffer = new ArrayBuffer(1); structuredClone(buffer, { transfer: [buffer, buffer] }); },
  () => structuredClone(1, { transfer: [1] }), () => structuredClone(1, { transfer: 1 }), () => structuredClone(1, { transfer: { length: 5 } }),
  () => { const buffer = new ArrayBuffer(1); structuredClone(buffer, { transfer: [buffer, { get x() { return 1; } }] }); },
  () => { const buffer = new ArrayBuffer(1); try { structuredClone(() => {}, { transfer: [buffer] }); } finally { console.log(buffer.detached); } },
  () => { const buffer = new ArrayBuffer(1); structuredClone({ get a() { structuredClone(buffer, { transfer: [buffer] }); return 1; } }, { transfer: [buffer] }); },
];
for (const attempt of attempts) {
  try { attempt(); console.log('cloned'); } catch (error) { console.log(error.name); }
}
