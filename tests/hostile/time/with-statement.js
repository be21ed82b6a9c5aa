// A loop whose names are looked up in an object, through Symbol.unscopables.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const scope = { go: true, get [Symbol.unscopables]() { return { nothing: true }; } };
with (scope) {
  while (go) {}
}
