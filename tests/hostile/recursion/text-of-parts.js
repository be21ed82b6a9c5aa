// A text made of a million parts, in either order, looked into for the first time.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
let left = '';
let right = '';
for (let i = 0; i < 1_000_000; i++) { left = left + 'a'; right = 'b' + right; }
const both = left + right;
console.log(both.length, both[0], both.at(-1), both.indexOf('b'), JSON.stringify(both).length, /ab/.test(both));
