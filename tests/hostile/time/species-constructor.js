// A species constructor that does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
class Endless extends Array {
  static get [Symbol.species]() { return function () { for (;;) {} }; }
}
Endless.of(1, 2, 3).map((value) => value);
