// Odd values passed to clear are ignored, and no other timer is hit.
setTimeout(() => console.log('survivor'), 20);
for (const value of [undefined, null, 0, -1, 1e9, NaN, 'x', '', {}, [], true, Symbol('s'), () => {}, 10n]) {
  clearTimeout(value);
  clearInterval(value);
  clearImmediate(value);
}
