// Error.prepareStackTrace of other engines is given functions and receivers of every frame: here it must give none of the host's.
// outcome: output
const found = new Set();
Error.prepareStackTrace = (error, frames) => {
  for (const frame of Array.isArray(frames) ? frames : []) {
    for (const name of ['getThis', 'getFunction']) {
      const value = frame?.[name]?.();
      if (typeof value === 'function' && value !== look) found.add(value.name);
      if (typeof value === 'object' && value !== null && value !== globalThis) found.add(String(value));
    }
  }
  return error.message;
};
function look() { new Error('x').stack; Error.captureStackTrace?.({}); }
setTimeout(look, 1);
process.nextTick(look);
try { setTimeout(1); } catch (error) { error.stack; }
new URLSearchParams({ [Symbol.iterator]: function* () { look(); } });
setTimeout(() => console.log([...found]), 5);
