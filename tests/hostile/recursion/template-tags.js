// A tag that is its own template, and String.raw of objects within objects.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const tag = () => tag`x${tag}`;
let pieces = { raw: ['a', 'b'] };
for (let i = 0; i < 1000; i++) pieces = { raw: [pieces, { toString: () => String.raw(pieces) }] };
for (const attempt of [tag, () => String.raw(pieces, 1)]) {
  try { attempt(); console.log('ended'); } catch (error) { console.log(error instanceof RangeError); }
}
