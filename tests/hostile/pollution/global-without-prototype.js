// The global object inherits from nothing, then from a proxy.
// outcome: output
const { log } = console;
try { Object.setPrototypeOf(globalThis, null); } catch {}
setTimeout(() => log('timer'), 1);
try { Object.setPrototypeOf(globalThis, new Proxy({}, { has: () => true, get: () => 'mine' })); } catch {}
process.nextTick(() => log('tick', typeof structuredClone({}), typeof URL));
