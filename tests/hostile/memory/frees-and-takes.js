// Garbage alone is no reason to end a script: much is made, little is kept.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
let kept;
for (let i = 0; i < 4000; i++) kept = new Array(10_000).fill(i);
for (let i = 0; i < 200; i++) kept = new Uint8Array(4 << 20);
console.log(kept.length);
