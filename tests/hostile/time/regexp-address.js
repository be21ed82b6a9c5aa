// An expression for addresses as found in the wild, and an address made for it.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
/^([a-zA-Z0-9]+[._-]?)+@([a-z]+\.)+[a-z]{2,}$/.test('a'.repeat(60) + '!');
