// Reading an integer of many digits: refused.
// outcome: error 1
// says: BigInt: a text of more than 20000 digits
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const digits = '7'.repeat(100_000);
for (;;) BigInt(digits);
