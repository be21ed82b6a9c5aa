// A deep value printed in full: more spaces than anything else.
// outcome: limit output
// policy: {"cpu_time":"10s"}
let value = {};
for (let i = 0; i < 500; i++) value = { value };
for (;;) console.dir(value, { depth: Infinity });
