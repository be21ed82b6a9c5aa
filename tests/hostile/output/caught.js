// Nobody can catch what ends a script for its output, and go on writing.
// outcome: limit output
// policy: {"cpu_time":"10s"}
for (;;) {
  try {
    for (;;) console.log('x'.repeat(10_000));
  } catch { console.log('caught'); } finally { console.log('finally'); }
}
