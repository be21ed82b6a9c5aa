// A limit of a hundred bytes.
// outcome: limit output
// policy: {"output":"100B"}
for (let i = 0; i < 100; i++) console.log('line', i);
