// A match whose backtracking needs a deep stack, at the end of a deep stack.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const text = 'ab'.repeat(200_000);
function deep() { try { deep(); } catch { /^(?:(a)|(b)|(ab))*$/.test(text); } }
try { deep(); } catch (error) { if (!(error instanceof RangeError)) console.log(error); }
console.log(/^(?:a|b)*$/.test(text.slice(0, 100)));
