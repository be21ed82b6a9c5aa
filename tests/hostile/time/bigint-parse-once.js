// One integer of three hundred thousand digits takes seconds to read, and nothing interrupts it: refused.
// outcome: error 1
// says: BigInt: a text of more than 20000 digits
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
for (;;) BigInt('7'.repeat(300_000));
