// A promise that follows a promise, a hundred thousand long: one settlement passes through all of them.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const { promise, resolve } = Promise.withResolvers();
let last = promise;
for (let i = 0; i < 100_000; i++) { const inner = last; last = new Promise((follow) => follow(inner)); }
last.then((value) => console.log(value));
resolve('through');
