// Texts beyond the limit of one step, by every function that makes long texts.
// outcome: output
// policy: {"string_length":1000000}
const attempts = {
  repeat: () => 'xy'.repeat(1 << 20),
  padStart: () => ''.padStart(1 << 21, 'ab'),
  padEnd: () => ''.padEnd(1 << 21),
  join: () => new Array(1 << 21).join('x'),
  replaceAll: () => 'x'.repeat(1000).replaceAll('x', 'y'.repeat(2000)),
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    console.log(name, 'made', attempt().length);
  } catch (error) {
    console.log(name, error.name, error.code);
  }
}
