// A function that the host calls asks who called it: function.caller and arguments.callee.caller must not show the host's functions.
// outcome: output
const seen = [];
const mine = new Set();
function look() {
  for (const get of [() => look.caller, () => look.arguments?.callee?.caller]) {
    try {
      const found = get();
      if (found !== null && found !== undefined && !mine.has(found)) seen.push(found.name);
    } catch (error) {
      if (!(error instanceof TypeError)) seen.push(error);
    }
  }
  return 'looked';
}
function main() { look(); }
mine.add(main);
main();
setTimeout(look, 1);
setImmediate(look);
process.nextTick(look);
queueMicrotask(look);
const target = new EventTarget();
target.addEventListener('x', look);
target.dispatchEvent(new Event('x'));
process.on('beforeExit', look);
structuredClone(Object.defineProperty({}, 'x', { get: look, enumerable: true }));
console.log({ [Symbol.for('nodejs.util.inspect.custom')]: look });
[2, 1].sort(look);
new URLSearchParams({ [Symbol.iterator]: function* () { mine.add(this[Symbol.iterator]); look(); } });
setTimeout(() => console.log(seen), 5);
