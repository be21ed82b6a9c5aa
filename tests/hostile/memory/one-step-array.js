// Arrays beyond the limit of one step.
// outcome: output
// policy: {"array_length":100000}
const attempts = {
  constructor: () => new Array(1 << 20),
  fill: () => new Array(1 << 20).fill(0),
  from: () => Array.from({ length: 1 << 20 }),
  small: () => new Array(10),
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    console.log(name, 'made', attempt().length);
  } catch (error) {
    console.log(name, error.name, error.code);
  }
}
