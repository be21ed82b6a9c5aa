// A function that calls itself: an error that can be caught, and a stack that is whole afterwards.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
function deep() { return deep() + 1; }
for (let i = 0; i < 5; i++) {
  try { deep(); } catch (error) { console.log(error instanceof RangeError); }
}
