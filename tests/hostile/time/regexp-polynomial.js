// No exponent, but the third power of a long text.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
/^.*a.*b.*c$/s.test('ab'.repeat(50_000));
