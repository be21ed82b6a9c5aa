// A thenable keeps the functions it was given and calls them from everywhere, on every object.
// outcome: output
const kept = [];
for (let i = 0; i < 100; i++) Promise.resolve({ then: (...functions) => kept.push(...functions) }).then(() => console.log('settled'));
setTimeout(() => {
  for (const settle of kept) for (let i = 0; i < 100; i++) settle.call({}, { then() { throw kept.length; } });
  console.log(kept.length);
}, 1);
process.on('unhandledRejection', () => {});
