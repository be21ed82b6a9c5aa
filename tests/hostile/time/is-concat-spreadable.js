// Symbol.isConcatSpreadable, read by concat; true then makes it copy an array-like of endless length.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
[].concat({ length: 2 ** 53 - 2, get [Symbol.isConcatSpreadable]() { return true; } });
