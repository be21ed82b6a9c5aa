// Reading dates from long texts.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const text = '2020-01-01T00:00:00' + ' '.repeat(1 << 16) + '(' .repeat(1 << 16);
for (;;) Date.parse(text);
