// A number with a million digits.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const digits = '1'.repeat(1 << 20) + '.5e-9';
for (;;) Number(digits) + parseFloat(digits) + parseInt(digits, 7);
