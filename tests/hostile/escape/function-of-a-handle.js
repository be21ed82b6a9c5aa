// Objects of the host's, whose constructors lead to the constructor of functions.
// outcome: output
const objects = {
  process, console, 'process.stdout': process.stdout, timer: setTimeout(() => {}, 1), immediate: setImmediate(() => {}),
  event: new Event('x'), target: new EventTarget(), signal: AbortSignal.abort(), url: new URL('a:b'), params: new URLSearchParams(),
  encoder: new TextEncoder(), decoder: new TextDecoder(), crypto, performance, exception: new DOMException('x'), module, require,
  exports, log: console.log, 'module.constructor': module.constructor, 'nextTick': process.nextTick, clone: structuredClone({}),
};
for (const [name, object] of Object.entries(objects)) {
  for (let at = object; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
    try {
      const made = at.constructor.constructor('return 1');
      console.log(name, 'made', typeof made);
    } catch (error) {
      if (error.name !== 'EvalError') console.log(name, error.name, error.message);
    }
  }
}
console.log('done');
