// A text of four million letters without a space, in a script whose words are found in a dictionary.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
[...new Intl.Segmenter('th', { granularity: 'word' }).segment('\u0e01'.repeat(1 << 22))];
