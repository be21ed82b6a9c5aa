// Output is counted in bytes, not in characters.
// outcome: limit output
// policy: {"output":"3000B"}
console.log('€'.repeat(999));
console.log('€€€');
for (let i = 0; i < 100; i++) console.log('€€€');
