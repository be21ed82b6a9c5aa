// for await at the top level of a module: the protocol of async iterators, step by step.
import { log } from './fixtures/tla/log.js';
function source(name, { length = 3, failNext = -1, failReturn = false, badReturn = false, noReturn = false } = {}) {
  let n = 0;
  const iterator = {
    next() {
      log(name, 'next', n);
      if (n === failNext) return Promise.reject(new Error(`${name} next`));
      return Promise.resolve({ done: n >= length, value: n++ });
    },
    [Symbol.asyncIterator]() { log(name, 'opened'); return this; },
  };
  if (!noReturn) {
    iterator.return = () => {
      log(name, 'return');
      if (failReturn) return Promise.reject(new Error(`${name} return`));
      return Promise.resolve(badReturn ? 1 : {});
    };
  }
  return iterator;
}
const attempt = async (f) => { try { await f(); } catch (error) { log('caught', error.name, error.name === 'Error' ? error.message : ''); } };
for await (const x of source('plain')) log('body', x);
for await (const x of source('break')) { if (x === 1) break; }
for await (const x of source('continue')) { if (x === 1) continue; log('body', x); }
outer: for (const i of [0, 1]) for await (const x of source(`outer ${i}`)) { if (x === 1) continue outer; log(i, x); }
first: second: for await (const x of source('labels')) { for await (const y of source('inner', { length: 1 })) { log(x, y); if (x === 1) break second; } continue first; }
try { for await (const x of source('throws')) throw new Error(`body ${x}`); } catch (error) { log(error.message); }
try { for await (const x of source('throws twice', { failReturn: true })) throw new Error(`body ${x}`); } catch (error) { log(error.message); }
try { for await (const x of source('return fails', { failReturn: true })) break; } catch (error) { log(error.message); }
try { for await (const x of source('bad return', { badReturn: true })) break; } catch (error) { log(error.name); }
try { for await (const x of source('next fails', { failNext: 1 })) log(x); } catch (error) { log(error.message); }
for await (const x of source('no return', { noReturn: true })) break;
for await (const x of [1, Promise.resolve(2), (async () => 3)()]) log('sync source', x);
try { for await (const x of [1, Promise.reject(new Error('element')), 3]) log(x); } catch (error) { log(error.message); }
const target = { list: [] };
for await (target.last of source('member', { length: 2 })) target.list.push(target.last);
log(target);
for await ([target.a, { b: target.b = await 'default' }] of [[1, {}], [2, { b: 3 }]]) log(target.a, target.b);
for await (const { z = await 'z', ...others } of [{}, { z: 1, y: 2 }]) log(z, others);
for await (var v of ['var']); log(v);
let shadow = 'outer';
for await (let shadow of ['loop']) { let inner = shadow; log(shadow, inner); shadow = 'changed'; }
log(shadow);
const closures = [];
for await (const i of [0, 1, 2]) closures.push(() => i);
log(closures.map((f) => f()));
for (const bad of [undefined, 1, {}, { [Symbol.asyncIterator]: 1 }, { [Symbol.asyncIterator]: () => 1 }, { [Symbol.asyncIterator]: () => ({ next: () => 1 }) }]) {
  try { for await (const x of bad) log('never'); } catch (error) { log(error.name); }
}
for await (const x of (async function*() { try { yield 1; yield 2; } finally { log('generator closed'); } })()) { log(x); break; }
for await (const x of [1]) for await (const y of [2]) log(x, y);
if (true) for await (const x of ['in if']) log(x); else log('never');
await attempt(async () => { for await (const x of source('in a function', { length: 1 })) log(x); });
let ticks = 0, running = true;
(async () => { while (running) { await 0; ticks++; } })();
for await (const x of [1, 2, 3]); log('ticks', ticks);
ticks = 0; for await (const x of source('ticks', { length: 2 })); log('ticks', ticks);
ticks = 0; for await (const x of (async function*() { yield 1; yield 2; })()) if (x === 2) break; log('ticks', ticks);
running = false;
