// A timer's handle may hang in lists of the host's: following its properties must not lead to what is not the program's.
// outcome: output
const mine = [setTimeout(() => {}, 5), setTimeout(() => {}, 5), setInterval(() => {}, 5), setImmediate(() => {})];
const seen = new Set();
const names = new Set();
(function look(value) {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [key, found] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if (/host|engine|native|binding|core|scheduler|entries/i.test(key)) names.add(key);
    if (!('value' in found)) continue;
    if (typeof value === 'function' && value === found.value.constructor) continue;
    look(found.value);
  }
  for (const key of Object.getOwnPropertySymbols(value)) if (!Object.values(Object.getOwnPropertyDescriptors(Symbol)).some((found) => found.value === key) && !Symbol.keyFor(key)) look(value[key]);
})(mine);
console.log([...names]);
mine.forEach(clearTimeout);
clearImmediate(mine[3]);
