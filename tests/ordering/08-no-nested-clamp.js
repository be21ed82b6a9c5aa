// Nested timers are not clamped to 4 ms in the node profile: a 1 ms timer still precedes a 3 ms one at level 20.
let level = 0;
function nested() {
  if (++level < 20) return void setTimeout(nested, 1);
  const before = Date.now();
  const slow = setTimeout(() => console.log('3 ms'), 3);
  const fast = setTimeout(() => console.log('1 ms'), 1);
  if (Date.now() === before) return void console.log('armed at level 20', slow._idleTimeout, fast._idleTimeout);
  // The millisecond turned between the two calls, so the order would say nothing: again, one level deeper.
  clearTimeout(slow);
  clearTimeout(fast);
  level = 19;
  setTimeout(nested, 1);
}
setTimeout(nested, 1);
