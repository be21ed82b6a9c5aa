// The key of a method is computed by a loop.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
class Endless { [(() => { for (;;) {} })()]() {} }
