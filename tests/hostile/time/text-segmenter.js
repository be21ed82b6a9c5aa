// Cutting a text into words, and a segmenter for each turn.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const text = 'words and words, 言葉 '.repeat(2000);
for (;;) for (const part of new Intl.Segmenter('ja', { granularity: 'word' }).segment(text)) part.segment;
