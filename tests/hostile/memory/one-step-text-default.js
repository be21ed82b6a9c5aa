// The strict default for a text made in one step.
// outcome: output
for (const length of [1 << 20, (1 << 24) + 1, 2 ** 29, 2 ** 31]) {
  try {
    console.log(length, 'x'.repeat(length).length);
  } catch (error) {
    console.log(length, error.name, error.code);
  }
}
