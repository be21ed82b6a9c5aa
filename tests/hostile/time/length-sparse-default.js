// The same under the strict default, which refuses to walk through so long an array.
// outcome: output
const holes = [];
holes.length = 2 ** 32 - 1;
for (const name of ['indexOf', 'lastIndexOf', 'includes', 'reverse', 'sort', 'fill', 'slice', 'splice', 'concat', 'unshift', 'shift', 'copyWithin']) {
  try { holes[name](0, 1, 2); console.log(name, 'walked'); } catch (error) { console.log(name, error.code); }
}
