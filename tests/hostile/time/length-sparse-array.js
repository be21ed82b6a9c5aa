// A real array with nothing in it but its length, walked again and again.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms","array_length":0}
const holes = [];
holes.length = 2 ** 32 - 1;
for (;;) {
  holes.indexOf(1);
  holes.forEach(() => {});
  holes.includes(1);
}
