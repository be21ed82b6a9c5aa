// Normalizing a long text of combining marks: refused.
// outcome: error 1
// says: normalize: more than 64 marks in a row
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const text = ('a' + '\u0323\u0307'.repeat(40)).repeat(5000);
for (;;) text.normalize('NFD').normalize('NFC').normalize('NFKD');
