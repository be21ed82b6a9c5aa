// A program that first takes away everything the host could use to stop it.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
for (const name of Object.getOwnPropertyNames(globalThis)) {
  try { Object.defineProperty(globalThis, name, { value: () => { for (;;) {} }, configurable: true }); } catch {}
}
for (;;) {}
